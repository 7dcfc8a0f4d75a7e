"""What every store of documents does."""

import asyncio
from itertools import pairwise

import pytest
from storage_samples import ACME, OTHER

from skafu.kernel.errors import Invalid
from skafu.storage import Collection, Found, NoIndex, PageMark, Query, Storage, WrongRevision

TASKS = Collection("tasks", (("status", "due"), ("due",), ("labels",), ("owner.id", "status")))
PLAIN = Collection("plain")


async def test_what_was_put_is_read_whole(storage: Storage) -> None:
    body = {"a": 1, "b": [1.5, None, True, {"c": "é\0"}]}
    assert await storage.documents.put(ACME, PLAIN, "k", body) == 1
    assert await storage.documents.put(ACME, PLAIN, "k", body | {"a": 2}) == 2
    found = await storage.documents.get(ACME, PLAIN, ["k", "none"])
    assert list(found) == ["k"]
    assert (found["k"].body, found["k"].revision) == (body | {"a": 2}, 2)


async def test_revisions_guard_against_lost_updates(storage: Storage) -> None:
    documents = storage.documents
    assert await documents.put(ACME, PLAIN, "k", {}, expected=0) == 1
    for expected in (0, 2):
        with pytest.raises(WrongRevision) as caught:
            await documents.put(ACME, PLAIN, "k", {"lost": 1}, expected=expected)
        assert caught.value.actual == 1
    assert await documents.put(ACME, PLAIN, "k", {"won": 1}, expected=1) == 2
    with pytest.raises(WrongRevision):
        await documents.delete(ACME, PLAIN, "k", expected=1)
    await documents.delete(ACME, PLAIN, "k", expected=2)
    assert await documents.get(ACME, PLAIN, ["k"]) == {}
    await documents.delete(ACME, PLAIN, "k")
    with pytest.raises(WrongRevision):
        await documents.put(ACME, PLAIN, "k", {}, expected=2)


async def test_of_many_who_saw_the_same_revision_one_wins(storage: Storage) -> None:
    await storage.documents.put(ACME, TASKS, "k", {"due": 0})
    attempts = (storage.documents.put(ACME, TASKS, "k", {"due": n}, expected=1) for n in range(10))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert [isinstance(each, WrongRevision) for each in results].count(False) == 1
    found = await storage.documents.find(ACME, TASKS, Query(order=("due",)))
    assert len(found.documents) == 1


@pytest.mark.parametrize("collection", [PLAIN, TASKS])
async def test_of_many_who_begin_a_document_one_does(storage: Storage, collection: Collection) -> None:
    puts = [storage.documents.put(ACME, collection, "k", {"due": n}, expected=0 if n % 2 else None) for n in range(12)]
    results = await asyncio.gather(*puts, return_exceptions=True)
    revisions = sorted(each for each in results if isinstance(each, int))
    assert revisions == list(range(1, len(revisions) + 1))
    assert len(revisions) in {6, 7}
    assert all(isinstance(each, int | WrongRevision) for each in results)
    found = await storage.documents.find(ACME, collection, Query())
    assert [each.revision for each in found.documents] == [len(revisions)]


async def test_a_document_leaves_indexes_that_its_collection_has_no_more(storage: Storage) -> None:
    await storage.documents.put(ACME, TASKS, "k", {"due": 1})
    assert await storage.documents.put(ACME, Collection("tasks"), "k", {"due": 2}) == 2
    assert (await storage.documents.find(ACME, TASKS, Query())).documents[0].body == {"due": 2}
    await storage.documents.delete(ACME, TASKS, "k")
    assert await storage.documents.put(ACME, TASKS, "k", {"due": 3}, expected=0) == 1
    found = await storage.documents.find(ACME, TASKS, Query(order=("due",)))
    assert [each.body for each in found.documents] == [{"due": 3}]


async def _fill(storage: Storage) -> None:
    for number in range(20):
        body: dict[str, object] = {
            "status": "open" if number % 2 else "done",
            "due": (number * 7) % 20,
            "labels": ["red"] * (number % 3 == 0) + ["blue", "blue"] * (number % 4 == 0),
            "owner": {"id": f"p-{number % 3}"},
        }
        await storage.documents.put(ACME, TASKS, f"t-{number:02}", body)


async def _keys(storage: Storage, query: Query) -> list[str]:
    return [each.key for each in (await storage.documents.find(ACME, TASKS, query)).documents]


async def test_questions(storage: Storage) -> None:
    await _fill(storage)
    everything = [f"t-{number:02}" for number in range(20)]
    by_due = sorted(everything, key=lambda key: int(key[2:]) * 7 % 20)
    odd = [key for key in by_due if int(key[2:]) % 2]
    assert await _keys(storage, Query()) == everything
    assert await _keys(storage, Query(descending=True)) == everything[::-1]
    assert await _keys(storage, Query(order=("due",))) == by_due
    assert await _keys(storage, Query(where={"status": "open"}, order=("due",))) == odd
    assert await _keys(storage, Query(where={"status": "open"}, order=("due",), descending=True)) == odd[::-1]
    assert await _keys(storage, Query(order=("due",), at_least=5, below=9)) == by_due[5:9]
    assert await _keys(storage, Query(order=("due",), at_least=17)) == by_due[17:]
    assert await _keys(storage, Query(order=("due",), below=2)) == by_due[:2]
    assert await _keys(storage, Query(where={"labels": "blue"})) == everything[::4]
    assert await _keys(storage, Query(where={"owner.id": "p-1", "status": "open"})) == everything[1::6]
    assert await _keys(storage, Query(where={"status": "none"}, order=("due",))) == []


