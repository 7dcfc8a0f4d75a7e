"""Access tokens: JSON Web Tokens (RFC 7519, 9068) signed with ES256."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from skafu.contexts.identity.adapters.keyring import SealedKeyring, SigningKey
from skafu.contexts.identity.ports import Claims

if TYPE_CHECKING:
    from joserfc.jwk import ECKey
    from joserfc.jwt import JWTClaimsRegistry

LASTS: Final = timedelta(minutes=5)
"""How long a token holds: what is taken from a person by then works on for so long at most."""

LEEWAY: Final = 5
"""Seconds by which the clocks of two processes may differ."""

_ALGORITHM: Final = "ES256"
_TYPE: Final = "at+jwt"
_ISSUER: Final = "skafu"
LONGEST: Final = 4096


class SignedTokens:
    """Fills `AccessTokens`."""

    def __init__(self, keyring: SealedKeyring) -> None:
        """Sign with the keys of this ring."""
        self._keyring = keyring

    async def issue(self, claims: Claims, now: datetime, /) -> str:
        """A token."""
        from joserfc import jwt

        key = await self._keyring.signing(now)
        said = {
            "iss": _ISSUER,
            "aud": _ISSUER,
            "sub": claims.user_id,
            "iat": int(now.timestamp()),
            "exp": int((now + LASTS).timestamp()),
            **msgspec.to_builtins(claims),
        }
        header = {"alg": _ALGORITHM, "kid": key.time.key_id, "typ": _TYPE}
        return jwt.encode(header, said, _private(key), [_ALGORITHM])

    async def read(self, token: str, now: datetime, /) -> Claims | None:
        """What a token says; none when it is not signed here, or not valid any more."""
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
            return msgspec.convert(said, Claims)
        except (JoseError, ValueError, msgspec.ValidationError):
            return None

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
