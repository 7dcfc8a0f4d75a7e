"""What comes back from a provider is checked, whatever it says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from skafu.contexts.identity.adapters.openid import Client, OpenIdSignIn
from skafu.contexts.identity.application.outside import flow_of
from skafu.contexts.identity.domain.errors import OutsideSignInFailed
from skafu.kernel.errors import Invalid, Unavailable

ISSUER, CLIENT = "https://id.example.org", "skafu"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
FLOW = flow_of(b"s" * 32)
KEY = RSAKey.generate_key(2048, {"kid": "first"})
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize?tenant=a",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "userinfo_endpoint": f"{ISSUER}/me",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}
GOOD = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "s-1",
    "nonce": FLOW.nonce,
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 300,
    "email": "ann@example.org",
    "email_verified": True,
    "name": "Ann",
}


class Provider:
    """Answers as a provider, or as somebody who pretends to be one."""

    def __init__(self, **claims: object) -> None:
        self.claims = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
        self.metadata: dict[str, object] = dict(METADATA)
        self.key: RSAKey | ECKey | OctKey = KEY
        self.published = [KEY.as_dict(private=False)]
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "first"}
        self.me: dict[str, object] = {"sub": "s-1"}
        self.asked: list[httpx.Request] = []
        self.now = NOW

    def sign_in(self) -> OpenIdSignIn:
        client = Client("example", ISSUER, CLIENT, "secret", "https://skafu.example.org/back")
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        return OpenIdSignIn(client, http, lambda: self.now)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx.Response(200, json=self.metadata)
            case "/token":
                token = jwt.encode(self.header, dict(self.claims), self.key, [self.header["alg"]])
                return httpx.Response(200, json={"id_token": token, "access_token": "a"})
            case "/keys":
                return httpx.Response(200, json={"keys": self.published})
            case _:
                return httpx.Response(200, json=self.me)


async def test_the_browser_is_sent_with_all_that_protects_the_way_back() -> None:
    address = await Provider().sign_in().address(FLOW)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert (asked["tenant"], asked["state"], asked["nonce"]) == ("a", FLOW.state, FLOW.nonce)
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid email profile")
    assert FLOW.verifier not in address
    assert len({FLOW.state, FLOW.nonce, FLOW.verifier, asked["code_challenge"]}) == 4


async def test_a_person_is_who_the_provider_says() -> None:
    provider = Provider()
    person = await provider.sign_in().identify("code", FLOW)
    assert (person.issuer, person.subject, person.mail, person.name) == (ISSUER, "s-1", "ann@example.org", "Ann")
    form = parse_qs(provider.asked[1].content.decode())
    assert (form["code_verifier"], form["client_secret"]) == ([FLOW.verifier], ["secret"])


@pytest.mark.parametrize("said", [False, None, "false", 0, "yes", [], {}, [True]])
async def test_a_mail_counts_only_when_the_provider_vouches_for_it(said: object) -> None:
    assert (await Provider(email_verified=said).sign_in().identify("code", FLOW)).mail == ""


async def test_a_mail_that_is_none_does_not_count() -> None:
    assert (await Provider(email="ann@example.org\nBcc: eve").sign_in().identify("code", FLOW)).mail == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example.org"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": []},
        {"sub": ""},
        {"sub": "x" * 256},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": None},
        {"at_hash": "wrong"},
    ],
)
async def test_claims_that_are_not_in_order_let_nobody_in(claims: dict[str, object]) -> None:
    with pytest.raises(OutsideSignInFailed):
        await Provider(**claims).sign_in().identify("code", FLOW)


def _other_key(provider: Provider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "first"})


def _public_key_as_secret(provider: Provider) -> None:
    provider.key = OctKey.import_key(json.dumps(KEY.as_dict(private=False)))
    provider.header = {"alg": "HS256", "kid": "first"}


def _no_keys(provider: Provider) -> None:
    provider.published = []


@pytest.mark.parametrize("spoil", [_other_key, _public_key_as_secret, _no_keys])
async def test_signatures_that_are_not_the_providers_let_nobody_in(spoil: Callable[[Provider], None]) -> None:
    provider = Provider()
    spoil(provider)
    with pytest.raises(OutsideSignInFailed):
        await provider.sign_in().identify("code", FLOW)


async def test_new_keys_of_the_provider_are_fetched_when_they_are_needed() -> None:
    provider = Provider()
    sign_in = provider.sign_in()
    await sign_in.identify("code", FLOW)
    provider.key = ECKey.generate_key("P-256", {"kid": "second"})
    provider.header = {"alg": "ES256", "kid": "second"}
    provider.published.append(provider.key.as_dict(private=False))
    assert (await sign_in.identify("code", FLOW)).subject == "s-1"
    assert [each.url.path for each in provider.asked].count("/.well-known/openid-configuration") == 1
    provider.now = NOW + timedelta(hours=2)
    await sign_in.address(FLOW)
    assert [each.url.path for each in provider.asked].count("/.well-known/openid-configuration") == 2


async def test_what_the_id_token_leaves_out_is_asked_for_of_the_same_person() -> None:
    provider = Provider(email=None, email_verified=None)
    provider.me = {"sub": "s-1", "email": "ann@example.org", "email_verified": True}
    assert (await provider.sign_in().identify("code", FLOW)).mail == "ann@example.org"
    provider.me = {"sub": "s-2", "email": "eve@example.org", "email_verified": True}
    with pytest.raises(OutsideSignInFailed, match="two persons"):
        await provider.sign_in().identify("code", FLOW)


@pytest.mark.parametrize("change", [{"issuer": "https://evil.example.org"}, {"issuer": 7}, {"token_endpoint": None}])
async def test_a_provider_that_is_somebody_else_is_not_used(change: dict[str, object]) -> None:
    provider = Provider()
    provider.metadata |= change
    with pytest.raises(OutsideSignInFailed):
        await provider.sign_in().address(FLOW)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        *[("/keys", each) for each in ("[]", "null", "{}", '{"keys": 5}', '{"keys": [{"kty": []}]}', "[" * 100_000)],
        ("/keys", '{"keys": [{"kty": "EC", "crv": "P-999", "x": "a", "y": "b"}]}'),
        *[("/token", each) for each in ("[]", '{"id_token": 5}', '{"id_token": "a.b.c"}', '{"id_token": "é.a.b"}')],
        ("/.well-known/openid-configuration", json.dumps({**METADATA, "token_endpoint": "http://["})),
        ("/.well-known/openid-configuration", json.dumps({**METADATA, "token_endpoint": "https://\0"})),
    ],
)
async def test_a_provider_that_talks_nonsense_lets_nobody_in(path: str, content: str) -> None:
    class Confused(Provider):
        def answer(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(200, text=content) if request.url.path == path else super().answer(request)

    with pytest.raises(OutsideSignInFailed):
        await Confused().sign_in().identify("code", FLOW)


async def test_nothing_is_sent_without_encryption() -> None:
    provider = Provider()
    provider.metadata |= {"token_endpoint": "http://id.example.org/token"}
    with pytest.raises(Invalid, match="https"):
        await provider.sign_in().identify("code", FLOW)
    with pytest.raises(Invalid, match="https"):
        OpenIdSignIn(Client("x", "http://id.example.org", "c", "s", "r"), httpx.AsyncClient(), lambda: NOW)


@pytest.mark.parametrize(
    ("status", "error"), [(500, Unavailable), (400, OutsideSignInFailed), (302, OutsideSignInFailed)]
)
async def test_other_answers_say_what_they_mean(status: int, error: type[Exception]) -> None:
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(status, text="a secret")))
    client = Client("example", ISSUER, CLIENT, "secret", "https://skafu.example.org/back")
    with pytest.raises(error) as raised:
        await OpenIdSignIn(client, http, lambda: NOW).address(FLOW)
    assert "secret" not in str(raised.value)


def test_no_secret_is_in_a_repr() -> None:
    client = Client("example", ISSUER, CLIENT, "hunter2", "https://skafu.example.org/back")
    assert "hunter2" not in repr(client)
    assert FLOW.verifier not in repr(FLOW)
