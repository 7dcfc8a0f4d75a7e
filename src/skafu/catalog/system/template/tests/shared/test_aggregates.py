from collections.abc import Iterator

import pytest
from counters import COUNTERS, Counter, Event, Started, context, count, start
from msgspec.structs import replace
from tables import stored, tables

from shared.aggregates import Committed, InstanceExists, InstanceMissing, KeyReused, NotUnique, PreconditionFailed
from shared.domain import Decision, Refusal, Refused
from shared.event_store import VersionConflict, read


@pytest.fixture(autouse=True)
def _tables() -> Iterator[None]:
    with tables():
        yield


def started() -> None:
    COUNTERS.create("c1", lambda: start("first"), context())


def test_state_is_the_fold_of_the_events() -> None:
    started()
    COUNTERS.change("c1", lambda one: count(one, 3), context())
    result = COUNTERS.change("c1", lambda one: count(one, 4), context())
    assert result == Committed(instance_id="c1", version=3, events=("Counted",))
    assert COUNTERS.load("c1") == (Counter("c1", "first", 7), 3)


def test_stored_events_say_who_when_and_why() -> None:
    started()
    (item,) = stored()
    assert item["aggregateId"] == {"S": "Counter#c1"}
    assert item["eventVersion"] == {"N": "2"}
    assert item["actor"] == {"S": "user-1"}
    assert item["timestamp"] == {"S": "2026-01-02T00:00:00+00:00"}
    assert item["correlationId"] == {"S": "correlation"}
    assert item["causationId"] == {"S": "cause"}


def test_an_event_of_an_older_version_is_brought_up_to_date() -> None:
    started()
    (newest,) = read("Counter#c1")
    older = replace(newest, schema=1, data='{"counter_id": "c1"}')
    assert COUNTERS.decode(older) == Started("c1", "unnamed")
    with pytest.raises(KeyError):
        COUNTERS.decode(replace(newest, schema=0))


def test_an_instance_is_created_once() -> None:
    started()
    with pytest.raises(InstanceExists):
        COUNTERS.create("c1", lambda: start("other"), context())
    assert len(stored()) == 1


def test_a_missing_instance_can_not_change() -> None:
    with pytest.raises(InstanceMissing):
        COUNTERS.change("c9", lambda one: count(one, 1), context())
    with pytest.raises(InstanceMissing):
        COUNTERS.get("c9")


def test_what_can_not_be_calculated_is_refused() -> None:
    def add(_: Counter) -> Decision[Event]:
        raise Refused("different_currencies", "EUR and USD are different currencies.")

    started()
    refusal = Refusal("different_currencies", "EUR and USD are different currencies.")
    assert COUNTERS.change("c1", add, context()) == refusal
    assert len(stored()) == 1


def test_a_refusal_changes_nothing() -> None:
    started()
    assert COUNTERS.change("c1", lambda one: count(one, 11), context("key")) == Refusal("too_many", "Ten is enough.")
    assert len(stored()) == 1


def test_a_repeated_request_gets_the_first_answer_and_appends_nothing() -> None:
    started()
    first = COUNTERS.change("c1", lambda one: count(one, 1), context("key"))
    second = COUNTERS.change("c1", lambda one: count(one, 1), context("key"))
    assert first == second
    assert COUNTERS.get("c1").number == 1


def test_a_key_is_not_taken_for_another_request() -> None:
    started()
    COUNTERS.change("c1", lambda one: count(one, 1), context("key", digest="one"))
    with pytest.raises(KeyReused):
        COUNTERS.change("c1", lambda one: count(one, 2), context("key", digest="two"))
    assert COUNTERS.get("c1").number == 1


def test_a_conflict_is_retried_once_on_the_new_state() -> None:
    started()
    seen: list[int] = []

    def interrupted(counter: Counter) -> object:
        seen.append(counter.number)
        if len(seen) == 1:
            COUNTERS.change("c1", lambda one: count(one, 5), context())
        return count(counter, 1)

    COUNTERS.change("c1", interrupted, context())  # type: ignore[arg-type]
    assert seen == [0, 5]
    assert COUNTERS.get("c1").number == 6


def test_a_second_conflict_is_given_to_the_caller() -> None:
    started()

    def interrupted(counter: Counter) -> object:
        COUNTERS.change("c1", lambda one: count(one, 1), context())
        return count(counter, 1)

    with pytest.raises(VersionConflict):
        COUNTERS.change("c1", interrupted, context())  # type: ignore[arg-type]
    assert COUNTERS.get("c1").number == 2


def test_an_expected_version_is_honoured() -> None:
    started()
    COUNTERS.change("c1", lambda one: count(one, 1), context(version=1))
    with pytest.raises(PreconditionFailed):
        COUNTERS.change("c1", lambda one: count(one, 1), context(version=1))


def test_unique_values_are_reserved_in_the_same_transaction() -> None:
    started()
    with pytest.raises(NotUnique):
        COUNTERS.create("c2", lambda: start("first"), context())
    assert COUNTERS.load("c2") == (None, 0)
