"""What every store does for effects outside and for process managers: at least once, with the same keys."""

from collections.abc import Sequence
from typing import cast

import msgspec
from projected_numbers import stream_of, worker_of
from storage_samples import ACME, ORIGIN, Counted, Opened, counted

from skafu.kernel.events import Cursor
from skafu.storage import ANY, Body, Change, Claim, Collection, ReadModels, Storage
from skafu.storage.projections import ProcessManager, Reaction, Recorded, Wanted

PROCESSES = Collection("processes")


async def test_a_reaction_sees_each_event_that_it_wants(storage: Storage) -> None:
    seen: list[int] = []

    async def act(event: Recorded) -> None:
        assert isinstance(event.event, Counted)
        seen.append(event.event.number)

    await storage.events.append(ACME, "s", [Opened("a"), *counted(1, 2)], expected=ANY, origin=ORIGIN)
    worker = worker_of(storage, reactions=[Reaction("tell", (Counted,), act)])
    await worker.catch_up()
    await worker.catch_up()
    assert seen == [1, 2]


async def test_what_failed_comes_again_with_the_same_id_and_nothing_before_it(storage: Storage) -> None:
    seen: list[tuple[str, int]] = []

    async def act(event: Recorded) -> None:
        assert isinstance(event.event, Counted)
        seen.append((str(event.event_id), event.event.number))
        if event.event.number == 2 and len(seen) == 2:
            raise ConnectionError("the line is down")

    await storage.events.append(ACME, "s", counted(1, 2, 3), expected=ANY, origin=ORIGIN)
    await worker_of(storage, reactions=[Reaction("tell", (Counted,), act)]).catch_up()
    assert [number for _, number in seen] == [1, 2, 2, 3]
    assert seen[1][0] == seen[2][0]


async def test_a_process_keeps_its_state_and_repeats_its_commands_with_the_same_keys(storage: Storage) -> None:
    dispatched: list[Wanted] = []

    def coordinate(state: Body | None, event: Recorded) -> tuple[Body | None, Sequence[object]]:
        assert isinstance(event.event, Counted)
        so_far = event.event.number + (int(str(state["so_far"])) if state else 0)
        return ({"so_far": so_far}, ["pay", "tell"] if so_far >= 3 else [])

    async def dispatch(wanted: Wanted) -> None:
        dispatched.append(wanted)
        if len(dispatched) == 2:
            raise ConnectionError("the line is down")

    manager = ProcessManager("paying", PROCESSES, stream_of, coordinate, dispatch, storage.read_models)
    await storage.events.append(ACME, "s", counted(1, 2), expected=ANY, origin=ORIGIN)
    await worker_of(storage, reactions=[manager]).catch_up()
    assert [each.command for each in dispatched] == ["pay", "tell", "pay", "tell"]
    assert [each.key for each in dispatched[:2]] == [each.key for each in dispatched[2:]]
    assert dispatched[0].key != dispatched[1].key
    events = await storage.events.read_stream(ACME, "s")
    assert dispatched[0].origin.causation_id == events[1].event_id
    assert dispatched[0].origin.correlation_id == ORIGIN.correlation_id
    found = await storage.documents.get(ACME, PROCESSES, ["s"])
    assert found["s"].body == {"so_far": 3}


class Noting:
    """Read models that note each move of a checkpoint."""

    def __init__(self, storage: Storage) -> None:
        self.saved: list[Cursor] = []
        self._storage = storage

    def __getattr__(self, name: str) -> object:
        return getattr(self._storage.read_models, name)

    async def save(self, claim: Claim, cursor: Cursor, changes: Sequence[Change] = ()) -> Claim:
        self.saved.append(cursor)
        return await self._storage.read_models.save(claim, cursor, changes)


def _noted(storage: Storage) -> tuple[Storage, list[Cursor]]:
    noting = Noting(storage)
    return msgspec.structs.replace(storage, read_models=cast("ReadModels", noting)), noting.saved


async def test_what_is_of_no_concern_is_passed_over_without_a_write_of_each(storage: Storage) -> None:
    async def act(event: Recorded) -> None:
        assert isinstance(event.event, Opened)

    noted, saved = _noted(storage)
    events = [*counted(1, 2), Opened("a"), *counted(3, 4)]
    await storage.events.append(ACME, "s", events, expected=ANY, origin=ORIGIN)
    await worker_of(noted, reactions=[Reaction("tell", (Opened,), act)]).catch_up()
    assert len(saved) == 2
    assert saved[-1] == await storage.feed.tip()


async def test_what_has_been_done_already_is_passed_over_without_a_write_of_each(storage: Storage) -> None:
    done: list[int] = []

    async def act(event: Recorded) -> None:
        assert isinstance(event.event, Counted)
        done.append(event.event.number)

    noted, saved = _noted(storage)
    await storage.events.append(ACME, "s", counted(1, 2, 3, 4), expected=ANY, origin=ORIGIN)
    reaction = Reaction("tell", (Counted,), act, lambda _: len(done) >= 2)
    await worker_of(noted, reactions=[reaction]).catch_up()
    assert done == [1, 2]
    assert len(saved) == 3
    assert saved[-1] == await storage.feed.tip()
