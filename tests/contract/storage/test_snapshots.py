"""A snapshot and what followed are the same as all events from the first."""

import asyncio

from counting_tally import DAY, Counting, Idle, State, Tally
from hypothesis import given, settings
from hypothesis import strategies as st
from projected_numbers import QUICK
from storage_samples import ACME, ORIGIN, OTHER, Counted, Opened, codec, counted

from skafu.kernel.deciders import fold
from skafu.kernel.events import Event
from skafu.kernel.identity import TenantId
from skafu.storage import ANY, Storage
from skafu.storage.adapters.memory import memory_storage
from skafu.storage.projections import Recorded, Worker
from skafu.storage.snapshots import Snapshots


class CountingMore(Counting, frozen=True, tag="counting"):
    """A later shape."""

    total: int = 0


def _belongs(event: Recorded) -> bool:
    return event.stream.startswith("tally")


TALLIES = Snapshots("tally", Tally(), State, _belongs)


async def _catch_up(storage: Storage, snapshots: Snapshots[State, Event] = TALLIES) -> None:
    worker = Worker(storage, lambda: DAY, projections=[snapshots.projection], patience=QUICK)
    await worker.catch_up()


async def _append(storage: Storage, stream: str, *events: Event, tenant: TenantId = ACME) -> None:
    await storage.events.append(tenant, stream, events, expected=ANY, origin=ORIGIN)


async def test_a_load_reads_what_came_after_the_snapshot(storage: Storage) -> None:
    await _append(storage, "tally 1", *counted(1, 2, 2, 3))
    await _append(storage, "other", *counted(9))
    await _append(storage, "tally 1", *counted(50), tenant=OTHER)
    await _catch_up(storage)
    await _append(storage, "tally 1", *counted(4))
    loaded = await TALLIES.load(storage.events, storage.documents, ACME, "tally 1")
    events = [each.event for each in await storage.events.read_stream(ACME, "tally 1")]
    assert (loaded.state, loaded.version, loaded.folded) == (fold(Tally(), events), 5, 1)
    assert (await TALLIES.load(storage.events, storage.documents, ACME, "other")).folded == 1
    assert await TALLIES.load(storage.events, storage.documents, ACME, "tally none") == type(loaded)(Idle(), 0, 0)


async def test_a_snapshot_of_another_shape_is_not_looked_at(storage: Storage) -> None:
    await _append(storage, "tally 1", *counted(1, 2))
    await _catch_up(storage)
    later = Snapshots("tally", Tally(), Idle | CountingMore, _belongs)
    meant = Snapshots("tally", Tally(), State, _belongs, meaning=2)
    for each in (later, meant):
        assert (await each.load(storage.events, storage.documents, ACME, "tally 1")).folded == 2
    await _catch_up(storage, meant)
    assert (await meant.load(storage.events, storage.documents, ACME, "tally 1")).folded == 0
    await storage.documents.put(ACME, TALLIES.collection, "tally 1", {"version": 2, "state": {"type": "gone"}})
    assert (await TALLIES.load(storage.events, storage.documents, ACME, "tally 1")).folded == 2


async def test_no_snapshot_where_an_event_was_skipped(storage: Storage) -> None:
    await _append(storage, "tally 1", *counted(1, 2, 3))
    events = await storage.events.read_stream(ACME, "tally 1")
    keep = TALLIES.projection.fold
    body = keep(keep(None, events[0]), events[2])
    assert body is None
    assert keep(body, events[2]) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.just("snapshot"),
            st.tuples(st.sampled_from(["tally 1", "tally 2"]), st.lists(st.integers(-3, 3), max_size=4)),
        ),
        max_size=12,
    )
)
def test_any_snapshot_leads_to_the_full_fold(story: list[str | tuple[str, list[int]]]) -> None:
    async def told() -> None:
        storage = memory_storage(codec())
        for step in story:
            if isinstance(step, str):
                await _catch_up(storage)
            elif step[1]:
                await _append(storage, step[0], *[Counted(each) if each else Opened("again") for each in step[1]])
            for stream in ("tally 1", "tally 2"):
                events = [each.event for each in await storage.events.read_stream(ACME, stream)]
                loaded = await TALLIES.load(storage.events, storage.documents, ACME, stream)
                assert (loaded.state, loaded.version) == (fold(Tally(), events), len(events))
                assert step != "snapshot" or loaded.folded == 0

    asyncio.run(told())
