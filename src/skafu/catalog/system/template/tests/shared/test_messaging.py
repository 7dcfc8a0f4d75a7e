import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from counters import COUNTERS, context, count, start
from moto import mock_aws
from tables import LAMBDA, stored, stream_event, tables

from shared import aws, messaging
from shared.domain import Refusal, Refused
from shared.event_store import StoredEvent, from_item
from shared.messaging import QueueMessage, publish_all, queue, report_given_up, settle, stream


class Bus:
    """Remembers what was put on it."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.broken = False

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        if self.broken:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
        self.entries += Entries
        return {"FailedEntryCount": 0, "Entries": [{}]}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    found = Bus()
    monkeypatch.setattr(messaging, "events", lambda: found)
    for name in ("BUS_NAME", "ERROR_BUS_NAME"):
        monkeypatch.setenv(name, name.lower())
    monkeypatch.setenv("EVENT_SOURCE", "counting")
    with mock_aws(), tables():
        yield found
    aws.events.cache_clear()


def test_events_are_published_with_their_metadata(bus: Bus) -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    assert publish_all(from_item(item) for item in stored()) is None
    (entry,) = bus.entries
    detail = json.loads(entry["Detail"])
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("bus_name", "counting", "Started")
    assert detail["data"] == {"counter_id": "c1", "name": "first"}
    assert detail["metadata"]["sequenceNumber"] == 1
    assert detail["metadata"]["aggregateId"] == "c1"
    assert detail["metadata"]["eventVersion"] == 2


def test_publishing_stops_at_the_first_event_that_the_bus_refuses(bus: Bus) -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    bus.broken = True
    events = [from_item(item) for item in stored()]
    assert publish_all(events) == events[0]


def test_a_stream_handler_names_the_record_that_failed(bus: Bus) -> None:
    COUNTERS.create("c1", lambda: start("first"), context())
    COUNTERS.change("c1", lambda one: count(one, 1), context())

    @stream
    def second_fails(events: Iterable[StoredEvent]) -> StoredEvent | None:
        return list(events)[1]

    @stream
    def fine(_: Iterable[StoredEvent]) -> StoredEvent | None:
        return None

    batch = stream_event(stored())
    assert second_fails(batch, LAMBDA) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert fine(batch, LAMBDA) == {"batchItemFailures": []}
    assert bus.entries == []


def sqs(body: str, receives: int) -> dict[str, Any]:
    return {"Records": [{"messageId": "m1", "body": body, "attributes": {"ApproximateReceiveCount": str(receives)}}]}


def message(bus: Bus) -> str:
    COUNTERS.create("c1", lambda: start("first"), context())
    publish_all(from_item(item) for item in stored())
    entry = bus.entries.pop()
    return json.dumps({"detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])})


def test_a_handled_message_is_done(bus: Bus) -> None:
    seen: list[str] = []

    @queue
    def handler(one: QueueMessage) -> None:
        seen.append(one.detail_type)

    assert handler(sqs(message(bus), 1), LAMBDA) == {"batchItemFailures": []}
    assert seen == ["Started"]


def test_a_message_that_can_not_be_calculated_with_is_refused_once(bus: Bus) -> None:
    @queue
    def handler(_: QueueMessage) -> None:
        raise Refused("different_currencies", "EUR and USD are different currencies.")

    assert handler(sqs(message(bus), 1), LAMBDA) == {"batchItemFailures": []}


@pytest.mark.parametrize(("receives", "reports"), [(1, 0), (4, 0), (5, 1)])
def test_a_message_is_reported_when_it_fails_for_the_last_time(bus: Bus, receives: int, reports: int) -> None:
    @queue
    def handler(_: QueueMessage) -> None:
        raise LookupError("no")

    failures = handler(sqs(message(bus), receives), LAMBDA)
    assert failures == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert len(bus.entries) == reports
    for entry in bus.entries:
        detail = json.loads(entry["Detail"])
        assert entry["EventBusName"] == "error_bus_name"
        assert detail["data"]["errorCode"] == "LookupError"
        assert detail["data"]["errorMessage"].endswith(f"gave up event {detail['data']['context']['eventId']}: LookupError.")
        assert detail["data"]["context"]["userId"] == "user-1"
        assert detail["data"]["canRetry"] is True
        assert detail["correlationId"] == "correlation"


def test_an_unreadable_message_is_reported_too(bus: Bus) -> None:
    @queue
    def handler(_: QueueMessage) -> None:
        raise AssertionError("not reached")

    handler(sqs("{", 5), LAMBDA)
    found = json.loads(bus.entries[0]["Detail"])["data"]
    assert (found["errorCode"], found["canRetry"]) == ("DecodeError", False)
    assert found["context"]["userId"] == "system"


def test_records_that_the_stream_gave_up_are_reported(bus: Bus) -> None:
    notice = {
        "requestContext": {
            "requestId": "r1",
            "functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:projector",
            "condition": "RetryAttemptsExhausted",
        }
    }
    report_given_up({"Records": [{"Sns": {"Message": json.dumps(notice)}}]}, LAMBDA)
    detail = json.loads(bus.entries[0]["Detail"])
    assert detail["data"]["errorCode"] == "RetryAttemptsExhausted"
    assert detail["data"]["context"]["function"] == "projector"


@pytest.mark.parametrize(("receives", "reports"), [(1, 0), (5, 1)])
def test_a_message_that_overtook_another_comes_again(bus: Bus, receives: int, reports: int) -> None:
    @queue
    def handler(_: QueueMessage) -> None:
        settle(Refusal("wrong_state", "Not paid yet.", early=True))

    assert handler(sqs(message(bus), receives), LAMBDA) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert [json.loads(one["Detail"])["data"]["errorCode"] for one in bus.entries] == ["TooEarly"] * reports


def test_a_message_that_came_too_late_is_done(bus: Bus) -> None:
    @queue
    def handler(_: QueueMessage) -> None:
        settle(Refusal("wrong_state", "Cancelled already."))

    assert handler(sqs(message(bus), 1), LAMBDA) == {"batchItemFailures": []}
