"""Persons and organisations as they stand, always fresh: the folds of their streams."""

import msgspec

from skafu.contexts.identity.application.aggregates import INSTALLATION, ORGANISATIONS, TOKENS, USERS
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.domain import api_tokens, installations, organisations, users
from skafu.contexts.identity.domain.api_tokens import Token
from skafu.contexts.identity.domain.errors import NoSuchOrganisation, NoSuchUser
from skafu.contexts.identity.domain.installations import Owned
from skafu.contexts.identity.domain.organisations import Organisation
from skafu.contexts.identity.domain.roles import Role
from skafu.contexts.identity.domain.users import Forgotten, User
from skafu.kernel.identity import SYSTEM, TenantId


class Membership(msgspec.Struct, frozen=True):
    """A person in an organisation."""

    organisation: Organisation
    role: Role


async def user_of(means: Means, user_id: str) -> User:
    """A person who is known.

    Raises:
        NoSuchUser: there is nobody of this id, or they are forgotten.
    """
    found = (await means.ledger.commands.state(SYSTEM, USERS, users.stream_of(user_id))).state
    if not isinstance(found, User) or found.leaving:
        raise NoSuchUser
    return found


async def is_forgotten(means: Means, user_id: str) -> bool:
    """Whether a person was known and is forgotten."""
    found = (await means.ledger.commands.state(SYSTEM, USERS, users.stream_of(user_id))).state
    return isinstance(found, Forgotten)


async def organisation_of(means: Means, organisation_id: str) -> tuple[Organisation, int]:
    """An organisation and the version of its stream.

    Raises:
        NoSuchOrganisation: there is none, or it is closed.
    """
    stream = organisations.stream_of(organisation_id)
    standing = await means.ledger.commands.state(TenantId(organisation_id), ORGANISATIONS, stream)
    if not isinstance(standing.state, Organisation) or standing.state.closed:
        raise NoSuchOrganisation
    return standing.state, standing.version


async def membership_of(means: Means, user_id: str, organisation_id: str) -> Membership | None:
    """A person in an organisation; none when they do not belong to it."""
    try:
        organisation, _ = await organisation_of(means, organisation_id)
    except NoSuchOrganisation:
        return None
    role = organisation.members.get(user_id)
    return None if role is None else Membership(organisation, role)


async def memberships_of(means: Means, user: User) -> list[Membership]:
    """The organisations that a person belongs to: those that say so themselves."""
    found = [await membership_of(means, user.user_id, each) for each in user.organisations]
    return [each for each in found if each is not None]


async def token_of(means: Means, organisation_id: str, token_id: str) -> Token | None:
    """A token as it stands."""
    stream = api_tokens.stream_of(token_id)
    found = (await means.ledger.commands.state(TenantId(organisation_id), TOKENS, stream)).state
    return found if isinstance(found, Token) else None


async def owned_by(means: Means) -> Owned | None:
    """Whose the installation is, even when they are forgotten."""
    found = (await means.ledger.commands.state(SYSTEM, INSTALLATION, installations.STREAM)).state
    return found if isinstance(found, Owned) else None


async def owner_of(means: Means) -> Owned | None:
    """Whose the installation is; nobody's when they are forgotten."""
    found = await owned_by(means)
    return None if found is None or await is_forgotten(means, found.user_id) else found