@pytest.mark.parametrize("limit", [1, 3, 10, 11])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("where", [{}, {"status": "open"}])
async def test_pages_hold_everything_once(
    storage: Storage, limit: int, descending: bool, where: dict[str, str]
) -> None:
    await _fill(storage)
    whole = await _keys(storage, Query(where=where, order=("due",), descending=descending))
    query, keys = Query(where=where, order=("due",), descending=descending, limit=limit), []
    mark: PageMark | None = query.after
    while mark is not None:
        page = await storage.documents.find(
            ACME, TASKS, Query(where=where, order=("due",), descending=descending, limit=limit, after=mark)
        )
        assert len(page.documents) <= limit
        keys += [each.key for each in page.documents]
        mark = page.next
    assert keys == whole


async def test_values_of_all_kinds_have_an_order(storage: Storage) -> None:
    values = [None, False, True, -1e300, -2, -1.5, 0, 0.25, 1, 2**53, 1e300, "", "A", "Z", "a", "a\0", "aa", "é", "漢"]
    for number, value in enumerate(reversed(values)):
        await storage.documents.put(ACME, TASKS, f"k-{number}", {"due": value})
    found = await storage.documents.find(ACME, TASKS, Query(order=("due",)))
    assert [each.body["due"] for each in found.documents] == values
    for low, high in pairwise(values[3:11]):
        page = await storage.documents.find(ACME, TASKS, Query(order=("due",), at_least=low, below=high))
        assert [each.body["due"] for each in page.documents] == [low]
    texts = await storage.documents.find(ACME, TASKS, Query(order=("due",), at_least="A"))
    assert [each.body["due"] for each in texts.documents] == values[12:]


async def test_long_texts_are_told_apart(storage: Storage) -> None:
    for end in "ab":
        await storage.documents.put(ACME, TASKS, end, {"labels": "x" * 5000 + end})
    found = await storage.documents.find(ACME, TASKS, Query(where={"labels": "x" * 5000 + "b"}))
    assert [each.key for each in found.documents] == ["b"]


async def test_an_index_follows_its_documents(storage: Storage) -> None:
    await storage.documents.put(ACME, TASKS, "k", {"due": 1, "labels": ["red", "blue"]})
    await storage.documents.put(ACME, TASKS, "k", {"due": 2, "labels": ["blue"]})
    assert await _keys(storage, Query(where={"labels": "red"})) == []
    assert await _keys(storage, Query(where={"labels": "blue"})) == ["k"]
    await storage.documents.delete(ACME, TASKS, "k")
    assert await _keys(storage, Query(order=("due",))) == []
    assert await storage.documents.find(ACME, TASKS, Query()) == Found(())


async def test_other_tenants_and_collections_are_apart(storage: Storage) -> None:
    await storage.documents.put(ACME, PLAIN, "k", {"mine": 1})
    assert await storage.documents.get(OTHER, PLAIN, ["k"]) == {}
    assert (await storage.documents.find(OTHER, PLAIN, Query())).documents == ()
    await storage.documents.delete(OTHER, PLAIN, "k")
    assert await storage.documents.put(OTHER, PLAIN, "k", {}, expected=0) == 1
    assert await storage.documents.get(ACME, TASKS, ["k"]) == {}
    assert (await storage.documents.get(ACME, PLAIN, ["k"]))["k"].body == {"mine": 1}


async def test_questions_that_cannot_be_answered(storage: Storage) -> None:
    documents = storage.documents
    for query in (Query(where={"due": 1, "labels": "x"}), Query(order=("status", "owner.id")), Query(order=("x",))):
        with pytest.raises(NoIndex):
            await documents.find(ACME, TASKS, query)
    await _fill(storage)
    mark = (await documents.find(ACME, TASKS, Query(order=("due",), limit=2))).next
    assert mark is not None
    for query in (
        Query(after=mark),
        Query(after=PageMark("???")),
        Query(limit=0),
        Query(limit=5000),
        Query(at_least=1),
    ):
        with pytest.raises(Invalid):
            await documents.find(ACME, TASKS, query)


async def test_documents_that_cannot_be_kept(storage: Storage) -> None:
    bodies: list[dict[str, object]] = [{"due": {}}, {"due": 2**53 + 1}, {"due": object()}, {"labels": ["\ud800"]}]
    for body in bodies:
        with pytest.raises(Invalid):
            await storage.documents.put(ACME, TASKS, "k", body)
    assert await storage.documents.get(ACME, TASKS, ["k"]) == {}
