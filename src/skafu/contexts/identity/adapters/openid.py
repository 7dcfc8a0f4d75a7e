"""Signs people in through an OpenID provider: authorization code with PKCE, and all that comes back is checked.

OpenID Connect Core 1.0, Discovery 1.0, RFC 7636.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx
import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from skafu.contexts.identity.domain.errors import OutsideSignInFailed
from skafu.contexts.identity.domain.mailboxes import checked_mail
from skafu.contexts.identity.ports import Flow, OutsidePerson
from skafu.kernel.errors import Invalid, Unavailable
from skafu.kernel.identity import Clock

ALGORITHMS: Final = ("RS256", "ES256", "PS256")
"""Signatures with public keys alone: with HS256, who knows the client's secret could sign for the provider."""

FRESH: Final = timedelta(hours=1)
LEEWAY: Final = 60
SECONDS: Final = 10.0
MOST_BYTES: Final = 500_000
LONGEST_SUBJECT: Final = 255
"""OpenID Connect Core 1.0, section 2."""
T = TypeVar("T")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Client(msgspec.Struct, frozen=True):
    """What a provider knows this installation by; the secret is not in the repr."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    redirect: str

    def __repr__(self) -> str:
        """Say at which provider."""
        return f"Client({self.name!r}, {self.issuer!r})"


class Metadata(msgspec.Struct, frozen=True):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""

    def __repr__(self) -> str:
        return "_Tokens()"


class OpenIdSignIn:
    """Fills `OutsideSignIn`."""

    def __init__(self, client: Client, http: httpx.AsyncClient, clock: Clock) -> None:
        """Be this client.

        Raises:
            Invalid: the provider is reached without encryption, and is not on this machine.
        """
        _check_address(client.issuer)
        self._client = client
        self._http = http
        self._clock = clock
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None
        self._asking = asyncio.Lock()

    @property
    def name(self) -> str:
        """What the provider is called in addresses."""
        return self._client.name

    async def address(self, flow: Flow, /) -> str:
        """Where the browser is sent to."""
        metadata = await self._discovered()
        question = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.redirect,
            "scope": "openid email profile",
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": create_s256_code_challenge(flow.verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(question)}"

    async def identify(self, code: str, flow: Flow, /) -> OutsidePerson:
        """Who came back with this code."""
        metadata = await self._discovered()
        tokens = await self._exchanged(metadata, code, flow)
        said = await self._checked(metadata, tokens, flow)
        if "email" not in said and metadata.userinfo_endpoint:
            more = await self._userinfo(metadata, tokens)
            if more.get("sub") != said["sub"]:
                raise OutsideSignInFailed("the provider speaks of two persons at once", fix="begin again")
            said = {**more, **said}
        return _person(metadata.issuer, said)

    async def _discovered(self) -> Metadata:
        async with self._asking:
            if self._metadata is None or self._clock() > self._metadata[1] + FRESH:
                place = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
                found = _read(await self._asked("GET", place), Metadata)
                if found.issuer.rstrip("/") != self._client.issuer.rstrip("/"):
                    raise OutsideSignInFailed("the provider calls itself by another name", fix="check `oidc_issuer`")
                for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
                    _check_address(address)
                self._metadata = (found, self._clock())
            return self._metadata[0]

    async def _exchanged(self, metadata: Metadata, code: str, flow: Flow) -> _Tokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect,
            "code_verifier": flow.verifier,
        }
        identifier, secret = self._client.client_id, self._client.client_secret
        auth: tuple[str, str] | None = (quote(identifier, safe=""), quote(secret, safe=""))
        if "client_secret_basic" not in metadata.token_endpoint_auth_methods_supported:
            form, auth = {**form, "client_id": identifier, "client_secret": secret}, None
        answer = await self._asked("POST", metadata.token_endpoint, form=form, auth=auth)
        return _read(answer, _Tokens)

    async def _checked(self, metadata: Metadata, tokens: _Tokens, flow: Flow) -> dict[str, object]:
        """What the id token says, once its signature and all its claims are in order."""
        options = {
            "iss": {"essential": True, "value": metadata.issuer},
            "aud": {"essential": True, "value": self._client.client_id},
            "nonce": {"essential": True, "value": flow.nonce},
            "sub": {"essential": True},
        }
        params = {"client_id": self._client.client_id, "access_token": tokens.access_token}
        try:
            token = await self._verified(metadata, tokens.id_token)
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError) as error:
            words = f"the answer of the provider is not in order ({type(error).__name__})"
            raise OutsideSignInFailed(words, fix="begin again") from error
        return dict(claims)

    async def _verified(self, metadata: Metadata, id_token: str) -> jwt.Token:
        """The token with a good signature; the keys are fetched again when none of those known here fits."""
        fresh = self._keys is not None and self._clock() < self._keys[1] + FRESH
        if self._keys is not None and fresh:
            try:
                return jwt.decode(id_token, self._keys[0], ALGORITHMS)
            except (JoseError, ValueError):
                pass
        answer = await self._asked("GET", metadata.jwks_uri)
        self._keys = (_keys(answer), self._clock())
        return jwt.decode(id_token, self._keys[0], ALGORITHMS)

    async def _userinfo(self, metadata: Metadata, tokens: _Tokens) -> dict[str, object]:
        _check_address(metadata.userinfo_endpoint)
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        return _read(await self._asked("GET", metadata.userinfo_endpoint, headers=headers), dict[str, object])

    async def _asked(
        self,
        method: str,
        address: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> bytes:
        fields = {"Accept": "application/json", **(headers or {})}
        try:
            request = self._http.build_request(method, address, data=form, headers=fields, timeout=SECONDS)
            answer = await self._http.send(
                request, auth=httpx.BasicAuth(*auth) if auth else None, follow_redirects=False
            )
        except httpx.HTTPError as error:
            words = f"the provider {self._client.name!r} does not answer: {type(error).__name__}"
            raise Unavailable(words, fix="try again") from error
        if answer.status_code >= 500:
            raise Unavailable(f"the provider {self._client.name!r} answers {answer.status_code}", fix="try again")
        if answer.status_code != 200 or len(answer.content) > MOST_BYTES:
            words = f"the provider {self._client.name!r} refuses the sign-in ({answer.status_code})"
            raise OutsideSignInFailed(words, fix="begin again")
        return answer.content


def _keys(content: bytes) -> KeySet:
    """The keys that a provider publishes; the library meets what is none with errors of every kind."""
    try:
        return KeySet.import_key_set(_read(content, KeySetSerialization))
    except (JoseError, ValueError, TypeError, LookupError) as error:
        raise OutsideSignInFailed("the provider publishes keys that cannot be read", fix="begin again") from error


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL) as error:
        raise OutsideSignInFailed("the provider names an address that is none", fix="begin again") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Invalid(f"an OpenID provider needs https: {address[:100]!r}", fix="set `oidc_issuer` to an https address")


def _read(content: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise OutsideSignInFailed("the provider answers what nobody understands", fix="begin again") from error


def _person(issuer: str, said: Mapping[str, object]) -> OutsidePerson:
    subject = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise OutsideSignInFailed("the provider does not say who that is", fix="begin again")
    vouched = said.get("email_verified") in (True, "true")  # a set cannot look for a list
    mail = str(said.get("email", "")) if vouched else ""
    try:
        mail = checked_mail(mail) if mail else ""
    except Invalid:
        mail = ""
    name = "".join(letter for letter in str(said.get("name", "")) if letter.isprintable())
    return OutsidePerson(issuer, subject, mail, name[:100])
