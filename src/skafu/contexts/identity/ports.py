"""What identity needs from outside, and the values that go through these ports."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import msgspec

from skafu.contexts.identity.domain.roles import Role, Tier

NewSecret = Callable[[], bytes]
"""Gives 256 random bits."""


class Passwords(Protocol):
    """Turns passwords into hashes that tell nothing, slowly on purpose."""

    async def hashed(self, password: str, /) -> str:
        """The hash of a password, different each time."""

    async def match(self, password: str, hashed: str | None, /) -> bool:
        """Whether a password is the one of a hash; without a hash, no, and that takes just as long."""

    def is_outdated(self, hashed: str, /) -> bool:
        """Whether the hash was made with less effort than is made today."""


class Keyring(Protocol):
    """Keys of this installation, kept apart from what they protect."""

    async def secret(self, purpose: str, /) -> bytes:
        """The key of a purpose: 256 bits, made when it is first asked for, the same in every process.

        Raises:
            Unavailable: the keys cannot be reached.
        """


class Claims(msgspec.Struct, frozen=True):
    """What an access token says of a person; `iat` is the second at which it was signed."""

    user_id: str
    org_id: str
    role: Role
    tier: Tier
    session_id: str
    iat: int = 0


class AccessTokens(Protocol):
    """Signs what a person may do for some minutes, so that it needs no look at the store."""

    async def issue(self, claims: Claims, now: datetime, /) -> str:
        """A token.

        Raises:
            Unavailable: the keys cannot be reached.
        """

    async def read(self, token: str, now: datetime, /) -> Claims | None:
        """What a token says; none when it is not signed here, or not valid any more."""

    async def key_set(self, now: datetime, /) -> dict[str, object]:
        """The public keys, as RFC 7517 writes them."""


class Flow(msgspec.Struct, frozen=True):
    """One sign-in at a provider, from the redirect there to the return: all of it follows from one secret."""

    state: str
    nonce: str
    verifier: str

    def __repr__(self) -> str:
        """Say nothing of it."""
        return "Flow()"


class OutsidePerson(msgspec.Struct, frozen=True):
    """Whom a provider says it is; `mail` only when the provider vouches for it."""

    issuer: str
    subject: str
    mail: str
    name: str


class OutsideSignIn(Protocol):
    """An OpenID provider."""

    @property
    def name(self) -> str:
        """What it is called in addresses."""

    async def address(self, flow: Flow, /) -> str:
        """Where the browser is sent to.

        Raises:
            Unavailable: the provider does not answer.
        """

    async def identify(self, code: str, flow: Flow, /) -> OutsidePerson:
        """Who came back with this code.

        Raises:
            OutsideSignInFailed: the code, or what the provider says, is not in order.
            Unavailable: the provider does not answer.
        """
