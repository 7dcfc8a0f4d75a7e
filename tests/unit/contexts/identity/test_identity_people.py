"""Persons, links, tokens, sessions and the owner of an installation."""

from datetime import UTC, datetime, timedelta

import pytest
from decider_scenarios import given

from skafu.contexts.identity.domain import api_tokens, installations, links, sessions, users
from skafu.contexts.identity.domain.api_tokens import IssueToken, NoteAddress, RevokeToken, Token
from skafu.contexts.identity.domain.errors import LinkNotUsable, NoSuchToken, NoSuchUser, RoleTooHigh
from skafu.contexts.identity.domain.events import (
    FirstOwnerNamed,
    LinkIssued,
    LinkUsed,
    MailSet,
    OrganisationJoined,
    OrganisationLeft,
    OutsideIdentityLinked,
    PasswordSet,
    SessionEnded,
    SessionMoved,
    SessionStarted,
    TokenIssued,
    TokenRevoked,
    TokenUsedFrom,
    UserErased,
    UserErasureRequested,
    UserRegistered,
    UserRenamed,
)
from skafu.contexts.identity.domain.installations import NameFirstOwner
from skafu.contexts.identity.domain.links import IssueLink, UseLink
from skafu.contexts.identity.domain.roles import Role
from skafu.contexts.identity.domain.sessions import EndSession, KeptSession, MoveSession, StartSession
from skafu.contexts.identity.domain.users import (
    FinishErasure,
    JoinOrganisation,
    LeaveOrganisation,
    LinkOutsideIdentity,
    RegisterUser,
    RenameUser,
    RequestErasure,
    SetMail,
    SetPassword,
    User,
)
from skafu.kernel.errors import Conflict, Invalid

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ANN = UserRegistered("ann", "ann@example.org", "box", "Ann")


def test_a_person_is_known_once() -> None:
    register = RegisterUser("ann", "ann@example.org", "box", "Ann")
    given(users).when(register).then(ANN)
    given(users, ANN).when(register).then()


def test_names_change() -> None:
    given(users, ANN).when(RenameUser("ann", "Anna")).then(UserRenamed("ann", "Anna"))
    given(users, ANN).when(RenameUser("ann", "Ann")).then()
    given(users).when(RenameUser("ann", "Anna")).then_refused(NoSuchUser)


def test_a_mail_address_is_given_once() -> None:
    without = UserRegistered("ann", "", "", "Owner")
    given(users, without).when(SetMail("ann", "a@b.c", "x")).then(MailSet("ann", "a@b.c", "x"))
    given(users, ANN).when(SetMail("ann", "a@b.c", "x")).then_refused(Conflict)
    given(users, ANN).when(SetMail("ann", "ann@example.org", "box")).then()


def test_ways_to_sign_in() -> None:
    state = given(users, ANN).when(SetPassword("ann", "c1")).then(PasswordSet("ann", "c1"))
    assert isinstance(state, User)
    assert state.credential_id == "c1"
    linked = OutsideIdentityLinked("ann", "https://id.example", "s1")
    given(users, ANN).when(LinkOutsideIdentity("ann", "https://id.example", "s1")).then(linked)
    given(users, ANN, linked).when(LinkOutsideIdentity("ann", "https://id.example", "s1")).then()


def test_where_a_person_may_belong() -> None:
    joined, left = OrganisationJoined("ann", "o"), OrganisationLeft("ann", "o")
    given(users, ANN).when(JoinOrganisation("ann", "o")).then(joined)
    given(users, ANN, joined).when(JoinOrganisation("ann", "o")).then()
    state = given(users, ANN, joined).when(LeaveOrganisation("ann", "o")).then(left)
    assert isinstance(state, User)
    assert state.organisations == ()
    given(users, ANN).when(LeaveOrganisation("ann", "o")).then()


def test_who_is_to_be_forgotten_can_only_be_forgotten() -> None:
    asked = UserErasureRequested("ann")
    given(users, ANN).when(RequestErasure("ann")).then(asked)
    given(users, ANN, asked).when(RequestErasure("ann")).then()
    given(users, ANN, asked).when(SetPassword("ann", "c")).then_refused(NoSuchUser)
    given(users, ANN, asked).when(FinishErasure("ann")).then(UserErased("ann"))
    given(users, ANN, asked, UserErased("ann")).when(FinishErasure("ann")).then()
    given(users, ANN, UserErased("ann")).when(RegisterUser("ann", "a", "b", "c")).then_refused(NoSuchUser)


