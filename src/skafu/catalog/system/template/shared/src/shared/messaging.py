"""Messages: publishing events to the bus, and handling batches from queues and streams one record at a time."""

from __future__ import annotations

import functools
import os
import traceback
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from shared.aggregates import Committed, Context, InstanceExists, NotUnique
from shared.aws import events
from shared.clock import new_id, now
from shared.domain import SYSTEM, Refusal, Refused
from shared.event_store import StoredEvent, from_item
from shared.observability import count, logger, metrics, outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

LAST_RECEIVE = 5
"""The `maxReceiveCount` of every queue: the receive after which a message goes to the dead-letter queue."""

Failures = dict[str, list[dict[str, str]]]
T = TypeVar("T")


class Correlated(Protocol):
    """Whatever a queue delivers: it says what it goes back to."""

    @property
    def correlation_id(self) -> str:
        """What all events and messages that go back to one request have in common."""


M = TypeVar("M", bound=Correlated)


class Metadata(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What the bus knows about an event besides its data."""

    event_id: str
    event_version: int
    aggregate_id: str
    sequence_number: int
    correlation_id: str
    causation_id: str
    timestamp: str
    actor: str


class Detail(msgspec.Struct, frozen=True):
    """The detail of an event on the bus."""

    data: msgspec.Raw
    metadata: Metadata


class QueueMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event of the bus as a queue delivers it.

    Attributes:
        detail: what the event says.
        detail_type: name of the event.
        row: of a reaction that goes through rows: the one that this message is about.
        part: the id of that row.
        due: of a timer that the event has set: its time has come.
        last: it was delivered for the last time; what fails now goes to the dead-letter queue.
    """

    detail: Detail
    detail_type: str = msgspec.field(name="detail-type")
    row: msgspec.Raw = msgspec.Raw()
    part: str = ""
    due: bool = False
    last: bool = False

    @property
    def correlation_id(self) -> str:
        """What all events and messages that go back to one request have in common."""
        return self.detail.metadata.correlation_id

    @property
    def recorded_at(self) -> datetime:
        """When the event was recorded."""
        return datetime.fromisoformat(self.detail.metadata.timestamp)

    def read(self, kind: type[T]) -> T:
        """The data of the event, as much of it as the consumer declares."""
        return msgspec.json.decode(self.detail.data, type=kind)

    def read_row(self, kind: type[T]) -> T:
        """The row that this message is about."""
        return msgspec.json.decode(self.row, type=kind)

    def context(self, reaction: str) -> Context:
        """What a reaction's command needs to know: a repeated message has the same idempotency key."""
        metadata = self.detail.metadata
        return Context(
            actor=SYSTEM.id,
            now=now(),
            correlation_id=metadata.correlation_id,
            causation_id=metadata.event_id,
            idempotency_key="#".join(filter(None, (reaction, metadata.event_id, self.part))),
        )


def publish(stored: StoredEvent) -> None:
    """Put an event on the bus.

    Raises:
        RuntimeError: the bus did not take it.
    """
    metadata = Metadata(
        event_id=stored.event_id,
        event_version=stored.schema,
        aggregate_id=stored.aggregate_id.partition("#")[2],
        sequence_number=stored.sequence,
        correlation_id=stored.correlation_id,
        causation_id=stored.causation_id,
        timestamp=stored.timestamp,
        actor=stored.actor,
    )
    detail = msgspec.json.encode(Detail(msgspec.Raw(stored.data.encode()), metadata)).decode()
    _put("BUS_NAME", stored.type, detail)


def _put(bus: str, detail_type: str, detail: str) -> None:
    entry: Any = {
        "EventBusName": os.environ[bus],
        "Source": os.environ["EVENT_SOURCE"],
        "DetailType": detail_type,
        "Detail": detail,
    }
    answer = events().put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"{detail_type} was not accepted: {answer['Entries'][0].get('ErrorCode')}")


def publish_all(stored: Iterable[StoredEvent]) -> StoredEvent | None:
    """Put events on the bus in order; give back the first that it did not take."""
    for event in stored:
        try:
            publish(event)
        except Exception:
            logger.exception("event not published", extra={"event_id": event.event_id})
            return event
    return None


