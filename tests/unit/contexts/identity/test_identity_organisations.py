"""Who may join, lead and leave an organisation."""

from datetime import UTC, datetime, timedelta

import pytest
from decider_scenarios import given

from skafu.contexts.identity.domain import organisations
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
from skafu.contexts.identity.domain.organisations import (
    AcceptInvitation,
    ChangeMemberRole,
    ChangeTier,
    CreateOrganisation,
    InviteMember,
    LeaveForGood,
    Organisation,
    RemoveMember,
    RenameOrganisation,
    RevokeInvitation,
)
from skafu.contexts.identity.domain.roles import Role
from skafu.kernel.errors import Conflict, Refused

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
FOUNDED = (OrganisationCreated("o", "Acme", "free", "ann"), MemberJoined("o", "ann", "admin"))
BOB = MemberJoined("o", "bob", "developer")
INVITED = MemberInvited("o", "i", "Cid@Example.org", "viewer", "ann", LATER)


def _invite(mail: str, role: Role, by: str) -> InviteMember:
    return InviteMember("o", "i2", mail, role, by, NOW, LATER)


def _accept(mail: str = "cid@example.org", at: datetime = NOW, user: str = "cid") -> AcceptInvitation:
    return AcceptInvitation("o", "i", user, mail, at)


def test_the_founder_is_the_first_admin() -> None:
    given(organisations).when(CreateOrganisation("o", "Acme", "ann")).then(*FOUNDED)


def test_to_found_twice_is_the_same_as_once_unless_somebody_else_does() -> None:
    given(organisations, *FOUNDED).when(CreateOrganisation("o", "Acme", "ann")).then()
    given(organisations, *FOUNDED).when(CreateOrganisation("o", "Acme", "eve")).then_refused(Conflict)


def test_nothing_can_be_done_where_there_is_no_organisation_or_no_more() -> None:
    given(organisations).when(RenameOrganisation("o", "New")).then_refused(NoSuchOrganisation)
    closed = (*FOUNDED, MemberRemoved("o", "ann"), OrganisationClosed("o"))
    given(organisations, *closed).when(_invite("d@example.org", "viewer", "ann")).then_refused(NoSuchOrganisation)


def test_name_and_tier_change_once() -> None:
    given(organisations, *FOUNDED).when(RenameOrganisation("o", "New")).then(OrganisationRenamed("o", "New"))
    given(organisations, *FOUNDED).when(RenameOrganisation("o", "Acme")).then()
    given(organisations, *FOUNDED).when(ChangeTier("o", "team")).then(TierChanged("o", "team"))
    given(organisations, *FOUNDED).when(ChangeTier("o", "free")).then()


@pytest.mark.parametrize(
    ("by", "role", "allowed"),
    [
        ("ann", "admin", True),
        ("bob", "developer", True),
        ("bob", "admin", False),
        ("vic", "viewer", False),
        ("eve", "viewer", False),
    ],
)
def test_nobody_gives_away_more_than_they_have(by: str, role: Role, *, allowed: bool) -> None:
    story = given(organisations, *FOUNDED, BOB, MemberJoined("o", "vic", "viewer")).when(
        _invite("d@example.org", role, by)
    )
    if allowed:
        story.then(MemberInvited("o", "i2", "d@example.org", role, by, LATER))
    else:
        story.then_refused(RoleTooHigh)


def test_a_new_invitation_replaces_the_one_before() -> None:
    given(organisations, *FOUNDED, INVITED).when(_invite("cid@example.ORG", "developer", "ann")).then(
        InvitationRevoked("o", "i"), MemberInvited("o", "i2", "cid@example.ORG", "developer", "ann", LATER)
    )


def test_who_was_invited_joins_once() -> None:
    joined = (InvitationAccepted("o", "i", "cid"), MemberJoined("o", "cid", "viewer"))
    given(organisations, *FOUNDED, INVITED).when(_accept()).then(*joined)
    given(organisations, *FOUNDED, INVITED, *joined).when(_accept()).then_refused(LinkNotUsable)


def test_a_member_who_accepts_keeps_their_role() -> None:
    given(organisations, *FOUNDED, BOB, INVITED).when(_accept(user="bob")).then(InvitationAccepted("o", "i", "bob"))


def test_an_invitation_is_for_one_address_and_ends() -> None:
    given(organisations, *FOUNDED, INVITED).when(_accept("eve@example.org")).then_refused(Refused, "another mail")
    given(organisations, *FOUNDED, INVITED).when(_accept(at=LATER)).then_refused(LinkNotUsable)
    given(organisations, *FOUNDED).when(_accept()).then_refused(LinkNotUsable)


def test_an_invitation_is_worth_no_more_than_its_inviter() -> None:
    by_bob = MemberInvited("o", "i", "cid@example.org", "developer", "bob", LATER)
    lowered, removed = MemberRoleChanged("o", "bob", "viewer"), MemberRemoved("o", "bob")
    given(organisations, *FOUNDED, BOB, by_bob, lowered).when(_accept()).then_refused(LinkNotUsable)
    given(organisations, *FOUNDED, BOB, by_bob, removed).when(_accept()).then_refused(LinkNotUsable)


def test_an_invitation_is_taken_back_once() -> None:
    revoked = InvitationRevoked("o", "i")
    given(organisations, *FOUNDED, INVITED).when(RevokeInvitation("o", "i")).then(revoked)
    given(organisations, *FOUNDED, INVITED, revoked).when(RevokeInvitation("o", "i")).then_refused(NoSuchInvitation)
    given(organisations, *FOUNDED, INVITED, revoked).when(_accept()).then_refused(LinkNotUsable)


def test_the_last_admin_stays() -> None:
    last = given(organisations, *FOUNDED, BOB)
    last.when(RemoveMember("o", "ann")).then_refused(LastAdmin)
    last.when(ChangeMemberRole("o", "ann", "developer")).then_refused(LastAdmin)
    last.when(LeaveForGood("o", "ann")).then_refused(LastAdmin)
    given(organisations, *FOUNDED).when(RemoveMember("o", "ann")).then_refused(LastAdmin)
    last.when(ChangeMemberRole("o", "ann", "admin")).then()


def test_with_another_admin_the_first_may_go() -> None:
    two = given(organisations, *FOUNDED, MemberJoined("o", "bea", "admin"))
    two.when(RemoveMember("o", "ann")).then(MemberRemoved("o", "ann"))
    two.when(ChangeMemberRole("o", "ann", "viewer")).then(MemberRoleChanged("o", "ann", "viewer"))


def test_members_change_and_go() -> None:
    story = given(organisations, *FOUNDED, BOB)
    story.when(ChangeMemberRole("o", "bob", "viewer")).then(MemberRoleChanged("o", "bob", "viewer"))
    after = story.when(RemoveMember("o", "bob")).then(MemberRemoved("o", "bob"))
    assert isinstance(after, Organisation)
    assert after.members == {"ann": "admin"}
    story.when(RemoveMember("o", "eve")).then_refused(NoSuchMember)


def test_whoever_is_forgotten_closes_the_organisation_that_is_theirs_alone() -> None:
    given(organisations, *FOUNDED).when(LeaveForGood("o", "ann")).then(
        MemberRemoved("o", "ann"), OrganisationClosed("o")
    )
    given(organisations, *FOUNDED, BOB).when(LeaveForGood("o", "bob")).then(MemberRemoved("o", "bob"))
    given(organisations, *FOUNDED).when(LeaveForGood("o", "eve")).then()
