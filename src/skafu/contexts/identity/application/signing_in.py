"""Signing in by mail address and password."""

from typing import Final

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.credentials import is_password_of
from skafu.contexts.identity.application.mailboxes import holder_of, mailbox_of
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import Membership, memberships_of, user_of
from skafu.contexts.identity.application.sessions import OpenedSession, start_session
from skafu.contexts.identity.application.throttles import attempt, sweep, was_no_failure
from skafu.contexts.identity.domain import throttling
from skafu.contexts.identity.domain.errors import NoSuchUser, NotInvited, SignInRefused, TooManyAttempts
from skafu.contexts.identity.domain.events import Method, SignInFailed
from skafu.contexts.identity.domain.users import User
from skafu.kernel.identity import SYSTEM
from skafu.storage.event_store import ANY

BY_ADDRESS: Final = "sign-in from"
BY_MAIL: Final = "sign-in as"
NOBODY: Final = "nobody"
"""On whom attempts are recorded that hit nobody: they are told, and take, the same."""


async def sign_in(
    means: Means, mail: str, password: str, asking: Asking, *, organisation_id: str = ""
) -> OpenedSession:
    """Start a session for whoever knows the password.

    An attempt counts before it is made. Who is not known is told the same, after as long a time, as who is.

    Raises:
        TooManyAttempts: for this address or this mail address; says when to come again.
        SignInRefused: mail and password do not go together.
        NotInvited: the person belongs to no organisation.
    """
    await let_through(means, BY_ADDRESS, asking.address, throttling.ADDRESS, asking)
    mailbox = await mailbox_of(means, mail)
    await let_through(means, BY_MAIL, mailbox, throttling.ACCOUNT, asking)
    user = await _known(means, mailbox)
    if not await is_password_of(means, user, password) or user is None:
        await _note_failure(means, user.user_id if user else NOBODY, asking)
        raise SignInRefused
    await was_no_failure(means, BY_MAIL, mailbox, throttling.ACCOUNT, asking.now)
    await was_no_failure(means, BY_ADDRESS, asking.address, throttling.ADDRESS, asking.now)
    return await enter(means, user, "password", asking, organisation_id=organisation_id)


async def enter(
    means: Means, user: User, method: Method, asking: Asking, *, organisation_id: str = ""
) -> OpenedSession:
    """Start a session for somebody who has shown who they are, where they want or where they joined last.

    Raises:
        NotInvited: they belong to no organisation, or not to that one.
    """
    found = await memberships_of(means, user)
    wanted = [each for each in found if organisation_id in {"", each.organisation.organisation_id}]
    if not wanted:
        raise NotInvited
    return await start_session(means, user.user_id, _id(wanted[-1]), method, asking)


async def let_through(means: Means, what: str, whose: str, rate: throttling.Rate, asking: Asking) -> None:
    """Count an attempt.

    Raises:
        TooManyAttempts: there were too many before.
    """
    seconds = await attempt(means, what, whose, rate, asking.now)
    if seconds:
        await sweep(means, asking.now)
        raise TooManyAttempts(seconds)


def _id(membership: Membership) -> str:
    return membership.organisation.organisation_id


async def _known(means: Means, mailbox: str) -> User | None:
    user_id = await holder_of(means, mailbox)
    try:
        return None if user_id is None else await user_of(means, user_id)
    except NoSuchUser:
        return None


async def _note_failure(means: Means, user_id: str, asking: Asking) -> None:
    """In a stream of its own, which nobody folds: attempts at a person must not make their sign-in slow."""
    failed = SignInFailed(user_id, asking.address)
    stream = f"sign_in-{user_id}"
    await means.ledger.events.append(SYSTEM, stream, [failed], expected=ANY, origin=asking.by_nobody())
