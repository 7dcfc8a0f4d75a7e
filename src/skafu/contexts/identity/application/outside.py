"""Signing in through an OpenID provider."""

import base64
import hashlib
import hmac

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.joining import accept, found_organisation
from skafu.contexts.identity.application.links import invitation_of
from skafu.contexts.identity.application.mailboxes import (
    holder_of,
    mailbox_of,
    outside_holder,
    take_mailbox,
    take_outside,
)
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import organisation_of, user_of
from skafu.contexts.identity.application.sessions import OpenedSession
from skafu.contexts.identity.application.signing_in import enter
from skafu.contexts.identity.domain.errors import (
    NoSuchOrganisation,
    NoSuchUser,
    NotInvited,
    OutsideSignInFailed,
)
from skafu.contexts.identity.domain.mailboxes import normal_mail
from skafu.contexts.identity.domain.secret_texts import SECRET_BYTES
from skafu.contexts.identity.domain.users import LinkOutsideIdentity, RegisterUser, User
from skafu.contexts.identity.ports import Flow, OutsidePerson, OutsideSignIn
from skafu.kernel.errors import NotFound
from skafu.kernel.identity import SYSTEM


def provider_of(means: Means, name: str) -> OutsideSignIn:
    """A provider that is set up.

    Raises:
        NotFound: there is none of this name.
    """
    found = means.providers.get(name)
    if found is None:
        raise NotFound("there is no such way to sign in", fix="see the ways that this installation offers")
    return found


def flow_of(secret: bytes) -> Flow:
    """A sign-in from the secret that only the browser holds which began it.

    The state that comes back from the provider shows nothing of the secret, nor of the verifier of RFC 7636.
    """
    parts = (hmac.digest(secret, name.encode(), hashlib.sha256) for name in ("state", "nonce", "verifier"))
    return Flow(*(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts))


async def come_back(
    means: Means, provider: str, code: str, state: str, secret: bytes, invitation: str, asking: Asking
) -> OpenedSession:
    """Start a session for whoever comes back from a provider.

    Args:
        means: what the application works with.
        provider: its name.
        code: what the provider gave.
        state: what the provider gives back.
        secret: what the browser kept.
        invitation: the end of a link that the person came with, or nothing.
        asking: the request.

    Raises:
        OutsideSignInFailed: this browser has not begun this sign-in, or the provider says no.
        NotInvited: nobody is known by this sign-in, and nobody was invited.
    """
    flow = flow_of(secret)
    # Of a secret that can be guessed, as of none, anybody could make the state, and sign others in as themselves.
    begun = len(secret) == SECRET_BYTES and hmac.compare_digest(flow.state.encode(), state.encode())
    if not begun:
        raise OutsideSignInFailed("this sign-in was not begun in this browser", fix="begin again")
    person = await provider_of(means, provider).identify(code, flow)
    user = await _known(means, person, asking) or await _new(means, person, invitation, asking)
    found = await invitation_of(means.keyring, invitation) if invitation else None
    if found is not None:
        await accept(means, user, *found, asking)
        return await enter(means, await user_of(means, user.user_id), "oidc", asking, organisation_id=found[0])
    return await enter(means, await user_of(means, user.user_id), "oidc", asking)


async def _known(means: Means, person: OutsidePerson, asking: Asking) -> User | None:
    """Who signs in like this: by the provider's own id; by the mail address the first time, if it is vouched for."""
    holder = await outside_holder(means, person.issuer, person.subject)
    if holder is None and person.mail:
        holder = await holder_of(means, await mailbox_of(means, person.mail))
    try:
        user = await user_of(means, holder) if holder is not None else None
    except NoSuchUser:
        return None
    if user is not None:
        await _link(means, user.user_id, person, asking)
    return user


async def _new(means: Means, person: OutsidePerson, invitation: str, asking: Asking) -> User:
    """Somebody who is not known yet.

    Raises:
        NotInvited: nobody expects them, or the provider does not vouch for their mail address.
    """
    invited = await _is_invited(means, person, invitation)
    if not person.mail or not (invited or means.open_to_all):
        raise NotInvited
    mailbox = await mailbox_of(means, person.mail)
    user_id = await take_mailbox(means, mailbox, str(means.ledger.new_id()))
    name = person.name or person.mail.split("@", 1)[0]
    register = RegisterUser(user_id, person.mail, mailbox, name)
    await means.ledger.commands.send(SYSTEM, register, origin=asking.by(user_id))
    await _link(means, user_id, person, asking)
    if not invited:
        await found_organisation(means, str(means.ledger.new_id()), "My organisation", user_id, asking)
    return await user_of(means, user_id)


async def _is_invited(means: Means, person: OutsidePerson, invitation: str) -> bool:
    found = await invitation_of(means.keyring, invitation) if invitation else None
    if found is None:
        return False
    try:
        organisation, _ = await organisation_of(means, found[0])
    except NoSuchOrganisation:
        return False
    waiting = organisation.invitations.get(found[1])
    return waiting is not None and normal_mail(waiting.mail) == normal_mail(person.mail)


async def _link(means: Means, user_id: str, person: OutsidePerson, asking: Asking) -> None:
    if await take_outside(means, person.issuer, person.subject, user_id) != user_id:
        raise OutsideSignInFailed("this sign-in belongs to somebody else", fix="sign in another way")
    command = LinkOutsideIdentity(user_id, person.issuer, person.subject)
    await means.ledger.commands.send(SYSTEM, command, origin=asking.by(user_id))
