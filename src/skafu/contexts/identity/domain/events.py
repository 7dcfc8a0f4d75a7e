"""What happens to people, organisations, invitations, sessions and tokens.

Names, mail addresses and network addresses are personal: they are sealed with the key of the person, or of whom an
invitation is for. No event holds a secret, or anything that a password could be guessed from.
"""

from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

from skafu.contexts.identity.domain.roles import Role, Tier
from skafu.kernel.event_types import EventType, EventTypes
from skafu.kernel.events import Event
from skafu.kernel.personal import Personal

OfUser: TypeAlias = Annotated[str, Personal(subject="user_id")]
OfInvited: TypeAlias = Annotated[str, Personal(subject="invitation_id")]
Method = Literal["password", "oidc", "link", "switch"]
"""How somebody got in."""


class UserRegistered(Event, frozen=True):
    """A person is known; `mailbox` is what their address is found by (see `Mailboxes`)."""

    user_id: str
    mail: OfUser
    mailbox: OfUser
    name: OfUser


class UserRenamed(Event, frozen=True):
    """A person has another name."""

    user_id: str
    name: OfUser


class MailSet(Event, frozen=True):
    """A person who had no mail address has one."""

    user_id: str
    mail: OfUser
    mailbox: OfUser


class PasswordSet(Event, frozen=True):
    """A person has a new password; its hash is kept under this id, outside of the events."""

    user_id: str
    credential_id: str


class OutsideIdentityLinked(Event, frozen=True):
    """A person can sign in through an OpenID provider."""

    user_id: str
    issuer: str
    subject: OfUser


class OrganisationJoined(Event, frozen=True):
    """An organisation is among those that a person may belong to; the organisation itself has the last word."""

    user_id: str
    organisation_id: str


class OrganisationLeft(Event, frozen=True):
    """An organisation is no longer among them."""

    user_id: str
    organisation_id: str


class SignInFailed(Event, frozen=True):
    """Somebody tried a wrong password for a person."""

    user_id: str
    address: OfUser


class UserErasureRequested(Event, frozen=True):
    """A person is to be forgotten."""

    user_id: str


class UserErased(Event, frozen=True):
    """A person is forgotten."""

    user_id: str


class FirstOwnerNamed(Event, frozen=True):
    """The installation belongs to somebody."""

    user_id: str
    organisation_id: str


class LinkIssued(Event, frozen=True):
    """A link can be used once: by the owner of the installation, or to set a new password (`user_id`)."""

    link_id: str
    purpose: Literal["owner", "password"]
    expires_at: datetime
    user_id: str = ""


class LinkUsed(Event, frozen=True):
    """A link is worth nothing any more."""

    link_id: str


class PasswordResetRequested(Event, frozen=True):
    """Somebody asked for a link to set a new password; whether the mailbox is anybody's is not looked up yet."""

    request_id: str
    mailbox: str


class OrganisationCreated(Event, frozen=True):
    """An organisation exists."""

    organisation_id: str
    name: str
    tier: Tier
    founder: str


class OrganisationRenamed(Event, frozen=True):
    """An organisation has another name."""

    organisation_id: str
    name: str


class TierChanged(Event, frozen=True):
    """An organisation has other quotas."""

    organisation_id: str
    tier: Tier


class OrganisationClosed(Event, frozen=True):
    """Nobody works in an organisation any more."""

    organisation_id: str


class MemberJoined(Event, frozen=True):
    """A person works in an organisation."""

    organisation_id: str
    user_id: str
    role: Role


class MemberRoleChanged(Event, frozen=True):
    """A member may do more, or less."""

    organisation_id: str
    user_id: str
    role: Role


class MemberRemoved(Event, frozen=True):
    """A person does not work in an organisation any more; by their own will when they are the actor."""

    organisation_id: str
    user_id: str


class MemberInvited(Event, frozen=True):
    """Somebody is asked by mail to join."""

    organisation_id: str
    invitation_id: str
    mail: OfInvited
    role: Role
    invited_by: str
    expires_at: datetime


class InvitationAccepted(Event, frozen=True):
    """Whoever was invited is a member now."""

    organisation_id: str
    invitation_id: str
    user_id: str


class InvitationRevoked(Event, frozen=True):
    """An invitation is worth nothing any more."""

    organisation_id: str
    invitation_id: str


class TokenIssued(Event, frozen=True):
    """A token of a person works; `digest` is the SHA-256 of its 256 random bits."""

    token_id: str
    user_id: str
    name: str
    role: Role
    scopes: tuple[str, ...]
    digest: str
    expires_at: datetime


class TokenUsedFrom(Event, frozen=True):
    """A token was used from an address that it had not been used from before."""

    token_id: str
    user_id: str
    address: OfUser


class TokenRevoked(Event, frozen=True):
    """A token does not work any more."""

    token_id: str


class SessionStarted(Event, frozen=True):
    """A person signed in to an organisation."""

    session_id: str
    user_id: str
    method: Method
    address: OfUser


class SessionMoved(Event, frozen=True):
    """A session goes on from another address."""

    session_id: str
    user_id: str
    address: OfUser


class SessionEnded(Event, frozen=True):
    """A session was ended; one that nobody uses any more ends without an event."""

    session_id: str
    user_id: str
    reason: Literal["signed_out", "switched", "ended", "stolen"]


_EVENTS: Final[tuple[type[Event], ...]] = (
    UserRegistered, UserRenamed, MailSet, PasswordSet, OutsideIdentityLinked, OrganisationJoined, OrganisationLeft,
    SignInFailed, UserErasureRequested, UserErased, FirstOwnerNamed, LinkIssued, LinkUsed, PasswordResetRequested,
    OrganisationCreated, OrganisationRenamed, TierChanged, OrganisationClosed, MemberJoined, MemberRoleChanged,
    MemberRemoved, MemberInvited, InvitationAccepted, InvitationRevoked, TokenIssued, TokenUsedFrom, TokenRevoked,
    SessionStarted, SessionMoved, SessionEnded,
)  # fmt: skip

EVENT_TYPES: Final = EventTypes(*(EventType(event, f"identity.{event.__name__}") for event in _EVENTS))