def report(
    code: str,
    correlation_id: str,
    function: str,
    frames: Sequence[str] = (),
    *,
    event: Metadata | None = None,
    can_retry: bool = True,
) -> None:
    """Tell the error bus that a message was given up.

    Args:
        code: the kind of error; its words may hold personal data, so they stay in the log.
        correlation_id: what the message goes back to.
        function: which gave up.
        frames: where in the code.
        event: what the message was about, where that is known.
        can_retry: whether the same message may succeed later.
    """
    count("GivenUp")
    context = {"service": os.environ["EVENT_SOURCE"], "function": function, "userId": event.actor if event else SYSTEM.id}
    detail = {
        "eventId": new_id(),
        "correlationId": correlation_id,
        "timestamp": now().isoformat(),
        "source": os.environ["EVENT_SOURCE"],
        "eventType": "ErrorOccurred",
        "severity": "ERROR",
        "data": {
            "errorCode": code,
            "errorMessage": f"{function} gave up {'event ' + event.event_id if event else 'a message'}: {code}.",
            "context": context | ({"eventId": event.event_id} if event else {}),
            "stackTrace": frames,
            "canRetry": can_retry,
        },
    }
    _put("ERROR_BUS_NAME", "ErrorOccurred", msgspec.json.encode(detail).decode())


def _frames(error: Exception) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def report_given_up(event: dict[str, Any], _: LambdaContext) -> None:
    """Report the records of a stream that were given up; the table still has them."""
    for record in event["Records"]:
        failure = msgspec.json.decode(record["Sns"]["Message"])
        function = failure["requestContext"]["functionArn"].rpartition(":")[2]
        report(failure["requestContext"]["condition"], failure["requestContext"]["requestId"], function)


def queue(function: Callable[[QueueMessage], None]) -> Callable[[dict[str, Any], LambdaContext], Failures]:
    """Make a function of a message a handler of SQS batches: what fails is delivered again, alone."""
    return batches(function, _message_of)


def batches(
    function: Callable[[M], None], decode: Callable[[dict[str, Any], bool], M | None]
) -> Callable[[dict[str, Any], LambdaContext], Failures]:
    """Make a function of something that SQS delivers a handler of batches.

    Args:
        function: handles one.
        decode: makes one of a record, or nothing of one to be left alone; is told whether this is the last delivery.
    """

    @functools.wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics(capture_cold_start_metric=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> Failures:
        failed = [one for one in event["Records"] if not _handled(function, decode, one, context.function_name)]
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in failed]}

    return handler


def _message_of(record: dict[str, Any], last: bool) -> QueueMessage:
    message = msgspec.structs.replace(msgspec.json.decode(record["body"], type=QueueMessage), last=last)
    logger.append_keys(event_id=message.detail.metadata.event_id)
    return message


class TooEarly(Exception):
    """A message has overtaken the one that makes it possible; the queue brings it again later."""


def settle(result: Committed | Refusal) -> None:
    """Take note of what a reaction's command led to; a refusal is a result like any other, unless it is early.

    Raises:
        TooEarly: the message is to come again.
    """
    if isinstance(result, Refusal):
        if result.early:
            count("TooEarly")
            raise TooEarly(result.message)
        count("ReactionRefused")
        logger.info("refused", extra={"code": result.code})


def _handled(
    function: Callable[[M], None], decode: Callable[[dict[str, Any], bool], M | None], record: dict[str, Any], name: str
) -> bool:
    correlation_id, message = record["messageId"], None
    last = int(record["attributes"]["ApproximateReceiveCount"]) >= LAST_RECEIVE
    try:
        if message := decode(record, last):
            correlation_id = message.correlation_id
            logger.append_keys(correlation_id=correlation_id)
            function(message)
    except (InstanceExists, NotUnique):
        logger.info("exists already")
    except Refused as error:
        settle(error.refusal)
    except Exception as error:
        if not isinstance(error, TooEarly):
            logger.exception("message not handled")
            outcome(failed=True)
        if last:
            _give_up(error, message, correlation_id, name)
        return False
    outcome(failed=False)
    return True


def _give_up(error: Exception, message: Correlated | None, correlation_id: str, function: str) -> None:
    event = message.detail.metadata if isinstance(message, QueueMessage) else None
    unreadable = isinstance(error, msgspec.DecodeError | ValueError)
    code, frames = type(error).__name__, _frames(error)
    report(code, correlation_id, function, frames, event=event, can_retry=not unreadable)


def stream(
    function: Callable[[Iterable[StoredEvent]], StoredEvent | None],
) -> Callable[[dict[str, Any], LambdaContext], Failures]:
    """Make a function of stored events a handler of stream batches; it gives back the first event that failed."""

    @functools.wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics(capture_cold_start_metric=True)
    def handler(event: dict[str, Any], _: LambdaContext) -> Failures:
        numbers = {}
        for record in event["Records"]:
            numbers[from_item(record["dynamodb"]["NewImage"])] = record["dynamodb"]["SequenceNumber"]
        failed = function(numbers)
        outcome(failed=failed is not None)
        return {"batchItemFailures": [] if failed is None else [{"itemIdentifier": numbers[failed]}]}

    return handler
