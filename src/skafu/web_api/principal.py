"""Who calls, and what they may do."""

from typing import Final, Literal, Protocol

import msgspec

from skafu.kernel.errors import SkafuError
from skafu.kernel.identity import Actor, TenantId

Role = Literal["viewer", "developer", "admin"]
Tier = Literal["free", "team", "enterprise"]

RANK: Final[dict[Role, int]] = {"viewer": 0, "developer": 1, "admin": 2}
"""Each role may do what the lower ones may."""


class NotSignedIn(SkafuError):
    """What was shown is worth nothing (HTTP 401)."""


class Credentials(msgspec.Struct, frozen=True):
    """What a request shows of its sender.

    Attributes:
        bearer: an access token or an API token; empty when there is none.
        session: the session of a browser; empty when there is none.
        address: where the request comes from.
    """

    bearer: str = ""
    session: str = ""
    address: str = ""

    def __repr__(self) -> str:
        """Nothing that would let somebody in."""
        return f"Credentials(address={self.address!r})"


class Principal(msgspec.Struct, frozen=True):
    """Who calls, as a member of an organisation.

    Attributes:
        user_id: the person.
        org_id: the organisation, which is the tenant.
        role: what the person may do there.
        tier: what the organisation may use.
        kind: the person themselves, or a token of theirs.
        token_id: the token, when it is one.
        session_id: the session, when it is one.
        scopes: what a token is limited to; none means all that the role may do.
    """

    user_id: str
    org_id: TenantId
    role: Role
    tier: Tier = "free"
    kind: Literal["person", "token"] = "person"
    token_id: str = ""
    session_id: str = ""
    scopes: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """Who is on record for what they do."""
        return Actor("token", self.token_id) if self.kind == "token" else Actor("person", self.user_id, self.session_id)

    def may(self, role: Role, scope: str = "") -> bool:
        """Whether the role is enough, and a token's scopes cover `scope`."""
        return RANK[self.role] >= RANK[role] and (not self.scopes or not scope or scope in self.scopes)


class Authenticator(Protocol):
    """Finds out who calls."""

    async def authenticate(self, credentials: Credentials, /) -> Principal | None:
        """Who shows these credentials; nobody when they are worth nothing.

        Raises:
            Unavailable: it cannot be found out now.
        """
