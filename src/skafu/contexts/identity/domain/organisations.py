"""The rules of an organisation: who is in it, as what, and who has been asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, assert_never

import msgspec

from skafu.contexts.identity.domain.errors import (
    LastAdmin,
    LinkNotUsable,
    NoSuchInvitation,
    NoSuchMember,
    NoSuchOrganisation,
    RoleTooHigh,
)
from skafu.contexts.identity.domain.events import (
    InvitationAccepted,
    InvitationRevoked,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
    OrganisationClosed,
    OrganisationCreated,
    OrganisationRenamed,
    TierChanged,
)
from skafu.contexts.identity.domain.mailboxes import normal_mail
from skafu.contexts.identity.domain.roles import Role, Tier, includes
from skafu.kernel.errors import Conflict, Refused
from skafu.kernel.events import Command

V = TypeVar("V")


class CreateOrganisation(Command, frozen=True):
    """Found an organisation; the founder is its first admin."""

    organisation_id: str
    name: str
    founder: str
    tier: Tier = "free"


class RenameOrganisation(Command, frozen=True):
    """Give an organisation another name."""

    organisation_id: str
    name: str


class ChangeTier(Command, frozen=True):
    """Give an organisation other quotas."""

    organisation_id: str
    tier: Tier


class InviteMember(Command, frozen=True):
    """Ask somebody by mail to join."""

    organisation_id: str
    invitation_id: str
    mail: str
    role: Role
    invited_by: str
    at: datetime
    expires_at: datetime


class AcceptInvitation(Command, frozen=True):
    """Join, as the person whose mail address was invited."""

    organisation_id: str
    invitation_id: str
    user_id: str
    mail: str
    at: datetime


class RevokeInvitation(Command, frozen=True):
    """Take an invitation back."""

    organisation_id: str
    invitation_id: str


class ChangeMemberRole(Command, frozen=True):
    """Let a member do more, or less."""

    organisation_id: str
    user_id: str
    role: Role


class RemoveMember(Command, frozen=True):
    """Let a person not work in the organisation any more."""

    organisation_id: str
    user_id: str


class LeaveForGood(Command, frozen=True):
    """Remove a person who is to be forgotten; whose organisation has nobody else closes it."""

    organisation_id: str
    user_id: str


OrganisationCommand: TypeAlias = (
    CreateOrganisation
    | RenameOrganisation
    | ChangeTier
    | InviteMember
    | AcceptInvitation
    | RevokeInvitation
    | ChangeMemberRole
    | RemoveMember
    | LeaveForGood
)
OrganisationEvent: TypeAlias = (
    OrganisationCreated
    | OrganisationRenamed
    | TierChanged
    | OrganisationClosed
    | MemberJoined
    | MemberRoleChanged
    | MemberRemoved
    | MemberInvited
    | InvitationAccepted
    | InvitationRevoked
)


class NoOrganisation(msgspec.Struct, frozen=True, tag=True):
    """There is none yet."""


class Invitation(msgspec.Struct, frozen=True):
    """An invitation that waits."""

    mail: str
    role: Role
    invited_by: str
    expires_at: datetime


class Organisation(msgspec.Struct, frozen=True, tag=True):
    """An organisation as it stands; closed when nobody can join it any more."""

    organisation_id: str
    name: str
    tier: Tier
    members: Mapping[str, Role] = MappingProxyType({})
    invitations: Mapping[str, Invitation] = MappingProxyType({})
    closed: bool = False

    def admins(self) -> list[str]:
        """The ids of the admins."""
        return [each for each, role in self.members.items() if role == "admin"]


OrganisationState: TypeAlias = NoOrganisation | Organisation

MOST_FREE: Final = 5
"""Organisations of the tier free that one person may lead."""

initial_state: Final[OrganisationState] = NoOrganisation()


def stream_of(organisation_id: str) -> str:
    """The stream of an organisation."""
    return f"organisation-{organisation_id}"


def decide(command: OrganisationCommand, state: OrganisationState) -> Sequence[OrganisationEvent]:
    """What a command leads to."""
    if isinstance(command, CreateOrganisation):
        return _created(command, state)
    if isinstance(state, NoOrganisation) or state.closed:
        raise NoSuchOrganisation
    match command:
        case RenameOrganisation():
            same = command.name == state.name
            return [] if same else [OrganisationRenamed(state.organisation_id, command.name)]
        case ChangeTier():
            return [] if command.tier == state.tier else [TierChanged(state.organisation_id, command.tier)]
        case InviteMember() | AcceptInvitation() | RevokeInvitation():
            return _about_invitation(command, state)
        case ChangeMemberRole() | RemoveMember() | LeaveForGood():
            return _about_member(command, state)
        case _:
            assert_never(command)


def _created(command: CreateOrganisation, state: OrganisationState) -> Sequence[OrganisationEvent]:
    if isinstance(state, Organisation):
        if command.founder in state.members:
            return []
        raise Conflict("an organisation with this id exists already", fix="make a new id")
    return [
        OrganisationCreated(command.organisation_id, command.name, command.tier, command.founder),
        MemberJoined(command.organisation_id, command.founder, "admin"),
    ]


def _about_invitation(
    command: InviteMember | AcceptInvitation | RevokeInvitation, state: Organisation
) -> Sequence[OrganisationEvent]:
    match command:
        case InviteMember():
            return _invited(command, state)
        case AcceptInvitation():
            return _accepted(command, state)
        case RevokeInvitation():
            if command.invitation_id not in state.invitations:
                raise NoSuchInvitation(command.invitation_id)
            return [InvitationRevoked(state.organisation_id, command.invitation_id)]
        case _:
            assert_never(command)


def _invited(command: InviteMember, state: Organisation) -> Sequence[OrganisationEvent]:
    own = state.members.get(command.invited_by)
    if own is None or own == "viewer" or not includes(own, command.role):
        raise RoleTooHigh(f"you cannot invite somebody as {command.role}", fix="ask an admin to do it")
    again = [
        InvitationRevoked(state.organisation_id, each)
        for each, waiting in state.invitations.items()
        if normal_mail(waiting.mail) == normal_mail(command.mail)
    ]
    invited = MemberInvited(
        state.organisation_id,
        command.invitation_id,
        command.mail,
        command.role,
        command.invited_by,
        command.expires_at,
    )
    return [*again, invited]


def _accepted(command: AcceptInvitation, state: Organisation) -> Sequence[OrganisationEvent]:
    waiting = state.invitations.get(command.invitation_id)
    if waiting is None or command.at >= waiting.expires_at:
        raise LinkNotUsable
    if normal_mail(waiting.mail) != normal_mail(command.mail):
        raise Refused("this invitation is for another mail address", fix="sign in with the address that was invited")
    inviter = state.members.get(waiting.invited_by)
    if inviter is None or not includes(inviter, waiting.role):
        raise LinkNotUsable
    accepted = InvitationAccepted(state.organisation_id, command.invitation_id, command.user_id)
    if command.user_id in state.members:
        return [accepted]
    return [accepted, MemberJoined(state.organisation_id, command.user_id, waiting.role)]


def _about_member(
    command: ChangeMemberRole | RemoveMember | LeaveForGood, state: Organisation
) -> Sequence[OrganisationEvent]:
    if isinstance(command, LeaveForGood) and command.user_id not in state.members:
        return []
    role = state.members.get(command.user_id)
    if role is None:
        raise NoSuchMember(command.user_id)
    if isinstance(command, LeaveForGood) and len(state.members) == 1:
        return [
            MemberRemoved(state.organisation_id, command.user_id),
            OrganisationClosed(state.organisation_id),
        ]
    stays_admin = isinstance(command, ChangeMemberRole) and command.role == "admin"
    if not stays_admin and state.admins() == [command.user_id]:
        raise LastAdmin
    if isinstance(command, ChangeMemberRole):
        same = command.role == role
        return [] if same else [MemberRoleChanged(state.organisation_id, command.user_id, command.role)]
    return [MemberRemoved(state.organisation_id, command.user_id)]


def evolve(state: OrganisationState, event: OrganisationEvent) -> OrganisationState:
    """An organisation after an event."""
    if isinstance(event, OrganisationCreated):
        return Organisation(event.organisation_id, event.name, event.tier)
    if isinstance(state, NoOrganisation):
        return state
    match event:
        case OrganisationRenamed():
            return msgspec.structs.replace(state, name=event.name)
        case TierChanged():
            return msgspec.structs.replace(state, tier=event.tier)
        case OrganisationClosed():
            return msgspec.structs.replace(state, closed=True, invitations={})
        case MemberJoined() | MemberRoleChanged():
            return msgspec.structs.replace(state, members={**state.members, event.user_id: event.role})
        case MemberRemoved():
            return msgspec.structs.replace(state, members=_without(state.members, event.user_id))
        case MemberInvited():
            waiting = Invitation(event.mail, event.role, event.invited_by, event.expires_at)
            return msgspec.structs.replace(state, invitations={**state.invitations, event.invitation_id: waiting})
        case InvitationAccepted() | InvitationRevoked():
            return msgspec.structs.replace(state, invitations=_without(state.invitations, event.invitation_id))
        case _:
            assert_never(event)


def _without(values: Mapping[str, V], key: str) -> dict[str, V]:
    return {each: value for each, value in values.items() if each != key}
