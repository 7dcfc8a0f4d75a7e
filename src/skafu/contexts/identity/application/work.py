"""What the events of identity ask for: mails with links, and the end of a person's data."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid5

from skafu.contexts.identity.application.erasing import erase_person
from skafu.contexts.identity.application.links import PASSWORD_LINK_LASTS, invitation_text, link_text
from skafu.contexts.identity.application.mailboxes import holder_of
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import organisation_of, user_of
from skafu.contexts.identity.domain.errors import NoSuchOrganisation, NoSuchUser
from skafu.contexts.identity.domain.events import (
    InvitationAccepted,
    InvitationRevoked,
    MemberInvited,
    PasswordResetRequested,
    UserErasureRequested,
)
from skafu.contexts.identity.domain.links import IssueLink
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import SYSTEM
from skafu.kernel.mailing import Mail, Mailer
from skafu.storage.erasure import Eraser
from skafu.storage.work import GivenUp, Work, WorkKind


def works(
    means: Means, mailer: Mailer, eraser: Eraser, personal: Sequence[str], public_url: str
) -> tuple[WorkKind, ...]:
    """The kinds of work.

    Args:
        means: what the application works with.
        mailer: sends mails.
        eraser: destroys the keys of persons.
        personal: names of all read models with personal fields, as they are known when the work is done.
        public_url: how people reach the server.
    """
    return (
        _invitation_mail(means, mailer, public_url),
        _reset_mail(means, mailer, public_url),
        _erasure(means, eraser, personal),
    )


def _invitation_mail(means: Means, mailer: Mailer, public_url: str) -> WorkKind:
    async def send(work: Work) -> None:
        match work.event.event:
            case MemberInvited(organisation_id, invitation_id, mail, role, _, expires_at):
                try:
                    organisation, _version = await organisation_of(means, organisation_id)
                except NoSuchOrganisation:
                    return
                if invitation_id not in organisation.invitations:
                    return
                link = await invitation_text(means.keyring, organisation_id, invitation_id)
                text = (
                    f"You are invited to work in {organisation.name} as {role}.\n\n"
                    f"{public_url}/sign-in#invitation={link}\n\n"
                    f"The link works once, until {expires_at:%Y-%m-%d %H:%M} UTC. "
                    "If you do not know what this is about, leave it alone.\n"
                )
                await mailer.send(Mail(mail, f"Invitation to {organisation.name}", text), key=work.id)

    cancelled = (InvitationAccepted, InvitationRevoked)
    return WorkKind(
        "identity.invitation-mail", (MemberInvited,), send, _let_be, _invitation_id, cancelled, retries=MAIL_RETRIES
    )


def _reset_mail(means: Means, mailer: Mailer, public_url: str) -> WorkKind:
    async def send(work: Work) -> None:
        match work.event.event:
            case PasswordResetRequested(_, mailbox):
                user_id = await holder_of(means, mailbox)
                if user_id is None:
                    return
                try:
                    user = await user_of(means, user_id)
                except NoSuchUser:
                    return
                link_id = uuid5(work.event.event_id, "link")
                expires_at = work.event.recorded_at + PASSWORD_LINK_LASTS
                command = IssueLink(str(link_id), "password", expires_at, user_id)
                await means.ledger.commands.send(SYSTEM, command, origin=work.origin, key=f"{work.id}:link")
                text = (
                    "Somebody, probably you, wants to set a new password for Skafu.\n\n"
                    f"{public_url}/sign-in#password={await link_text(means.keyring, link_id, 'password')}\n\n"
                    "The link works once, for an hour. If it was not you, leave it alone: nothing has changed.\n"
                )
                await mailer.send(Mail(user.mail, "Set a new password", text), key=work.id)

    return WorkKind("identity.reset-mail", (PasswordResetRequested,), send, _let_be, _request_id, retries=MAIL_RETRIES)


def _erasure(means: Means, eraser: Eraser, personal: Sequence[str]) -> WorkKind:
    async def erase(work: Work) -> None:
        match work.event.event:
            case UserErasureRequested(user_id):
                await erase_person(means, eraser, user_id, work.origin, tuple(personal))

    return WorkKind("identity.erase", (UserErasureRequested,), erase, _let_be, _user_id, retries=ERASURE_RETRIES)


MAIL_RETRIES: Final = (1.0, 10.0, 60.0, 300.0)
ERASURE_RETRIES: Final = (1.0, 5.0, 30.0, 300.0, 3600.0)
"""An erasure that was asked for is not given up lightly: the event stays, and the error bus has told of it."""


async def _let_be(_work: Work, _error: GivenUp) -> None:
    """Nothing to record: the runner has told the error bus, and the person can ask again."""


def _invitation_id(event: RecordedEvent[Event]) -> str:
    match event.event:
        case MemberInvited() | InvitationAccepted() | InvitationRevoked():
            return event.event.invitation_id
    return str(event.event_id)


def _request_id(event: RecordedEvent[Event]) -> str:
    return event.event.request_id if isinstance(event.event, PasswordResetRequested) else str(event.event_id)


def _user_id(event: RecordedEvent[Event]) -> str:
    return event.event.user_id if isinstance(event.event, UserErasureRequested) else str(event.event_id)
