"""Who is erased is gone: from events, from documents after a rebuild, from bytes on the disk, and from old backups."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import pytest
from projected_numbers import QUICK
from sealed_stores import AT, PEOPLE, Joined, SealedStore, left_behind, people_worker, sealed, sealed_store
from storage_engines import ENGINES
from storage_samples import ACME, ORIGIN, OTHER, Opened, events_of

from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import EventType, EventTypes, UnreadableEvent
from skafu.kernel.events import Command, Cursor, Event
from skafu.kernel.identity import TenantId
from skafu.kernel.personal import ERASED, Personal
from skafu.storage import ANY
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.memory.erasure import MemorySubjectKeys
from skafu.storage.codec import StoredEvent, origin_bytes
from skafu.storage.erasure import Erasure, Reapplied, SealedCodec, Subject
from skafu.storage.projections import Builds, Worker
from skafu.storage.snapshots import Snapshots

ADA, BOB = Joined("u-ada", "ada@secret.example", 1815), Joined("u-bob", "bob@secret.example")
A, B = Subject(ACME, "u-ada"), Subject(ACME, "u-bob")
Address = Callable[[], str]


class JoinedBefore(Event, frozen=True):
    """The first shape of `Joined`."""

    user: str
    address: Annotated[str, Personal(subject="user")]


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(request: pytest.FixtureRequest) -> Address:
    return lambda: str(request.getfixturevalue("postgres_database"))


@pytest.fixture
async def store(engine_name: str, tmp_path: Path, address: Address) -> AsyncIterator[SealedStore]:
    async with sealed_store(engine_name, tmp_path, address) as opened:
        yield opened


async def _joined(store: SealedStore, *events: Joined, tenant: TenantId = ACME) -> None:
    await store.storage.events.append(tenant, "members", events, expected=ANY, origin=ORIGIN)


async def _members(store: SealedStore, tenant: TenantId = ACME) -> list[object]:
    return [*events_of(await store.storage.events.read_stream(tenant, "members"))]


async def test_personal_fields_come_back_until_their_subject_is_erased(store: SealedStore) -> None:
    await _joined(store, ADA, BOB)
    await store.storage.events.append(ACME, "other", [Opened('"~sealed"')], expected=ANY, origin=ORIGIN)
    assert await _members(store) == [ADA, BOB]
    done = await store.eraser.erase(A, by="ann")
    assert (done.erasure, done.had_key) == (Erasure(A, "ann", AT), True)
    assert not (await store.eraser.erase(Subject(OTHER, A.id), by="ann")).had_key
    gone = Joined("u-ada", ERASED, 0)
    assert await _members(store) == [gone, BOB]
    page = await store.storage.feed.read()
    assert events_of(page.events) == [gone, BOB, Opened('"~sealed"')]
    assert await store.log.entries() == [Erasure(A, "ann", AT), Erasure(Subject(OTHER, A.id), "ann", AT)]


async def test_what_comes_late_is_written_without_its_personal_fields(store: SealedStore) -> None:
    await store.eraser.erase(A, by="ann")
    await _joined(store, ADA)
    assert await _members(store) == [Joined("u-ada", ERASED, 0)]
    assert await store.keys.opening([A]) == {}
    await store.eraser.erase(A, by="ann")
    assert len(await store.log.entries()) == 2


async def test_another_organisation_has_another_key(store: SealedStore) -> None:
    await _joined(store, ADA)
    await _joined(store, ADA, tenant=OTHER)
    keys = await store.keys.opening([A, Subject(OTHER, "u-ada")])
    assert len(set(keys.values())) == 2
    await store.eraser.erase(A, by="ann")
    assert await _members(store, OTHER) == [ADA]


async def test_keys_are_made_once_and_destroyed_for_ever(store: SealedStore) -> None:
    made = await store.keys.sealing([A, B])
    assert {len(key) for key in made.values()} == {32}
    assert await store.keys.sealing([B, A]) == made == await store.keys.opening([A, B])
    assert await store.keys.opening([Subject(OTHER, "u-ada")]) == {}
    await store.keys.erase([A, Subject(OTHER, "never seen")])
    assert await store.keys.sealing([A, B]) == {B: made[B]}
    assert await store.keys.sealing([Subject(OTHER, "never seen")]) == {}
    assert made[A] not in store.bytes_of_keys()


async def test_a_rebuild_leaves_no_plain_text_behind(engine_name: str, tmp_path: Path, address: Address) -> None:
    async with sealed_store(engine_name, tmp_path, address) as store:
        await _joined(store, ADA, BOB)
        worker = people_worker(store.storage)
        await worker.catch_up()
        assert (await store.storage.documents.get(ACME, PEOPLE, ["u-ada"]))["u-ada"].body["mail"] == ADA.mail
        assert (engine_name == "memory") or b"ada@secret" in left_behind(engine_name, tmp_path, address)
        done = await store.eraser.erase(A, by="ann", rebuild=["people", "never followed"])
        assert (done.rebuilding, done.again, done.unknown) == (("people",), (), ("never followed",))
        assert (await store.eraser.erase(A, by="ann", rebuild=["people"])).again == ("people",)
        build, _ = await Builds(store.storage.documents).read("people")
        while build.current == 1 or build.retired:
            await worker.catch_up()
            build, _ = await Builds(store.storage.documents).read("people")
        found = await store.storage.documents.get(ACME, PEOPLE, ["u-ada", "u-bob"])
        assert {key: each.body for key, each in found.items()} == {
            "u-ada": {"mail": ERASED, "born": 0},
            "u-bob": {"mail": BOB.mail, "born": None},
        }
    left = left_behind(engine_name, tmp_path, address)
    assert b"ada@secret" not in left
    assert engine_name == "memory" or b"bob@secret" in left


class Mails(msgspec.Struct, frozen=True):
    """The addresses of members: a state that holds something of theirs."""

    mails: tuple[str, ...] = ()


class Membership:
    """A decider whose states hold personal fields."""

    initial_state = Mails()

    def decide(self, command: Command, state: Mails) -> list[Event]:
        del command, state
        return []

    def evolve(self, state: Mails, event: Event) -> Mails:
        return Mails((*state.mails, event.mail)) if isinstance(event, Joined) else state


async def test_a_snapshot_forgets_when_it_is_rebuilt(store: SealedStore) -> None:
    snapshots = Snapshots("members", Membership(), Mails, lambda event: event.stream == "members")
    worker = Worker(store.storage, lambda: AT, projections=[snapshots.projection], patience=QUICK)
    events, documents = store.storage.events, store.storage.documents
    await _joined(store, ADA, BOB)
    await worker.catch_up()
    loaded = await snapshots.load(events, documents, ACME, "members")
    assert (loaded.state, loaded.folded) == (Mails((ADA.mail, BOB.mail)), 0)
    done = await store.eraser.erase(A, by="ann", rebuild=[snapshots.projection.name])
    assert done.rebuilding == (snapshots.projection.name,)
    while (await Builds(documents).read(snapshots.projection.name))[0].current == 1:
        await worker.catch_up()
    loaded = await snapshots.load(events, documents, ACME, "members")
    assert (loaded.state, loaded.version, loaded.folded) == (Mails((ERASED, BOB.mail)), 2, 0)


async def test_events_are_sealed_in_the_file_from_the_start(engine_name: str, tmp_path: Path, address: Address) -> None:
    async with sealed_store(engine_name, tmp_path, address) as store:
        await _joined(store, ADA)
    left = left_behind(engine_name, tmp_path, address)
    assert b"secret" not in left
    assert b"1815" not in left
    assert engine_name == "memory" or b"u-ada" in left


async def test_older_keys_are_destroyed_again(tmp_path: Path, address: Address) -> None:
    async with sealed_store("sqlite", tmp_path, address) as store:
        await _joined(store, ADA, BOB)
    shutil.copy(tmp_path / "keys.db", tmp_path / "keys.backup")
    async with sealed_store("sqlite", tmp_path, address) as store:
        await store.eraser.erase(A, by="ann")
    with (tmp_path / "erasures.jsonl").open("ab") as log:
        log.write(b'{"subject": {"ten')
    shutil.copy(tmp_path / "keys.backup", tmp_path / "keys.db")
    async with sealed_store("sqlite", tmp_path, address) as store:
        assert await _members(store) == [ADA, BOB]
        assert await store.eraser.reapply() == Reapplied(1)
        assert await _members(store) == [Joined("u-ada", ERASED, 0), BOB]
        await store.eraser.erase(B, by="ann")
        assert [each.subject for each in await store.log.entries()] == [A, B]


async def test_nothing_personal_without_a_subject(store: SealedStore) -> None:
    with pytest.raises(Invalid, match="is empty"):
        await _joined(store, Joined("", "ada@secret.example"))
    with pytest.raises(Invalid, match="subject"):
        await store.eraser.erase(Subject(ACME, ""), by="ann")


@pytest.mark.parametrize("moved", ["tenant", "field", "subject", "bytes"])
async def test_a_sealed_field_opens_in_its_place_alone(moved: str) -> None:
    keys = MemorySubjectKeys()
    codec = sealed(keys)
    await keys.sealing([A, B, Subject(OTHER, "u-ada")])
    (encoded,) = await codec.encode(ACME, [ADA])
    changed = {
        "field": encoded.data.replace(b'"mail"', b'"plan"'),
        "subject": encoded.data.replace(b'["u-ada"', b'["u-bob"'),
        "bytes": encoded.data.replace(b'"mail":["u-ada","', b'"mail":["u-ada","AAAA'),
    }
    assert events_of(await codec.decode([_row(ACME, encoded.data)])) == [ADA]
    with pytest.raises(UnreadableEvent, match="changed"):
        await codec.decode([_row(OTHER if moved == "tenant" else ACME, changed.get(moved, encoded.data))])


async def test_older_shapes_are_opened_before_they_are_brought_up_to_date() -> None:
    keys = MemorySubjectKeys()
    old = SealedCodec(EventTypes(EventType(JoinedBefore, "member.joined")), keys, AesGcm())
    (encoded,) = await old.encode(ACME, [JoinedBefore("u-ada", "ada@secret.example")])
    row = msgspec.structs.replace(_row(ACME, encoded.data), schema=1)
    assert events_of(await sealed(keys).decode([row])) == [Joined("u-ada", "ada@secret.example")]
    await keys.erase([A])
    assert events_of(await sealed(keys).decode([row])) == [Joined("u-ada", ERASED)]


def _row(tenant: TenantId, content: bytes) -> StoredEvent:
    at = Cursor("1")
    return StoredEvent(UUID(int=3), tenant, "members", 1, at, "member.joined", 2, content, origin_bytes(ORIGIN), AT)
