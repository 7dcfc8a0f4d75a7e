"""Access tokens: JSON Web Tokens (RFC 7519, 9068) signed with ES256."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from skafu.contexts.identity.adapters.keyring import SealedKeyring, SigningKey
from skafu.contexts.identity.ports import Claims

if TYPE_CHECKING:
    from joserfc.jwk import ECKey
    from joserfc.jwt import JWTClaimsRegistry

LASTS: Final = timedelta(minutes=5)
"""How long a token holds, unless what it was signed for is taken away before."""

LEEWAY: Final = 5
"""Seconds by which the clocks of two processes may differ."""

_ALGORITHM: Final = "ES256"
_TYPE: Final = "at+jwt"
_ISSUER: Final = "skafu"
LONGEST: Final = 4096
MOST_SEEN: Final = 4096
"""Tokens whose signatures a process remembers; the oldest are forgotten first."""


class SignedTokens:
    """Fills `AccessTokens`."""

    def __init__(self, keyring: SealedKeyring) -> None:
        """Sign with the keys of this ring."""
        self._keyring = keyring
        self._seen: OrderedDict[str, tuple[str, Claims, int]] = OrderedDict()

    async def issue(self, claims: Claims, now: datetime, /) -> str:
        """A token."""
        from joserfc import jwt

        key = await self._keyring.signing(now)
        said = {
            **msgspec.to_builtins(claims),
            "iss": _ISSUER,
            "aud": _ISSUER,
            "sub": claims.user_id,
            "iat": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
        }
        header = {"alg": _ALGORITHM, "kid": key.time.key_id, "typ": _TYPE}
        return jwt.encode(header, said, _private(key), [_ALGORITHM])

    async def read(self, token: str, now: datetime, /) -> Claims | None:
        """What a token says; none when it is not signed here, or not valid any more.

        A signature is checked once in a process, which takes most of the time of a small request. Whether the token's
        key still counts, and whether its time is over, is looked at each time.
        """
        seen = self._seen.get(token)
        if seen is None:
            return await self._first(token, now)
        key_id, claims, ends = seen
        found = await self._keyring.published(now, needed=key_id)
        current = any(each.time.key_id == key_id for each in found)
        return claims if current and now.timestamp() < ends + LEEWAY else None

    async def _first(self, token: str, now: datetime) -> Claims | None:
        """What a token says that was not seen before."""
        from joserfc import jws, jwt
        from joserfc.errors import JoseError

        if len(token) > LONGEST:
            return None
        try:
            header = jws.extract_compact(token.encode()).headers()
            needed = str(header.get("kid", ""))
            found = await self._keyring.published(now, needed=needed)
            key = next((each for each in found if each.time.key_id == needed), None)
            if key is None or header.get("typ") != _TYPE:
                return None
            said = jwt.decode(token, _private(key), [_ALGORITHM]).claims
            _claims_of(now).validate(said)
            claims = msgspec.convert(said, Claims)
        except (JoseError, ValueError, msgspec.ValidationError):
            return None
        self._seen[token] = (needed, claims, int(said["exp"]))
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        return claims

    async def key_set(self, now: datetime, /) -> dict[str, object]:
        """The public keys."""
        keys = [(each, _private(each)) for each in await self._keyring.published(now)]
        more = {"use": "sig", "alg": _ALGORITHM}
        return {"keys": [{**key.as_dict(private=False), **more, "kid": kept.time.key_id} for kept, key in keys]}


def _claims_of(now: datetime) -> "JWTClaimsRegistry":
    from joserfc import jwt

    required: jwt.ClaimsOption = {"essential": True, "value": _ISSUER}
    return jwt.JWTClaimsRegistry(int(now.timestamp()), LEEWAY, iss=required, aud=required, exp={"essential": True})


def _private(key: SigningKey) -> "ECKey":
    from joserfc.jwk import ECKey

    return ECKey.import_key(dict(key.private))
