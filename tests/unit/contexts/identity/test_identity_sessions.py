"""Sessions, links, throttles and keys, over time."""

from datetime import timedelta

import pytest
from identity_in_memory import ANNS_PASSWORD, Village

from skafu.contexts.identity.application.authenticating import StoredAuthenticator, claims_of
from skafu.contexts.identity.application.changes import RecentChanges
from skafu.contexts.identity.application.erasing import erase_person, request_erasure
from skafu.contexts.identity.application.joining import Newcomer, enter_as_owner
from skafu.contexts.identity.application.links import owner_link
from skafu.contexts.identity.application.mailboxes import MAILBOXES, holder_of, mailbox_of, take_mailbox
from skafu.contexts.identity.application.sessions import (
    SESSIONS,
    end_session,
    rotate,
    session_of,
    sessions_of,
    start_session,
    switch,
)
from skafu.contexts.identity.application.signing_in import sign_in
from skafu.contexts.identity.domain.errors import (
    LinkNotUsable,
    NoSuchOrganisation,
    OwnerHasMail,
    PasswordTooWeak,
    SignInRefused,
    TooManyAttempts,
)
from skafu.contexts.identity.domain.events import SessionEnded, SessionMoved, SignInFailed
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.storage.documents import Query
from skafu.web_api.principal import Credentials


async def test_a_session_ends_after_a_day_without_use() -> None:
    village = Village()
    owner = await village.owner()
    for _ in range(3):
        village.later(hours=23, minutes=59)
        assert await session_of(village.means, owner.secret, village.asking()) is not None
    village.later(hours=24)
    assert await session_of(village.means, owner.secret, village.asking()) is None
    village.later(hours=-1)
    assert await session_of(village.means, owner.secret, village.asking()) is None


async def test_a_session_ends_after_a_month_however_much_it_is_used() -> None:
    village = Village()
    owner = await village.owner()
    for _ in range(30 * 2 - 1):
        village.later(hours=12)
        assert await session_of(village.means, owner.secret, village.asking()) is not None
    village.later(hours=12)
    assert await session_of(village.means, owner.secret, village.asking()) is None


async def test_use_is_noted_every_five_minutes_and_a_new_address_at_once() -> None:
    village = Village()
    owner = await village.owner()

    async def revision() -> int:
        found = await village.storage.documents.get(SYSTEM, SESSIONS, [owner.kept.session_id])
        return found[owner.kept.session_id].revision

    village.later(minutes=4)
    await session_of(village.means, owner.secret, village.asking())
    assert await revision() == 1
    village.later(minutes=1)
    await session_of(village.means, owner.secret, village.asking())
    assert await revision() == 2
    for address in ("198.51.100.7", "192.0.2.1", "198.51.100.7"):
        await session_of(village.means, owner.secret, village.asking(address))
    assert await revision() == 3
    stream = f"session-{owner.kept.session_id}"
    recorded = await village.storage.events.read_stream(TenantId(owner.kept.organisation_id), stream)
    assert [each.event for each in recorded[1:]] == [
        SessionMoved(owner.kept.session_id, owner.kept.user_id, "198.51.100.7")
    ]


async def test_who_uses_a_replaced_secret_later_ends_the_session_for_both() -> None:
    village = Village()
    owner = await village.owner()
    rotated = await rotate(village.means, owner.secret, village.asking())
    assert rotated is not None
    village.later(seconds=29)
    assert await session_of(village.means, owner.secret, village.asking()) is not None
    village.later(seconds=1)
    assert await session_of(village.means, owner.secret, village.asking()) is None
    assert await session_of(village.means, rotated.secret, village.asking()) is None
    stream = f"session-{owner.kept.session_id}"
    recorded = await village.storage.events.read_stream(TenantId(owner.kept.organisation_id), stream)
    assert recorded[-1].event == SessionEnded(owner.kept.session_id, owner.kept.user_id, "stolen")


async def test_other_secrets_for_a_session_are_worth_nothing_and_end_nothing() -> None:
    village = Village()
    owner, other = await village.owner(), await village.owner()
    mixed = owner.secret[:22] + other.secret[22:]
    for text in (mixed, owner.secret[:-4], "", "x" * 64):
        assert await session_of(village.means, text, village.asking()) is None
    assert await session_of(village.means, owner.secret, village.asking()) is not None


async def test_sessions_that_nobody_uses_are_swept_away() -> None:
    village = Village()
    owner = await village.owner()
    village.later(days=2)
    await start_session(village.means, owner.kept.user_id, owner.kept.organisation_id, "link", village.asking())
    assert len((await village.storage.documents.find(SYSTEM, SESSIONS, Query())).documents) == 1


async def test_a_session_goes_on_where_its_person_belongs_and_nowhere_else() -> None:
    village = Village()
    owner = await village.owner()
    with pytest.raises(NoSuchOrganisation):
        await switch(village.means, owner.kept.session_id, "018f0000-0000-7000-8000-000000000000", village.asking())
    same = await switch(village.means, owner.kept.session_id, owner.kept.organisation_id, village.asking())
    assert same == owner.kept


