"""What every store of checkpoints and read models does."""

from datetime import timedelta

import pytest
from storage_samples import ACME, ORIGIN, OTHER, counted

from skafu.kernel.errors import Conflict, Invalid
from skafu.kernel.events import START, Cursor
from skafu.storage import ANY, Change, Claim, ClaimLost, Collection, DocumentKey, Query, Storage

LONG, OVER = timedelta(hours=1), timedelta(seconds=-1)
LIST = Collection("list", (("n",),))
SHADOW = Collection("list@2", LIST.indexes)


async def _claimed(storage: Storage, owner: str = "one", lease: timedelta = LONG) -> Claim:
    claim = await storage.checkpoints.claim("names", 0, owner, lease)
    assert claim is not None
    return claim


async def _place(storage: Storage) -> Cursor:
    return (await storage.events.append(ACME, "s", counted(1), expected=ANY, origin=ORIGIN)).position


async def test_one_owner_at_a_time(storage: Storage) -> None:
    first = await _claimed(storage)
    assert (first.cursor, first.fence) == (START, 1)
    assert await storage.checkpoints.claim("names", 0, "two", LONG) is None
    assert await storage.checkpoints.claim("names", 1, "two", LONG) is not None
    assert await _claimed(storage) == first


async def test_who_is_late_has_lost(storage: Storage) -> None:
    first = await _claimed(storage, lease=OVER)
    second = await _claimed(storage, "two")
    assert second.fence > first.fence
    place = await _place(storage)
    with pytest.raises(ClaimLost):
        await storage.read_models.save(first, place, [Change(ACME, LIST, "k", {"n": 1})])
    assert await storage.read_models.load({DocumentKey(ACME, "list", "k")}) == {}
    assert (await storage.read_models.save(second, place)).cursor == place


async def test_who_is_late_leaves_everything_as_it_is(storage: Storage) -> None:
    first = await _claimed(storage, lease=OVER)
    second = await _claimed(storage, "two")
    written = [Change(ACME, LIST, key, {"n": n}) for n, key in enumerate("ab")]
    await storage.read_models.save(second, await _place(storage), written)
    late = [Change(ACME, LIST, "a", None), Change(ACME, LIST, "b", {"n": -1}), Change(ACME, LIST, "c", {"n": 5})]
    with pytest.raises(ClaimLost):
        await storage.read_models.save(first, await _place(storage), late)
    for query in (Query(order=("n",)), Query()):
        found = await storage.documents.find(ACME, LIST, query)
        assert [(each.key, each.body, each.revision) for each in found.documents] == [
            ("a", {"n": 0}, 1),
            ("b", {"n": 1}, 1),
        ]


async def test_changes_and_checkpoint_are_one(storage: Storage) -> None:
    claim, place = await _claimed(storage), await _place(storage)
    changes = [Change(tenant, LIST, key, {"n": n}) for tenant in (ACME, OTHER) for n, key in enumerate("ab")]
    moved = await storage.read_models.save(claim, place, changes)
    assert moved.cursor == place
    keys = {DocumentKey(change.tenant, "list", change.key) for change in changes}
    assert set(await storage.read_models.load(keys | {DocumentKey(ACME, "list", "z")})) == keys
    with pytest.raises(ClaimLost):
        await storage.read_models.save(claim, place, [Change(ACME, LIST, "a", None)])
    second = await _place(storage)
    await storage.read_models.save(moved, second, [Change(ACME, LIST, "a", None), Change(ACME, LIST, "b", {"n": 5})])
    found = await storage.documents.find(ACME, LIST, Query(order=("n",)))
    assert [(each.key, each.body, each.revision) for each in found.documents] == [("b", {"n": 5}, 2)]
    assert len((await storage.documents.find(OTHER, LIST, Query(order=("n",)))).documents) == 2


