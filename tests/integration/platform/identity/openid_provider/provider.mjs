// An OpenID provider on loopback whose people are whoever they say: the tests sign in as any mail address.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { CLIENT_ID, CLIENT_SECRET, REDIRECT, CLAIMS_IN_ID_TOKEN } = process.env;

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: CLAIMS_IN_ID_TOKEN !== "yes",
    findAccount: (_context, mail) => ({
      accountId: mail,
      claims: () => ({ sub: mail, email: mail, email_verified: !mail.startsWith("unverified"), name: "Of Provider" }),
    }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