def test_a_link_works_once_for_what_it_is_for_and_until_it_ends() -> None:
    issued = LinkIssued("l", "password", NOW + timedelta(hours=1), "ann")
    given(links).when(IssueLink("l", "password", NOW + timedelta(hours=1), "ann")).then(issued)
    given(links, issued).when(UseLink("l", "password", NOW)).then(LinkUsed("l"))
    given(links, issued, LinkUsed("l")).when(UseLink("l", "password", NOW)).then_refused(LinkNotUsable)
    given(links, issued).when(UseLink("l", "owner", NOW)).then_refused(LinkNotUsable)
    given(links, issued).when(UseLink("l", "password", NOW + timedelta(hours=1))).then_refused(LinkNotUsable)
    given(links).when(UseLink("l", "owner", NOW)).then_refused(LinkNotUsable)
    given(links, issued).when(IssueLink("l", "owner", NOW)).then_refused(Conflict)


def test_an_installation_is_given_away_once() -> None:
    given(installations).when(NameFirstOwner("ann", "o")).then(FirstOwnerNamed("ann", "o"))
    given(installations, FirstOwnerNamed("ann", "o")).when(NameFirstOwner("eve", "p")).then()


def _issue(role: Role = "developer", own: Role = "developer", days: float = 90) -> IssueToken:
    return IssueToken("t", "ann", "ci", role, own, (), "d" * 64, NOW, NOW + timedelta(days=days))


ISSUED = TokenIssued("t", "ann", "ci", "developer", (), "d" * 64, NOW + timedelta(days=90))


def test_a_token_does_no_more_than_its_person_and_ends() -> None:
    given(api_tokens).when(_issue()).then(ISSUED)
    given(api_tokens).when(_issue("admin")).then_refused(RoleTooHigh)
    given(api_tokens).when(_issue(days=400)).then_refused(Invalid)
    given(api_tokens).when(_issue(days=0)).then_refused(Invalid)
    given(api_tokens, ISSUED).when(_issue()).then_refused(Conflict)


def test_a_token_stops_for_good() -> None:
    state = given(api_tokens, ISSUED).when(RevokeToken("t")).then(TokenRevoked("t"))
    assert isinstance(state, Token)
    assert not state.works(NOW)
    given(api_tokens, ISSUED, TokenRevoked("t")).when(RevokeToken("t")).then()
    given(api_tokens).when(RevokeToken("t")).then_refused(NoSuchToken)


def test_each_address_of_a_token_is_noted_once() -> None:
    used = TokenUsedFrom("t", "ann", "192.0.2.1")
    given(api_tokens, ISSUED).when(NoteAddress("t", "192.0.2.1")).then(used)
    given(api_tokens, ISSUED, used).when(NoteAddress("t", "192.0.2.1")).then()
    many = (TokenUsedFrom("t", "ann", f"192.0.2.{each}") for each in range(api_tokens.MOST_ADDRESSES))
    given(api_tokens, ISSUED, *many).when(NoteAddress("t", "198.51.100.1")).then()


def test_a_session_is_on_record_with_its_addresses() -> None:
    started = SessionStarted("s", "ann", "password", "192.0.2.1")
    given(sessions).when(StartSession("s", "ann", "password", "192.0.2.1")).then(started)
    given(sessions, started).when(StartSession("s", "ann", "password", "192.0.2.1")).then()
    given(sessions, started).when(MoveSession("s", "192.0.2.1")).then()
    given(sessions, started).when(MoveSession("s", "192.0.2.9")).then(SessionMoved("s", "ann", "192.0.2.9"))
    ended = SessionEnded("s", "ann", "signed_out")
    given(sessions, started).when(EndSession("s", "signed_out")).then(ended)
    given(sessions, started, ended).when(EndSession("s", "signed_out")).then()
    given(sessions, started, ended).when(StartSession("s", "ann", "switch", "")).then(
        SessionStarted("s", "ann", "switch", "")
    )


@pytest.mark.parametrize(
    ("seen", "now", "lasts"),
    [
        (timedelta(0), timedelta(hours=24, seconds=-1), True),
        (timedelta(0), timedelta(hours=24), False),
        (timedelta(days=29, hours=23), timedelta(days=30, seconds=-1), True),
        (timedelta(days=29, hours=23), timedelta(days=30), False),
    ],
)
def test_a_session_ends_a_day_after_its_last_use_and_a_month_after_its_start(
    seen: timedelta, now: timedelta, *, lasts: bool
) -> None:
    kept = KeptSession("s", "ann", "o", "d", NOW, NOW + seen, ("",))
    assert kept.lasts(NOW + now) is lasts
    assert (NOW + now < kept.ends_at()) is lasts
