"""Coming in by a link: the owner of the installation, and whoever was invited."""

from typing import Final
from uuid import uuid5

import msgspec

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.credentials import check_new_password, set_password
from skafu.contexts.identity.application.links import invitation_of, open_link, use_up
from skafu.contexts.identity.application.mailboxes import holder_of, mailbox_of, take_mailbox
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import (
    is_forgotten,
    organisation_of,
    owned_by,
    owner_of,
    user_of,
)
from skafu.contexts.identity.application.sessions import OpenedSession, start_session
from skafu.contexts.identity.application.signing_in import enter
from skafu.contexts.identity.domain.errors import (
    LinkNotUsable,
    MailTaken,
    NoSuchOrganisation,
    NoSuchUser,
    OwnerHasMail,
    SignInFirst,
)
from skafu.contexts.identity.domain.installations import NameFirstOwner
from skafu.contexts.identity.domain.mailboxes import checked_mail
from skafu.contexts.identity.domain.organisations import AcceptInvitation, CreateOrganisation
from skafu.contexts.identity.domain.roles import Tier
from skafu.contexts.identity.domain.users import JoinOrganisation, RegisterUser, SetMail, User
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import SYSTEM, TenantId

OWNERS_NAME: Final = "Owner"
OWNERS_ORGANISATION: Final = "My organisation"


class Newcomer(msgspec.Struct, frozen=True):
    """What somebody says of themselves who comes in by a link; the password is not in the repr."""

    name: str = ""
    mail: str = ""
    password: str = ""
    organisation: str = ""

    def __repr__(self) -> str:
        """Say nothing of them."""
        return "Newcomer()"


async def enter_as_owner(means: Means, text: str, newcomer: Newcomer, asking: Asking) -> OpenedSession:
    """Come in by the link of the owner: the first time, the installation is given away.

    Raises:
        LinkNotUsable: the link was used, has expired or is not whole.
        MailTaken: the mail address belongs to somebody else.
        PasswordTooWeak: says why; the link can still be used.
    """
    link_id, _ = await open_link(means, text, "owner")
    mail = checked_mail(newcomer.mail) if newcomer.mail else ""
    if newcomer.password:
        check_new_password(mail, newcomer.name, newcomer.password)
    mailbox = await mailbox_of(means, mail) if mail else ""
    owner = await owner_of(means)
    user_id = owner.user_id if owner else str(uuid5(asking.request_id, "owner"))
    if mailbox and await holder_of(means, mailbox) not in {None, user_id}:
        raise MailTaken
    if owner and mailbox and (await _mailbox_on_record(means, user_id)) not in {"", mailbox}:
        raise OwnerHasMail
    await use_up(means, link_id, "owner", asking)
    user = await _owner(means, user_id, newcomer, mail, mailbox, asking)
    if newcomer.password:
        await set_password(means, user, newcomer.password, asking)
    return await enter(means, await user_of(means, user_id), "link", asking)


async def _mailbox_on_record(means: Means, user_id: str) -> str:
    """The mailbox of a person; empty when they are not known yet, because an earlier attempt was interrupted."""
    try:
        return (await user_of(means, user_id)).mailbox
    except NoSuchUser:
        return ""


async def _owner(means: Means, user_id: str, newcomer: Newcomer, mail: str, mailbox: str, asking: Asking) -> User:
    """The owner, with all that belongs to them; what an earlier attempt left out is made now."""
    send, origin = means.ledger.commands.send, asking.by(user_id)
    organisation_id = str(uuid5(asking.request_id, "organisation"))
    before = await owned_by(means)
    gone = before.user_id if before and await is_forgotten(means, before.user_id) else ""
    await send(SYSTEM, NameFirstOwner(user_id, organisation_id, gone), origin=origin)
    owned = await owner_of(means)
    if owned is None or owned.user_id != user_id:
        raise LinkNotUsable
    if mailbox and await take_mailbox(means, mailbox, user_id) != user_id:
        raise MailTaken
    await send(SYSTEM, RegisterUser(user_id, mail, mailbox, newcomer.name or OWNERS_NAME), origin=origin)
    user = await user_of(means, user_id)
    if mail and not user.mail:
        await send(SYSTEM, SetMail(user_id, mail, mailbox), origin=origin)
    if not user.organisations:
        name = newcomer.organisation or OWNERS_ORGANISATION
        await found_organisation(means, owned.organisation_id, name, user_id, asking, tier="enterprise")
    return await user_of(means, user_id)


