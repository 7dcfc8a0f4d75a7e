from collections.abc import Iterator
from typing import Any

import pytest
from counters import COUNTERS, Started, context, count, start
from tables import tables

from shared import aws, event_store
from shared.aggregates import Committed, NotUnique
from shared.event_store import VersionConflict, short


@pytest.fixture(autouse=True)
def _tables() -> Iterator[None]:
    with tables():
        yield


class Meeting:
    """A table in which every single write meets a transaction of somebody else, so many times."""

    def __init__(self, times: int) -> None:
        self.client: Any = aws.dynamodb()
        self.exceptions = self.client.exceptions
        self.times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def put_item(self, **parameters: Any) -> Any:
        self.times -= 1
        if self.times >= 0:
            raise self.exceptions.TransactionConflictException({"Error": {}}, "PutItem")
        return self.client.put_item(**parameters)


def test_a_write_that_meets_a_transaction_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    table = Meeting(1)
    monkeypatch.setattr(event_store, "dynamodb", lambda: table)
    COUNTERS.change("c1", lambda one: count(one, 1), context())
    assert COUNTERS.get("c1").number == 1


def test_a_write_that_meets_transactions_again_and_again_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    table = Meeting(2)
    monkeypatch.setattr(event_store, "dynamodb", lambda: table)
    with pytest.raises(VersionConflict):
        COUNTERS.change("c1", lambda one: count(one, 1), context())


def test_a_long_value_is_unique_as_well() -> None:
    long = "\N{OLD PERSIAN SIGN A}" * 3000
    COUNTERS.create("c1", lambda: (Started("c1", long),), context("k" * 3000))
    again = COUNTERS.create("c1", lambda: (), context("k" * 3000))
    assert again == Committed(instance_id="c1", version=1, events=("Started",))
    with pytest.raises(NotUnique):
        COUNTERS.create("c2", lambda: (Started("c2", long),), context())
    COUNTERS.create("c2", lambda: (Started("c2", f"{long}!"),), context())


def test_short_keys_are_left_alone() -> None:
    assert short("k" * 500) == "k" * 500
    assert len(short("k" * 501)) < 500