@pytest.mark.parametrize("many", [63, 64, 65, 200])
async def test_all_documents_of_a_large_page_are_written_changed_and_removed(storage: Storage, many: int) -> None:
    claim, numbers = await _claimed(storage), range(many)
    for more in (0, 1000):
        changes = [Change(ACME, LIST, f"{n:03}", {"n": n + more}) for n in numbers]
        claim = await storage.read_models.save(claim, await _place(storage), changes)
        found = (await storage.documents.find(ACME, LIST, Query(order=("n",), limit=1000))).documents
        assert [(each.key, each.body, each.revision) for each in found] == [
            (f"{n:03}", {"n": n + more}, 1 + (more > 0)) for n in numbers
        ]
    removed = [Change(ACME, LIST, f"{n:03}", None) for n in numbers]
    await storage.read_models.save(claim, await _place(storage), removed)
    for query in (Query(order=("n",)), Query()):
        assert not (await storage.documents.find(ACME, LIST, query)).documents


async def test_a_change_that_cannot_be_kept_moves_nothing(storage: Storage) -> None:
    claim, place = await _claimed(storage), await _place(storage)
    changes = [Change(ACME, LIST, "a", {"n": 1}), Change(ACME, LIST, "b", {"n": {}})]
    with pytest.raises(Invalid):
        await storage.read_models.save(claim, place, changes)
    assert await storage.read_models.load({DocumentKey(ACME, "list", "a")}) == {}
    assert await _claimed(storage) == claim


async def test_a_released_checkpoint_goes_on_with_the_next(storage: Storage) -> None:
    claim, place = await _claimed(storage), await _place(storage)
    moved = await storage.read_models.save(claim, place)
    await storage.checkpoints.release(moved)
    await storage.checkpoints.release(moved)
    with pytest.raises(ClaimLost):
        await storage.read_models.save(moved, await _place(storage))
    second = await _claimed(storage, "two")
    assert second.cursor == place
    await storage.checkpoints.release(moved)
    (state,) = await storage.checkpoints.states()
    assert (state.projection, state.shard, state.cursor, state.owner) == ("names", 0, place, "two")


async def test_a_new_checkpoint_begins_where_it_is_told(storage: Storage) -> None:
    place = await _place(storage)
    claim = await storage.checkpoints.claim("late", 0, "one", LONG, start=place)
    assert claim is not None
    assert claim.cursor == place
    again = await storage.checkpoints.claim("late", 0, "one", LONG, start=START)
    assert again == claim


async def test_a_forgotten_projection_begins_anew(storage: Storage) -> None:
    claim = await _claimed(storage)
    other = await storage.checkpoints.claim("other", 0, "one", LONG)
    await storage.checkpoints.forget("names")
    with pytest.raises(ClaimLost):
        await storage.read_models.save(claim, await _place(storage))
    assert [state.projection for state in await storage.checkpoints.states()] == ["other"]
    assert other is not None


async def test_a_shadow_takes_over_a_name(storage: Storage) -> None:
    claim, place = await _claimed(storage), await _place(storage)
    await storage.documents.put(ACME, LIST, "old", {"n": 1})
    await storage.read_models.save(claim, place, [Change(ACME, SHADOW, "new", {"n": 2})])
    assert set(await storage.documents.get(ACME, LIST, ["old", "new"])) == {"old"}
    assert await storage.read_models.swap("list", "list@2") == "list"
    assert set(await storage.documents.get(ACME, LIST, ["old", "new"])) == {"new"}
    found = await storage.documents.find(ACME, LIST, Query(order=("n",)))
    assert [each.key for each in found.documents] == ["new"]
    await storage.documents.put(ACME, LIST, "newer", {"n": 3})
    assert DocumentKey(ACME, "list@2", "newer") in await storage.read_models.load(
        {DocumentKey(ACME, "list@2", "newer")}
    )
    with pytest.raises(Conflict):
        await storage.read_models.drop("list@2")
    assert await storage.read_models.drop("list") == 1
    assert await storage.read_models.swap("list", "list") == "list@2"
    assert await storage.documents.get(ACME, LIST, ["old", "new"]) == {}