async def found_organisation(
    means: Means,
    organisation_id: str,
    name: str,
    user_id: str,
    asking: Asking,
    *,
    session_id: str = "",
    tier: Tier = "free",
) -> int:
    """Found an organisation; its founder is the first admin.

    Returns:
        The version of the organisation.
    """
    origin, send = asking.by(user_id, session_id), means.ledger.commands.send
    await send(SYSTEM, JoinOrganisation(user_id, organisation_id), origin=origin)
    create = CreateOrganisation(organisation_id, name, user_id, tier)
    return (await send(TenantId(organisation_id), create, origin=origin)).version


async def enter_as_invited(means: Means, text: str, newcomer: Newcomer, asking: Asking) -> OpenedSession:
    """Come in by the link of an invitation, for the first time: it shows that the mail address is theirs.

    Raises:
        LinkNotUsable: the invitation is not waiting any more.
        SignInFirst: the person is known; a link alone does not let them in.
        PasswordTooWeak: says why; the link can still be used.
    """
    organisation_id, invitation_id, mail = await _invitation(means, text, asking)
    mailbox = await mailbox_of(means, mail)
    holder = await holder_of(means, mailbox)
    if holder is not None and await _is_known(means, holder):
        raise SignInFirst("somebody with this mail address is known here", fix="sign in, then accept the invitation")
    if not newcomer.password or not newcomer.name:
        raise Invalid("whoever is new here needs a name and a password", fix="send both")
    check_new_password(mail, newcomer.name, newcomer.password)
    user_id = await take_mailbox(means, mailbox, holder or str(means.ledger.new_id()))
    register = RegisterUser(user_id, mail, mailbox, newcomer.name)
    await means.ledger.commands.send(SYSTEM, register, origin=asking.by(user_id))
    user = await user_of(means, user_id)
    await accept(means, user, organisation_id, invitation_id, asking)
    await set_password(means, user, newcomer.password, asking)
    return await start_session(means, user_id, organisation_id, "link", asking)


async def accept_invitation(means: Means, user_id: str, text: str, asking: Asking, *, session_id: str = "") -> str:
    """Join an organisation, as a person who is signed in.

    Returns:
        The id of the organisation.

    Raises:
        LinkNotUsable: the invitation is not waiting any more.
        Refused: it is for another mail address.
    """
    try:
        organisation_id, invitation_id, _ = await _invitation(means, text, asking)
    except LinkNotUsable:
        found = await invitation_of(means.keyring, text)
        if not asking.key or found is None:
            raise
        again = AcceptInvitation(*found, user_id, (await user_of(means, user_id)).mail, asking.now)
        await means.ledger.commands.send(
            TenantId(found[0]), again, origin=asking.by(user_id, session_id), key=asking.key
        )  # refused, unless it is the same request again, whose answer was lost
        return found[0]
    user = await user_of(means, user_id)
    await accept(means, user, organisation_id, invitation_id, asking, session_id=session_id)
    return organisation_id


async def accept(
    means: Means, user: User, organisation_id: str, invitation_id: str, asking: Asking, *, session_id: str = ""
) -> None:
    """Let a person join who was invited.

    The person remembers the organisation first: what is interrupted leaves nobody in an organisation that they do not
    find.
    """
    origin, send = asking.by(user.user_id, session_id), means.ledger.commands.send
    await send(SYSTEM, JoinOrganisation(user.user_id, organisation_id), origin=origin)
    command = AcceptInvitation(organisation_id, invitation_id, user.user_id, user.mail, asking.now)
    await send(TenantId(organisation_id), command, origin=origin, key=asking.key)


async def _invitation(means: Means, text: str, asking: Asking) -> tuple[str, str, str]:
    """The organisation, the invitation and the invited address."""
    found = await invitation_of(means.keyring, text)
    if found is None:
        raise LinkNotUsable
    try:
        organisation, _ = await organisation_of(means, found[0])
    except NoSuchOrganisation:
        raise LinkNotUsable from None
    waiting = organisation.invitations.get(found[1])
    if waiting is None or asking.now >= waiting.expires_at:
        raise LinkNotUsable
    return (*found, waiting.mail)


async def _is_known(means: Means, user_id: str) -> bool:
    try:
        await user_of(means, user_id)
    except NoSuchUser:
        return False
    return True
