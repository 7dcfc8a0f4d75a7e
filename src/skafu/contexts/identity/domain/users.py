"""The rules of a person: how they are known, how they sign in, and where they may belong."""

from collections.abc import Sequence
from typing import Final, TypeAlias, assert_never

import msgspec

from skafu.contexts.identity.domain.errors import NoSuchUser
from skafu.contexts.identity.domain.events import (
    MailSet,
    OrganisationJoined,
    OrganisationLeft,
    OutsideIdentityLinked,
    PasswordSet,
    UserErased,
    UserErasureRequested,
    UserRegistered,
    UserRenamed,
)
from skafu.kernel.errors import Conflict
from skafu.kernel.events import Command


class RegisterUser(Command, frozen=True):
    """Let a person be known."""

    user_id: str
    mail: str
    mailbox: str
    name: str


class RenameUser(Command, frozen=True):
    """Give a person another name."""

    user_id: str
    name: str


class SetMail(Command, frozen=True):
    """Give a mail address to a person who has none."""

    user_id: str
    mail: str
    mailbox: str


class SetPassword(Command, frozen=True):
    """Let a person sign in by the password whose hash is kept under an id."""

    user_id: str
    credential_id: str


class LinkOutsideIdentity(Command, frozen=True):
    """Let a person sign in through an OpenID provider."""

    user_id: str
    issuer: str
    subject: str


class JoinOrganisation(Command, frozen=True):
    """Remember that a person may belong to an organisation."""

    user_id: str
    organisation_id: str


class LeaveOrganisation(Command, frozen=True):
    """Forget that a person may belong to an organisation."""

    user_id: str
    organisation_id: str


class RequestErasure(Command, frozen=True):
    """Ask for a person to be forgotten."""

    user_id: str


class FinishErasure(Command, frozen=True):
    """Put on record that a person is forgotten."""

    user_id: str


UserCommand: TypeAlias = (
    RegisterUser
    | RenameUser
    | SetMail
    | SetPassword
    | LinkOutsideIdentity
    | JoinOrganisation
    | LeaveOrganisation
    | RequestErasure
    | FinishErasure
)
UserEvent: TypeAlias = (
    UserRegistered
    | UserRenamed
    | MailSet
    | PasswordSet
    | OutsideIdentityLinked
    | OrganisationJoined
    | OrganisationLeft
    | UserErasureRequested
    | UserErased
)


class Nobody(msgspec.Struct, frozen=True, tag=True):
    """Not known yet."""


class User(msgspec.Struct, frozen=True, tag=True):
    """A person who is known.

    Attributes:
        user_id: an opaque id.
        mail: the address as they write it; empty for an owner who gave none.
        mailbox: what the address is found by.
        name: as they want to be called.
        credential_id: under which the hash of the password is kept; empty without a password.
        outside: issuer and subject at each OpenID provider.
        organisations: where they may belong, in the order of joining.
        leaving: whether they are to be forgotten.
    """

    user_id: str
    mail: str
    mailbox: str
    name: str
    credential_id: str = ""
    outside: tuple[tuple[str, str], ...] = ()
    organisations: tuple[str, ...] = ()
    leaving: bool = False


class Forgotten(msgspec.Struct, frozen=True, tag=True):
    """Forgotten, for good."""


UserState: TypeAlias = Nobody | User | Forgotten

initial_state: Final[UserState] = Nobody()


def stream_of(user_id: str) -> str:
    """The stream of a person."""
    return f"user-{user_id}"


def decide(command: UserCommand, state: UserState) -> Sequence[UserEvent]:
    """What a command leads to."""
    if isinstance(command, RegisterUser) and isinstance(state, Nobody):
        return [UserRegistered(command.user_id, command.mail, command.mailbox, command.name)]
    if isinstance(command, FinishErasure) and isinstance(state, Forgotten):
        return []
    if not isinstance(state, User):
        raise NoSuchUser
    if state.leaving and not isinstance(command, FinishErasure | RequestErasure | LeaveOrganisation):
        raise NoSuchUser
    return _changed(command, state)


def _changed(command: UserCommand, state: User) -> Sequence[UserEvent]:
    match command:
        case RenameUser():
            return [] if command.name == state.name else [UserRenamed(state.user_id, command.name)]
        case SetMail():
            return _mail_set(command, state)
        case SetPassword():
            return [PasswordSet(state.user_id, command.credential_id)]
        case LinkOutsideIdentity():
            known = (command.issuer, command.subject) in state.outside
            return [] if known else [OutsideIdentityLinked(state.user_id, command.issuer, command.subject)]
        case JoinOrganisation() | LeaveOrganisation():
            return _belonging(command, state)
        case RegisterUser() | RequestErasure() | FinishErasure():
            return _beginning_or_end(command, state)
        case _:
            assert_never(command)


def _beginning_or_end(command: RegisterUser | RequestErasure | FinishErasure, state: User) -> Sequence[UserEvent]:
    match command:
        case RegisterUser():
            return []
        case RequestErasure():
            return [] if state.leaving else [UserErasureRequested(state.user_id)]
        case FinishErasure():
            return [UserErased(state.user_id)]
        case _:
            assert_never(command)


def _mail_set(command: SetMail, state: User) -> Sequence[UserEvent]:
    if command.mailbox == state.mailbox:
        return []
    if state.mail:
        raise Conflict("this person has a mail address already", fix="use the address that is on record")
    return [MailSet(state.user_id, command.mail, command.mailbox)]


def _belonging(command: JoinOrganisation | LeaveOrganisation, state: User) -> Sequence[UserEvent]:
    there = command.organisation_id in state.organisations
    if isinstance(command, JoinOrganisation):
        return [] if there else [OrganisationJoined(state.user_id, command.organisation_id)]
    return [OrganisationLeft(state.user_id, command.organisation_id)] if there else []


def evolve(state: UserState, event: UserEvent) -> UserState:
    """A person after an event."""
    if isinstance(event, UserRegistered):
        return User(event.user_id, event.mail, event.mailbox, event.name)
    if not isinstance(state, User):
        return state
    match event:
        case OrganisationJoined() | OrganisationLeft():
            return msgspec.structs.replace(state, organisations=_organisations_after(state, event))
        case UserRenamed():
            return msgspec.structs.replace(state, name=event.name)
        case MailSet():
            return msgspec.structs.replace(state, mail=event.mail, mailbox=event.mailbox)
        case PasswordSet():
            return msgspec.structs.replace(state, credential_id=event.credential_id)
        case OutsideIdentityLinked():
            return msgspec.structs.replace(state, outside=(*state.outside, (event.issuer, event.subject)))
        case UserErasureRequested():
            return msgspec.structs.replace(state, leaving=True)
        case UserErased():
            return Forgotten()
        case _:
            assert_never(event)


def _organisations_after(state: User, event: OrganisationJoined | OrganisationLeft) -> tuple[str, ...]:
    others = tuple(each for each in state.organisations if each != event.organisation_id)
    return (*others, event.organisation_id) if isinstance(event, OrganisationJoined) else others
