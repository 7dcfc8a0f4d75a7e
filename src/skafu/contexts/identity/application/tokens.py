"""API tokens: issued, shown once, revoked."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import membership_of, token_of
from skafu.contexts.identity.domain.api_tokens import IssueToken, RevokeToken, Token
from skafu.contexts.identity.domain.errors import NoSuchOrganisation, NoSuchToken
from skafu.contexts.identity.domain.roles import Role
from skafu.contexts.identity.domain.secret_texts import digest_of, written_token
from skafu.kernel.identity import Origin, TenantId


class NewToken(msgspec.Struct, frozen=True):
    """A token, and its text the one time that it is shown; the text is not in the repr."""

    token: Token
    text: str

    def __repr__(self) -> str:
        """Say which token it is."""
        return f"NewToken({self.token.token_id})"


class TokenWish(msgspec.Struct, frozen=True):
    """What somebody wants of a token."""

    name: str
    role: Role
    scopes: Sequence[str]
    expires_at: datetime


async def issue_token(
    means: Means,
    tenant: TenantId,
    user_id: str,
    token_id: str,
    wish: TokenWish,
    asking: Asking,
    origin: Origin,
) -> NewToken:
    """Issue a token of a person. When the request is repeated, the text is empty: it was shown before.

    Raises:
        RoleTooHigh: the person may do less.
        Invalid: it would end in the past, or in more than a year.
    """
    membership = await membership_of(means, user_id, tenant)
    if membership is None:
        raise NoSuchOrganisation
    secret = means.new_secret()
    command = IssueToken(
        token_id,
        user_id,
        wish.name,
        wish.role,
        membership.role,
        tuple(wish.scopes),
        digest_of(secret),
        asking.now,
        wish.expires_at,
    )
    outcome = await means.ledger.commands.send(tenant, command, origin=origin, key=asking.key)
    token = await token_of(means, tenant, token_id)
    if token is None:
        raise NoSuchToken(token_id)
    return NewToken(token, "" if outcome.repeated else written_token(tenant, token_id, secret))


async def revoke_token(
    means: Means, tenant: TenantId, user_id: str, role: Role, token_id: str, asking: Asking, origin: Origin
) -> None:
    """Let a token not work any more: the person's own, or as an admin anybody's.

    Raises:
        NoSuchToken: there is none, or it is somebody else's.
    """
    token = await token_of(means, tenant, token_id)
    if token is None or (token.user_id != user_id and role != "admin"):
        raise NoSuchToken(token_id)
    await means.ledger.commands.send(tenant, RevokeToken(token_id), origin=origin, key=asking.key)
