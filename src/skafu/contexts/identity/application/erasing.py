"""Makes a person forgotten, everywhere in the installation."""

from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.contexts.identity.application.aggregates import USERS
from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.credentials import forget_credential
from skafu.contexts.identity.application.mailboxes import OUTSIDE, let_go_of_mailbox, outside_key
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import memberships_of, user_of
from skafu.contexts.identity.application.sessions import end_all, forget_sessions
from skafu.contexts.identity.domain import organisations, users
from skafu.contexts.identity.domain.errors import LastAdmin
from skafu.contexts.identity.domain.events import InvitationAccepted, MemberInvited, OrganisationJoined
from skafu.contexts.identity.domain.mailboxes import normal_mail
from skafu.contexts.identity.domain.organisations import LeaveForGood
from skafu.contexts.identity.domain.users import FinishErasure, RequestErasure, User
from skafu.kernel.identity import SYSTEM, Origin, TenantId
from skafu.storage.documents import Collection
from skafu.storage.erasure import Eraser, Subject
from skafu.storage.work import Later

BEGUN: Final = Collection("identity erasures")
"""Which read models are being built anew for an erasure that has not ended."""

LOOK_AGAIN: Final = 5.0


async def request_erasure(means: Means, user_id: str, asking: Asking, *, session_id: str = "") -> None:
    """Have a person forgotten, and take them out of everything at once.

    The wish comes first: whatever happens then, the work that it asks for does what is left.

    Raises:
        LastAdmin: an organisation with other members would be left without an admin; nothing has changed then.
    """
    user = await user_of(means, user_id)
    found = await memberships_of(means, user)
    for each in found:
        if each.organisation.admins() == [user_id] and len(each.organisation.members) > 1:
            raise LastAdmin
    origin = asking.by(user_id, session_id)
    await means.ledger.commands.send(SYSTEM, RequestErasure(user_id), origin=origin)
    await _take_out(means, user, origin, asking)


async def _take_out(means: Means, user: User, origin: Origin, asking: Asking) -> None:
    for each in await memberships_of(means, user):
        identifier = each.organisation.organisation_id
        await means.ledger.commands.send(TenantId(identifier), LeaveForGood(identifier, user.user_id), origin=origin)
    await end_all(means, user.user_id, asking)


async def erase_person(means: Means, eraser: Eraser, user_id: str, origin: Origin, personal: Sequence[str]) -> None:
    """Destroy the keys of a person and all that is kept of them outside of events; safe to repeat.

    The keys in the tenant of the installation come last: until then, what is to be erased elsewhere is still known.

    Args:
        means: what the application works with.
        eraser: destroys keys.
        user_id: who is to be forgotten.
        origin: the work that does it.
        personal: the read models that are built anew.
    """
    user = (await means.ledger.commands.state(SYSTEM, USERS, users.stream_of(user_id))).state
    mail = user.mail if isinstance(user, User) else ""
    subjects = [Subject(SYSTEM, user_id)]
    for organisation_id in await _organisations_ever(means, user_id):
        tenant = TenantId(organisation_id)
        invitations = await _invitations_of(means, organisation_id, user_id, mail)
        subjects = [Subject(tenant, each) for each in (*invitations, user_id)] + subjects
    if isinstance(user, User):
        await _take_out(means, user, origin, Asking(means.ledger.clock(), "", origin.correlation_id))
        await _forget_documents(means, user)
    for subject in subjects:
        await eraser.erase(subject, by=user_id)
    await _rebuild(means, eraser, subjects[-1], personal)
    await means.ledger.commands.send(SYSTEM, FinishErasure(user_id), origin=origin)
    await means.ledger.documents.delete(SYSTEM, BEGUN, user_id)


async def _rebuild(means: Means, eraser: Eraser, subject: Subject, personal: Sequence[str]) -> None:
    """Have the read models built anew, each from after the keys were destroyed.

    Raises:
        Later: one was being built anew already, and may have read the person.
    """
    documents = means.ledger.documents
    found = (await documents.get(SYSTEM, BEGUN, [subject.id])).get(subject.id)
    begun = msgspec.convert(found.body["names"], list[str]) if found else []
    for name in personal:
        if name in begun:
            continue
        if (await eraser.erase(subject, by=subject.id, rebuild=(name,))).again:
            raise Later(LOOK_AGAIN)
        begun.append(name)
        await documents.put(SYSTEM, BEGUN, subject.id, {"names": begun})


async def _organisations_ever(means: Means, user_id: str) -> list[str]:
    """The organisations that a person has ever belonged to, or was about to."""
    recorded = await means.ledger.events.read_stream(SYSTEM, users.stream_of(user_id))
    joined = [each.event.organisation_id for each in recorded if isinstance(each.event, OrganisationJoined)]
    return list(dict.fromkeys(joined))


async def _invitations_of(means: Means, organisation_id: str, user_id: str, mail: str) -> list[str]:
    """The invitations that hold the address of a person: those accepted by them, and those sent to it."""
    stream = organisations.stream_of(organisation_id)
    recorded = await means.ledger.events.read_stream(TenantId(organisation_id), stream)
    found = []
    for each in recorded:
        match each.event:
            case InvitationAccepted(_, invitation_id, accepted_by) if accepted_by == user_id:
                found.append(invitation_id)
            case MemberInvited() if mail and normal_mail(each.event.mail) == normal_mail(mail):
                found.append(each.event.invitation_id)
    return list(dict.fromkeys(found))


async def _forget_documents(means: Means, user: User) -> None:
    documents = means.ledger.documents
    await forget_credential(means, user.credential_id)
    if user.mailbox:
        await let_go_of_mailbox(means, user.mailbox)
    for issuer, subject in user.outside:
        await documents.delete(SYSTEM, OUTSIDE, outside_key(issuer, subject))
    await forget_sessions(means, user.user_id)
