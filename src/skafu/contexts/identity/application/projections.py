"""The read models of identity: folds of events into documents.

Those that hold personal fields are named in `PERSONAL`: an erasure has them built anew.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec

from skafu.contexts.identity.domain.events import (
    InvitationAccepted,
    InvitationRevoked,
    MailSet,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    MemberRoleChanged,
    OutsideIdentityLinked,
    PasswordSet,
    SessionEnded,
    SessionMoved,
    SessionStarted,
    TokenIssued,
    TokenRevoked,
    TokenUsedFrom,
    UserErased,
    UserRegistered,
    UserRenamed,
)
from skafu.contexts.identity.domain.tiers import period_of
from skafu.kernel.events import Event
from skafu.storage.documents import Body, Collection
from skafu.storage.projections import Projection, Recorded
from skafu.web_api.quotas import Measure, Use

PEOPLE: Final = Collection("identity people", (("mailbox",), ("registered_at",)))
MEMBERS: Final = Collection("identity members", (("joined_at",), ("role", "joined_at")))
INVITATIONS: Final = Collection("identity invitations", (("invited_at",),))
TOKENS: Final = Collection("identity tokens", (("issued_at",), ("user_id", "issued_at")))
PLACES: Final = Collection("identity places", (("user_id", "began_at"),))
USAGE: Final = Collection("identity usage")
MOST_PLACES: Final = 50


def moment(at: datetime) -> str:
    """A moment as text that sorts like time: always with microseconds, always in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def _people_of(event: Recorded) -> list[str]:
    changes = UserRegistered | UserRenamed | MailSet | PasswordSet | OutsideIdentityLinked | UserErased
    return [event.event.user_id] if isinstance(event.event, changes) else []


def _person(before: Body | None, event: Recorded) -> Body | None:
    match event.event:
        case UserRegistered(user_id, mail, mailbox, name):
            person = {"user_id": user_id, "mail": mail, "mailbox": mailbox, "name": name}
            return {**person, "registered_at": moment(event.recorded_at), "password": False, "providers": []}
        case UserErased():
            return None
    if before is None:
        return None
    match event.event:
        case UserRenamed():
            return {**before, "name": event.event.name}
        case MailSet():
            return {**before, "mail": event.event.mail, "mailbox": event.event.mailbox}
        case PasswordSet():
            return {**before, "password": True}
        case OutsideIdentityLinked():
            providers = msgspec.convert(before["providers"], list[str])
            return {**before, "providers": sorted({*providers, event.event.issuer})}
    return before


def _members_of(event: Recorded) -> list[str]:
    changes = MemberJoined | MemberRoleChanged | MemberRemoved
    return [event.event.user_id] if isinstance(event.event, changes) else []


def _member(before: Body | None, event: Recorded) -> Body | None:
    match event.event:
        case MemberJoined(_, user_id, role):
            return {"user_id": user_id, "role": role, "joined_at": moment(event.recorded_at)}
        case MemberRoleChanged():
            return None if before is None else {**before, "role": event.event.role}
    return None


def _invitations_of(event: Recorded) -> list[str]:
    changes = MemberInvited | InvitationAccepted | InvitationRevoked
    return [event.event.invitation_id] if isinstance(event.event, changes) else []


def _invitation(_before: Body | None, event: Recorded) -> Body | None:
    match event.event:
        case MemberInvited(_, invitation_id, mail, role, invited_by, expires_at):
            invitation = {"invitation_id": invitation_id, "mail": mail, "role": role, "invited_by": invited_by}
            return {**invitation, "invited_at": moment(event.recorded_at), "expires_at": moment(expires_at)}
    return None


def _tokens_of(event: Recorded) -> list[str]:
    return [event.event.token_id] if isinstance(event.event, TokenIssued | TokenRevoked) else []


def _token(before: Body | None, event: Recorded) -> Body | None:
    match event.event:
        case TokenIssued(token_id, user_id, name, role, scopes, _, expires_at):
            token = {"token_id": token_id, "user_id": user_id, "name": name, "role": role, "scopes": list(scopes)}
            moments = {"issued_at": moment(event.recorded_at), "expires_at": moment(expires_at)}
            return {**token, **moments, "revoked_at": None}
        case TokenRevoked():
            return None if before is None else {**before, "revoked_at": moment(event.recorded_at)}
    return before


def _places_of(event: Recorded) -> list[str]:
    match event.event:
        case SessionStarted() | SessionMoved() | SessionEnded():
            return [event.event.session_id]
        case TokenUsedFrom():
            return [event.event.token_id]
    return []


def _place(before: Body | None, event: Recorded) -> Body | None:
    at = moment(event.recorded_at)
    match event.event:
        case SessionEnded():
            return None if before is None else {**before, "ended_at": at, "reason": event.event.reason}
        case SessionStarted() | SessionMoved() | TokenUsedFrom():
            found = before or {"user_id": event.event.user_id, "began_at": at, "method": "token", "addresses": []}
            known = msgspec.convert(found["addresses"], list[dict[str, str]])
            addresses = [*known, {"at": at, "address": event.event.address}][-MOST_PLACES:]
            begun = {"method": event.event.method} if isinstance(event.event, SessionStarted) else {}
            return {**found, **begun, "addresses": addresses, "ended_at": None, "reason": ""}
    return before


PEOPLE_PROJECTION: Final = Projection("identity people", PEOPLE, _people_of, _person)
MEMBERS_PROJECTION: Final = Projection("identity members", MEMBERS, _members_of, _member)
INVITATIONS_PROJECTION: Final = Projection("identity invitations", INVITATIONS, _invitations_of, _invitation)
TOKENS_PROJECTION: Final = Projection("identity tokens", TOKENS, _tokens_of, _token)
PLACES_PROJECTION: Final = Projection("identity places", PLACES, _places_of, _place)
"""From where sessions and tokens were used: what an audit shows as the address."""

PROJECTIONS: Final[tuple[Projection, ...]] = (
    PEOPLE_PROJECTION,
    MEMBERS_PROJECTION,
    INVITATIONS_PROJECTION,
    TOKENS_PROJECTION,
    PLACES_PROJECTION,
)
PERSONAL: Final = (PEOPLE_PROJECTION.name, INVITATIONS_PROJECTION.name, PLACES_PROJECTION.name)


def usage_projection(uses: Mapping[type[Event], Use]) -> Projection:
    """What each organisation uses; which events count is said by whoever knows the other contexts, up to the start."""

    def keys_of(event: Recorded) -> list[str]:
        found = uses.get(type(event.event))
        return [usage_key(found.measure, event.recorded_at)] if found else []

    def fold(before: Body | None, event: Recorded) -> Body | None:
        amount = uses[type(event.event)].amount(event.event)
        used, added = (before[name] if before else 0 for name in ("used", "added"))
        if not isinstance(used, int) or not isinstance(added, int):
            raise TypeError(f"usage is not counted in whole numbers: {before!r}")
        return {"used": max(used + amount, 0), "added": added + max(amount, 0)}

    return Projection("identity usage", USAGE, keys_of, fold)


def usage_key(measure: Measure, at: datetime) -> str:
    """The document in which a moment counts."""
    return f"{measure} {period_of(measure, at)}"
