from collections.abc import Iterator

import pytest
from counters import COUNTERS, Started, context, count, start
from msgspec import Struct, json
from tables import stored, tables

from shared import aws
from shared.domain import BadCursor
from shared.event_store import from_item
from shared.projections import Projection, ReadTable, joined, refresh_all



class Row(Struct, frozen=True):
    counter_id: str
    number: int
    created_at: str


TABLE = ReadTable("ROWS_TABLE", Row, by=("name",), sort="number", newest=False)
PROJECTION = Projection(COUNTERS, TABLE, {"Started": ("started_at",), "Counted": ()})


@pytest.fixture(autouse=True)
def _tables() -> Iterator[None]:
    with tables("ROWS_TABLE"):
        yield


def started(counter_id: str, name: str, number: int) -> None:
    COUNTERS.create(counter_id, lambda: (Started(counter_id, name),), context())
    COUNTERS.change(counter_id, lambda one: count(one, number), context())


def refresh() -> object:
    return refresh_all([PROJECTION], [from_item(item) for item in stored()])


def test_a_row_is_the_fold_of_the_events() -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    refresh()
    COUNTERS.change("c1", lambda one: count(one, 3), context())
    refresh()
    assert TABLE.one("c1") == Row("c1", 3, "2026-01-02T00:00:00+00:00")
    row, version = TABLE.held("c1")
    assert version == 2
    assert row is not None
    assert (row["started_at"], row["created_by"]) == ("2026-01-02T00:00:00+00:00", "user-1")


def test_repeated_and_reordered_records_change_nothing() -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    COUNTERS.change("c1", lambda one: count(one, 3), context())
    events = [from_item(item) for item in stored()]
    for batch in (events[::-1], events, events[:1], events * 2):
        assert refresh_all([PROJECTION], batch) is None
    assert TABLE.one("c1") == Row("c1", 3, "2026-01-02T00:00:00+00:00")


def test_a_broken_event_is_named_and_the_ones_before_it_are_done() -> None:
    started("c1", "a", 1)
    aws.dynamodb().put_item(
        TableName="events", Item={**stored()[0], "aggregateId": {"S": "Counter#c2"}, "data": {"S": "{"}}
    )
    failed = refresh()
    assert failed is not None
    assert TABLE.one("c1") is not None
    assert TABLE.one("c2") is None


def test_pages_are_sorted_and_go_on_at_their_cursor() -> None:
    for number in range(5):
        COUNTERS.create(f"c{number}", lambda n=number: (Started(f"c{n}", f"name {n}"),), context())  # type: ignore[misc]
    table = ReadTable("ROWS_TABLE", Row, by=(), sort="counter_id", newest=True)
    refresh_all([Projection(COUNTERS, table, {"Started": ()})], [from_item(item) for item in stored()])
    first = table.page((), 3, None, {})
    second = table.page((), 3, first.next_cursor, {})
    assert [row.counter_id for row in (*first.items, *second.items)] == ["c4", "c3", "c2", "c1", "c0"]
    assert second.next_cursor is None


def test_the_first_row_with_a_key_is_found() -> None:
    table = ReadTable("ROWS_TABLE", Row, by=("number",), sort="name", newest=False)
    for counter_id, name, number in (("c1", "b", 1), ("c2", "a", 1), ("c3", "c", 2)):
        started(counter_id, name, number)
    refresh_all([Projection(COUNTERS, table, {"Started": (), "Counted": ()})], [from_item(item) for item in stored()])
    found = table.first((1,))
    assert found is not None
    assert found.counter_id == "c2"
    assert table.first((3,)) is None


def test_pages_hold_only_rows_with_the_wanted_values() -> None:
    started("c1", "a", 1)
    refresh()
    assert [row.number for row in TABLE.page(("a",), 10, None, {"number": 1}).items] == [1]
    assert TABLE.page(("a",), 10, None, {"number": 2}).items == []
    assert TABLE.page(("a",), 10, None, {"number": None}).items != []
    assert TABLE.page(("b",), 10, None, {}).items == []


@pytest.mark.parametrize("cursor", ["x", "%%%", "e30"])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        TABLE.page(("a",), 10, cursor, {})


def test_keys_sort_as_their_values_do() -> None:
    numbers = [-5, 0, 3, 20, 1000]
    assert sorted(joined(number) for number in numbers) == [joined(number) for number in numbers]
    assert json.encode(joined("a", 1)) != json.encode(joined("a1"))
