"""The rules of API tokens: whose they are, what they may do, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, assert_never

import msgspec

from skafu.contexts.identity.domain.errors import NoSuchToken, RoleTooHigh
from skafu.contexts.identity.domain.events import TokenIssued, TokenRevoked, TokenUsedFrom
from skafu.contexts.identity.domain.roles import Role, includes
from skafu.kernel.errors import Conflict, Invalid
from skafu.kernel.events import Command

LONGEST_LIFE: Final = timedelta(days=366)
MOST_ADDRESSES: Final = 50
"""Addresses of a token that are put on record; from then on it is known to come from everywhere."""


class IssueToken(Command, frozen=True):
    """Let a new token work; `own_role` is that of the person now."""

    token_id: str
    user_id: str
    name: str
    role: Role
    own_role: Role
    scopes: tuple[str, ...]
    digest: str
    at: datetime
    expires_at: datetime


class RevokeToken(Command, frozen=True):
    """Let a token not work any more."""

    token_id: str


class NoteAddress(Command, frozen=True):
    """Put on record where a token was used."""

    token_id: str
    address: str


TokenCommand: TypeAlias = IssueToken | RevokeToken | NoteAddress
TokenEvent: TypeAlias = TokenIssued | TokenRevoked | TokenUsedFrom


class NoToken(msgspec.Struct, frozen=True, tag=True):
    """There is none."""


class Token(msgspec.Struct, frozen=True, tag=True):
    """A token as it stands."""

    token_id: str
    user_id: str
    name: str
    role: Role
    scopes: tuple[str, ...]
    digest: str
    expires_at: datetime
    revoked: bool = False
    addresses: tuple[str, ...] = ()

    def works(self, now: datetime) -> bool:
        """Whether it can be used at a moment."""
        return not self.revoked and now < self.expires_at


TokenState: TypeAlias = NoToken | Token

initial_state: Final[TokenState] = NoToken()


def stream_of(token_id: str) -> str:
    """The stream of a token."""
    return f"token-{token_id}"


def decide(command: TokenCommand, state: TokenState) -> Sequence[TokenEvent]:
    """What a command leads to."""
    if isinstance(command, IssueToken):
        return _issued(command, state)
    if isinstance(state, NoToken):
        raise NoSuchToken(command.token_id)
    match command:
        case RevokeToken():
            return [] if state.revoked else [TokenRevoked(state.token_id)]
        case NoteAddress():
            known = command.address in state.addresses or len(state.addresses) >= MOST_ADDRESSES
            return [] if known else [TokenUsedFrom(state.token_id, state.user_id, command.address)]
        case _:
            assert_never(command)


def _issued(command: IssueToken, state: TokenState) -> Sequence[TokenEvent]:
    if isinstance(state, Token):
        raise Conflict("a token with this id was issued before", fix="make a new id")
    if not includes(command.own_role, command.role):
        raise RoleTooHigh(f"your own role does not include {command.role}", fix="choose a lower role for the token")
    if not command.at < command.expires_at <= command.at + LONGEST_LIFE:
        raise Invalid("the token would end in the past, or in more than a year", fix="choose an earlier day")
    return [
        TokenIssued(
            command.token_id,
            command.user_id,
            command.name,
            command.role,
            command.scopes,
            command.digest,
            command.expires_at,
        )
    ]


def evolve(state: TokenState, event: TokenEvent) -> TokenState:
    """A token after an event."""
    if isinstance(event, TokenIssued):
        return Token(
            event.token_id, event.user_id, event.name, event.role, event.scopes, event.digest, event.expires_at
        )
    if isinstance(state, NoToken):
        return state
    match event:
        case TokenRevoked():
            return msgspec.structs.replace(state, revoked=True)
        case TokenUsedFrom():
            return msgspec.structs.replace(state, addresses=(*state.addresses, event.address))
        case _:
            assert_never(event)