async def test_an_access_token_holds_for_five_minutes_and_a_session_until_it_is_ended() -> None:
    village = Village()
    owner = await village.owner()
    claims = await claims_of(village.means, owner.kept)
    assert claims is not None
    access = await village.signed.issue(claims, village.now)
    changes = RecentChanges(timedelta(minutes=5), lambda: village.now - timedelta(minutes=1))
    changes.listen(listening=True)
    doors = StoredAuthenticator(village.means, changes)
    by_access, by_session = Credentials(bearer=access), Credentials(session=owner.secret, address="192.0.2.1")
    principal = await doors.authenticate(by_access)
    assert principal is not None
    assert principal == await doors.authenticate(by_session)
    assert (principal.role, principal.tier, principal.session_id) == ("admin", "enterprise", owner.kept.session_id)
    assert (principal.actor.id, principal.actor.via) == (owner.kept.user_id, owner.kept.session_id)
    await end_session(village.means, owner.kept.session_id, "signed_out", village.asking())
    assert await doors.authenticate(by_session) is None
    assert await doors.authenticate(by_access) == principal, "nobody has told this process"
    village.later(minutes=5, seconds=6)
    assert await doors.authenticate(by_access) is None
    assert await doors.authenticate(Credentials()) is None
    assert await sessions_of(village.means, owner.kept.user_id, village.now) == []


async def test_the_link_of_the_owner_works_once_within_an_hour() -> None:
    village = Village()
    link = await owner_link(village.means, village.asking().by_nobody())
    with pytest.raises(PasswordTooWeak):
        await enter_as_owner(village.means, link, Newcomer("Ann", "", "too short"), village.asking())
    first = await enter_as_owner(village.means, link, Newcomer(), village.asking())
    with pytest.raises(LinkNotUsable):
        await enter_as_owner(village.means, link, Newcomer(), village.asking())
    late = await owner_link(village.means, village.asking().by_nobody())
    village.later(hours=1)
    with pytest.raises(LinkNotUsable):
        await enter_as_owner(village.means, late, Newcomer(), village.asking())
    again = await owner_link(village.means, village.asking().by_nobody())
    second = await enter_as_owner(village.means, again, Newcomer(mail="ann@example.org"), village.asking())
    assert (second.kept.user_id, second.kept.organisation_id) == (first.kept.user_id, first.kept.organisation_id)


async def test_nobody_guesses_passwords_faster_than_the_throttle_lets_them() -> None:
    village = Village()
    await village.owner()
    tried, waits = 0, set[int]()
    for second in range(0, 3600, 10):
        try:
            address = f"192.0.2.{second % 250}"
            await sign_in(village.means, "ann@example.org", "a wrong password", village.asking(address))
        except SignInRefused:
            tried += 1
        except TooManyAttempts as error:
            waits.add(error.retry_after)
        village.now += timedelta(seconds=10)
    assert tried == village.passwords.asked == 5 + 3590 // 180
    assert 0 < min(waits) <= max(waits) <= 180
    recorded = await village.storage.events.read_stream(SYSTEM, f"sign_in-{await _ann(village)}")
    assert len([each for each in recorded if isinstance(each.event, SignInFailed)]) == tried


async def test_one_address_cannot_try_many_people() -> None:
    village = Village()
    await village.owner()
    refused = 0
    for number in range(40):
        try:
            await sign_in(village.means, f"p{number}@example.org", "a wrong password", village.asking())
        except SignInRefused:
            refused += 1
        except TooManyAttempts:
            pass
    assert refused == 30


async def test_right_passwords_do_not_count_as_attempts() -> None:
    village = Village()
    await village.owner()
    for _ in range(40):
        await sign_in(village.means, "ANN@example.org ", ANNS_PASSWORD, village.asking())


async def test_who_is_not_known_costs_the_same_and_is_told_the_same() -> None:
    village = Village()
    await village.owner()
    errors = []
    for mail in ("ann@example.org", "nobody@example.org"):
        with pytest.raises(SignInRefused) as refused:
            await sign_in(village.means, mail, "a wrong password", village.asking())
        errors.append((refused.value.message, refused.value.fix))
    assert errors[0] == errors[1]
    assert village.passwords.asked == 2
    assert len(await village.storage.events.read_stream(SYSTEM, "sign_in-nobody")) == 1


async def _ann(village: Village) -> str:
    return (await village.owner()).kept.user_id


async def test_a_mailbox_is_found_again_after_a_move_and_free_again_after_an_erasure() -> None:
    village = Village()
    owner = await village.owner()
    mailbox = await mailbox_of(village.means, "ann@example.org")
    await village.worker.catch_up()
    await village.storage.documents.delete(SYSTEM, MAILBOXES, mailbox)
    assert await holder_of(village.means, mailbox) == owner.kept.user_id
    await request_erasure(village.means, owner.kept.user_id, village.asking())
    await erase_person(village.means, village.eraser, owner.kept.user_id, village.asking().by_nobody(), ())
    assert await holder_of(village.means, mailbox) is None
    stale = {"user_id": owner.kept.user_id}
    await village.storage.documents.put(SYSTEM, MAILBOXES, mailbox, stale)
    assert await holder_of(village.means, mailbox) is None
    assert await take_mailbox(village.means, mailbox, "somebody") == "somebody"


async def test_an_owner_who_is_forgotten_makes_room_for_another_one() -> None:
    village = Village()
    first = await village.owner()
    await request_erasure(village.means, first.kept.user_id, village.asking())
    await erase_person(village.means, village.eraser, first.kept.user_id, village.asking().by_nobody(), ())
    second = await village.owner()
    assert second.kept.user_id != first.kept.user_id
    assert second.kept.organisation_id != first.kept.organisation_id
    third = await village.owner()
    assert third.kept.user_id == second.kept.user_id


async def test_the_owner_keeps_the_mail_address_that_is_on_record() -> None:
    village = Village()
    await village.owner()
    link = await owner_link(village.means, village.asking().by_nobody())
    with pytest.raises(OwnerHasMail):
        await enter_as_owner(village.means, link, Newcomer(mail="other@example.org"), village.asking())
    assert await holder_of(village.means, await mailbox_of(village.means, "other@example.org")) is None
    await enter_as_owner(village.means, link, Newcomer(), village.asking())
