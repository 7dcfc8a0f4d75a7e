"""What is taken from people takes effect for access tokens that they hold already."""

from dataclasses import dataclass

import pytest
from identity_in_memory import Village

from skafu.contexts.identity.adapters.signed_tokens import LASTS
from skafu.contexts.identity.application import authenticating
from skafu.contexts.identity.application.authenticating import StoredAuthenticator, claims_of
from skafu.contexts.identity.application.changes import SKEW, RecentChanges
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.sessions import OpenedSession, end_session, kept_session, start_session, switch
from skafu.contexts.identity.domain.organisations import (
    ChangeMemberRole,
    ChangeTier,
    CreateOrganisation,
    RemoveMember,
)
from skafu.contexts.identity.domain.sessions import KeptSession
from skafu.kernel.events import START, Command
from skafu.kernel.identity import TenantId
from skafu.web_api.principal import Credentials, Principal


@dataclass
class Doors:
    """A process that has listened for long, and Bob with an access token that it takes at its word."""

    village: Village
    owner: OpenedSession
    bob: OpenedSession
    changes: RecentChanges
    token: str

    @property
    def acme(self) -> str:
        return self.owner.kept.organisation_id

    async def hear(self) -> None:
        for each in (await self.village.storage.feed.read(START)).events:
            self.changes.hear(each)

    async def enter(self) -> Principal | None:
        return await StoredAuthenticator(self.village.means, self.changes).authenticate(Credentials(bearer=self.token))

    async def send(self, command: Command) -> None:
        origin = self.village.asking().by(self.owner.kept.user_id)
        await self.village.ledger.commands.send(TenantId(self.acme), command, origin=origin)

    async def sign(self) -> None:
        claims = await claims_of(self.village.means, self.bob.kept)
        assert claims is not None
        self.token = await self.village.signed.issue(claims, self.village.now)


async def _doors() -> Doors:
    village = Village()
    owner = await village.owner()
    user = await village.member(owner, "bob@example.org", "developer")
    changes = RecentChanges(LASTS, village.clock)
    changes.listen(listening=True)
    village.later(minutes=1)
    bob = await start_session(village.means, user.user_id, owner.kept.organisation_id, "password", village.asking())
    doors = Doors(village, owner, bob, changes, "")
    await doors.sign()
    return doors


async def test_who_signs_out_cannot_go_on_with_an_access_token() -> None:
    doors = await _doors()
    await end_session(doors.village.means, doors.bob.kept.session_id, "signed_out", doors.village.asking())
    assert await doors.enter() is not None, "it is taken at its word until the process hears"
    await doors.hear()
    assert await doors.enter() is None


async def test_who_is_removed_is_out() -> None:
    doors = await _doors()
    await doors.send(RemoveMember(doors.acme, doors.bob.kept.user_id))
    await doors.hear()
    assert await doors.enter() is None


async def test_a_role_that_is_lowered_and_a_tier_count_at_once() -> None:
    doors = await _doors()
    await doors.send(ChangeMemberRole(doors.acme, doors.bob.kept.user_id, "viewer"))
    await doors.send(ChangeTier(doors.acme, "free"))
    await doors.hear()
    found = await doors.enter()
    assert found is not None
    assert (found.role, found.tier, found.session_id) == ("viewer", "free", doors.bob.kept.session_id)


async def test_a_process_that_has_just_begun_to_listen_trusts_no_older_token() -> None:
    doors = await _doors()
    await end_session(doors.village.means, doors.bob.kept.session_id, "signed_out", doors.village.asking())
    assert await doors.enter() is not None
    doors.changes.listen(listening=False)
    assert await doors.enter() is None
    doors.changes.listen(listening=True)
    assert await doors.enter() is None


async def test_what_a_look_found_counts_until_something_changes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    doors = await _doors()
    doors.changes.listen(listening=True)
    looks: list[str] = []

    async def looked(means: Means, session_id: str) -> KeptSession | None:
        looks.append(session_id)
        return await kept_session(means, session_id)

    monkeypatch.setattr(authenticating, "kept_session", looked)
    assert await doors.enter() == await doors.enter() is not None
    assert len(looks) == 1, "it was signed before the process began to listen"
    await doors.send(ChangeMemberRole(doors.acme, doors.bob.kept.user_id, "viewer"))
    await doors.hear()
    found = [await doors.enter(), await doors.enter()]
    assert [each.role for each in found if each is not None] == ["viewer", "viewer"]
    assert len(looks) == 2
    await doors.send(RemoveMember(doors.acme, doors.bob.kept.user_id))
    await doors.hear()
    assert await doors.enter() is None


async def test_a_look_that_a_change_overtakes_does_not_count() -> None:
    doors = await _doors()
    doors.changes.listen(listening=True)
    read = await doors.village.signed.read(doors.token, doors.village.now)
    assert read is not None
    mark = doors.changes.mark
    await end_session(doors.village.means, doors.bob.kept.session_id, "signed_out", doors.village.asking())
    await doors.hear()
    doors.changes.found(read, read, mark)
    assert await doors.enter() is None


async def test_a_look_from_before_an_interruption_does_not_count() -> None:
    doors = await _doors()
    doors.changes.listen(listening=True)
    read = await doors.village.signed.read(doors.token, doors.village.now)
    assert read is not None
    mark = doors.changes.mark
    doors.changes.listen(listening=False)
    await end_session(doors.village.means, doors.bob.kept.session_id, "signed_out", doors.village.asking())
    doors.changes.listen(listening=True)
    doors.changes.found(read, read, mark)
    assert await doors.enter() is None


async def test_who_goes_on_elsewhere_keeps_the_token_of_before() -> None:
    doors = await _doors()
    bob = doors.bob.kept
    other = TenantId("org-2")
    created = CreateOrganisation("org-2", "Elsewhere", bob.user_id)
    await doors.village.ledger.commands.send(other, created, origin=doors.village.asking().by(bob.user_id))
    await switch(doors.village.means, bob.session_id, "org-2", doors.village.asking())
    await doors.hear()
    found = await doors.enter()
    assert found is not None
    assert found.org_id == doors.acme
    await end_session(doors.village.means, bob.session_id, "signed_out", doors.village.asking())
    await doors.hear()
    assert await doors.enter() is None


async def test_changes_are_forgotten_when_no_token_can_be_older() -> None:
    doors = await _doors()
    await doors.send(ChangeMemberRole(doors.acme, doors.bob.kept.user_id, "admin"))
    await doors.hear()
    doors.village.now += LASTS + SKEW
    await doors.sign()
    claims = await claims_of(doors.village.means, doors.bob.kept)
    assert claims is not None
    read = await doors.village.signed.read(doors.token, doors.village.now)
    assert read is not None
    assert doors.changes.touch(read, doors.village.now)
    doors.village.later(seconds=1)
    assert not doors.changes.touch(read, doors.village.now)
