"""Setting a new password by a link that was sent by mail."""

from typing import Final

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.credentials import check_new_password, is_password_of, set_password
from skafu.contexts.identity.application.links import open_link, use_up
from skafu.contexts.identity.application.mailboxes import mailbox_of
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import user_of
from skafu.contexts.identity.application.sessions import end_all
from skafu.contexts.identity.application.signing_in import BY_ADDRESS, let_through
from skafu.contexts.identity.application.throttles import was_no_failure
from skafu.contexts.identity.domain import throttling
from skafu.contexts.identity.domain.errors import LinkNotUsable, NoSuchUser, TooManyAttempts, WrongPassword
from skafu.contexts.identity.domain.events import PasswordResetRequested
from skafu.contexts.identity.domain.users import User
from skafu.kernel.identity import SYSTEM
from skafu.storage.event_store import ANY

CONFIRMED: Final = "confirm"
"""Attempts at the password of somebody who is signed in."""


async def request_reset(means: Means, mail: str, asking: Asking) -> None:
    """Ask for a link. Whether somebody has this address is looked up later, by the work that sends the mail.

    Too many requests for one mail address lead to no more mails, and nobody is told.

    Raises:
        TooManyAttempts: from this network address.
    """
    await let_through(means, BY_ADDRESS, asking.address, throttling.ADDRESS, asking)
    mailbox = await mailbox_of(means, mail)
    try:
        await let_through(means, "reset of", mailbox, throttling.LINKS, asking)
    except TooManyAttempts:
        return
    requested = PasswordResetRequested(str(asking.request_id), mailbox)
    stream = f"password_reset-{asking.request_id}"
    await means.ledger.events.append(SYSTEM, stream, [requested], expected=ANY, origin=asking.by_nobody())


async def reset_password(means: Means, text: str, password: str, asking: Asking) -> None:
    """Set a new password by a link, and end all sessions.

    Raises:
        LinkNotUsable: the link was used, has expired, or is not whole.
        PasswordTooWeak: says why; the link can still be used.
    """
    link_id, link = await open_link(means, text, "password")
    try:
        user = await user_of(means, link.user_id)
    except NoSuchUser:
        raise LinkNotUsable from None
    check_new_password(user.mail, user.name, password)
    await use_up(means, link_id, "password", asking)
    await set_password(means, user, password, asking)
    await end_all(means, user.user_id, asking)


async def change_password(
    means: Means, user_id: str, present: str, new: str, asking: Asking, *, session_id: str
) -> None:
    """Set a new password as a person who is signed in, and end their other sessions.

    Raises:
        WrongPassword: the present password is another one; a person without one needs none.
        TooManyAttempts: it was tried too often.
        PasswordTooWeak: says why.
    """
    user = await user_of(means, user_id)
    if user.credential_id:
        await confirm(means, user, present, asking)
    await set_password(means, user, new, asking, session_id=session_id)
    await end_all(means, user_id, asking, but=session_id)


async def confirm(means: Means, user: User, password: str, asking: Asking) -> None:
    """Have a person show once more that it is them.

    Raises:
        WrongPassword: it is another password.
        TooManyAttempts: it was tried too often.
    """
    await let_through(means, CONFIRMED, user.user_id, throttling.ACCOUNT, asking)
    if not await is_password_of(means, user, password):
        raise WrongPassword
    await was_no_failure(means, CONFIRMED, user.user_id, throttling.ACCOUNT, asking.now)
