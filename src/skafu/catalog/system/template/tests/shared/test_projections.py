from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from counters import COUNTERS, Counted, Counter, Event, Started, context, count, evolve, start
from msgspec import Struct
from tables import stored, tables

from shared import aws, projections
from shared.domain import BadCursor, Refused
from shared.event_store import from_item
from shared.projections import Projection, ReadTable, access_key, joined, refresh_all



class Row(Struct, frozen=True):
    counter_id: str
    number: int
    created_at: str
    name: str = ""


TABLE = ReadTable("ROWS_TABLE", Row, by=("name",), sort="number", newest=False)
PROJECTION = Projection(COUNTERS, TABLE, {"Started": ("started_at",), "Counted": ()})

EVERY = Projection(
    COUNTERS, ReadTable("ROWS_TABLE", Row, by=(), sort="number", newest=False), {"Started": (), "Counted": ()}
)


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
    assert TABLE.one("c1") == Row("c1", 3, "2026-01-02T00:00:00+00:00", "first")
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
    assert TABLE.one("c1") == Row("c1", 3, "2026-01-02T00:00:00+00:00", "first")


def test_a_broken_event_is_named_and_the_ones_before_it_are_done() -> None:
    started("c1", "a", 1)
    aws.dynamodb().put_item(
        TableName="events", Item={**stored()[0], "aggregateId": {"S": "Counter#c2"}, "data": {"S": "{"}}
    )
    failed = refresh()
    assert failed is not None
    assert TABLE.one("c1") is not None
    assert TABLE.one("c2") is None


def test_an_event_that_can_not_be_calculated_with_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    started("c1", "a", 1)
    COUNTERS.change("c1", lambda one: count(one, 2), context())

    def adding(counter: Counter | None, event: Event) -> Counter:
        if event == Counted("c1", 1):
            raise Refused("different_currencies", "EUR and USD are different currencies.")
        return evolve(counter, event)

    monkeypatch.setattr(COUNTERS, "evolve", adding)
    assert refresh() is None
    assert TABLE.one("c1") == Row("c1", 2, "2026-01-02T00:00:00+00:00", "a")
    assert TABLE.held("c1")[1] == 3


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


def test_a_page_looks_at_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "LOOKED_AT", 1)
    for number in range(5):
        started(f"c{number}", f"name {number}", number)
    refresh_all([EVERY], [from_item(item) for item in stored()])
    first = EVERY.table.page((), 10, None, {"number": 4})
    assert first.items == []
    second = EVERY.table.page((), 10, first.next_cursor, {"number": 4})
    assert [row.number for row in second.items] == [4]
    assert second.next_cursor is None


def test_a_page_that_is_full_goes_on_behind_its_last_row() -> None:
    for number in range(3):
        started(f"c{number}", f"name {number}", 1)
    refresh_all([EVERY], [from_item(item) for item in stored()])
    first = EVERY.table.page((), 1, None, {"number": 1})
    second = EVERY.table.page((), 2, first.next_cursor, {"number": 1})
    assert [row.counter_id for row in (*first.items, *second.items)] == ["c0", "c1", "c2"]
    assert second.next_cursor is None


ORDERED: list[list[Any]] = [
    [-(10**30), -1000, -20, -5, 0, 3, 9, 10, 20, 1000, 10**30],
    [Decimal(one) for one in ("-20", "-5.5", "-5", "-0.05", "0", "0.001", "0.5", "9", "9.5", "10", "1E+2")],
    [datetime.fromisoformat(f"2026-03-14T{one}") for one in ("09:00:00+02:00", "08:00:00Z", "08:00:00.5Z", "04:00:01-04:00")],
    [None, "", "a", "a b", "b"],
]


@pytest.mark.parametrize("values", ORDERED)
def test_keys_sort_as_their_values_do(values: list[Any]) -> None:
    keys = [joined(value, "id") for value in values]
    assert sorted(keys) == keys


def test_long_texts_are_sorted_by_how_they_begin_and_found_whole() -> None:
    long = "\N{OLD PERSIAN SIGN A}" * 3000
    table = ReadTable("ROWS_TABLE", Row, by=("name",), sort="name", newest=False)
    started("c1", long, 1)
    started("c2", f"{long}!", 2)
    refresh_all([Projection(COUNTERS, table, {"Started": (), "Counted": ()})], [from_item(item) for item in stored()])
    assert [row.number for row in table.page((long,), 10, None, {}).items] == [1]
    assert [row.number for row in table.page((f"{long}!",), 10, None, {}).items] == [2]


def test_equal_values_have_one_key() -> None:
    assert access_key(Decimal("1.50")) == access_key(Decimal("1.5"))
    assert access_key(10) == access_key(Decimal("1E+1"))
    assert access_key("a", 1) != access_key("a1")
    assert access_key() == access_key(None) == "-"
