"""The event store: each aggregate instance is a stream of events in the service's table.

A stream's key is `<Aggregate>#<id>`; an event is appended on the condition that its sequence number is free, so two
writers can never both succeed. Guards (repeated requests, unique values) are written in the same transaction.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import msgspec

from shared.aws import dynamodb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EVENT = "attribute_not_exists(aggregateId)"
KEY_LENGTH = 500
"""How many characters a key may have: DynamoDB takes 2,048 bytes, and a character has up to four."""
GUARD = "attribute_not_exists(guardId)"


class VersionConflict(Exception):
    """Somebody else appended to the stream first."""


class GuardTaken(Exception):
    """A guard already exists: the request was handled before, or a value that must be unique is taken."""

    def __init__(self, guard_id: str) -> None:
        """Say which guard it was."""
        super().__init__(guard_id)
        self.guard_id = guard_id


class StoredEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it stands in the table; `data` is the JSON of the domain event."""

    aggregate_id: str
    sequence: int
    event_id: str
    type: str
    schema: int
    data: str
    timestamp: str
    actor: str
    correlation_id: str
    causation_id: str
    expires_at: int | None = None


class Guard(msgspec.Struct, frozen=True, kw_only=True):
    """An item that may exist once: a handled request with its digest and answer, or a reserved value."""

    guard_id: str
    answer: str = ""
    digest: str = ""
    expires_at: int | None = None


def read(aggregate_id: str, after: int = 0) -> Iterator[StoredEvent]:
    """The events of a stream in order, read consistently, from the one behind sequence number `after`."""
    pages = dynamodb().get_paginator("query").paginate(
        TableName=os.environ["EVENTS_TABLE"],
        KeyConditionExpression="aggregateId = :id AND eventSequence > :after",
        ExpressionAttributeValues={":id": {"S": aggregate_id}, ":after": {"N": str(after)}},
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            yield from_item(item)


def guard(guard_id: str) -> Guard | None:
    """The guard with that id, if it exists."""
    item = dynamodb().get_item(
        TableName=os.environ["GUARDS_TABLE"], Key={"guardId": {"S": short(guard_id)}}, ConsistentRead=True
    ).get("Item")
    return Guard(guard_id=guard_id, answer=item["answer"]["S"], digest=item["digest"]["S"]) if item else None


def short(key: str) -> str:
    """The key itself, or the beginning and a digest of one that DynamoDB would find too long."""
    if len(key) <= KEY_LENGTH:
        return key
    import hashlib  # it loads OpenSSL; most keys are short

    return f"{key[:100]}#{hashlib.sha256(key.encode()).hexdigest()}"


def append(
    events: Sequence[StoredEvent],
    *,
    take: Sequence[Guard] = (),
    release: Sequence[str] = (),
    also: Sequence[Any] = (),
) -> None:
    """Append events, take or release guards, and make other writes, all or nothing.

    Raises:
        VersionConflict: a sequence number is taken, or is being taken by a transaction.
        GuardTaken: a guard exists.
    """
    writes: list[Any] = [_put(os.environ["EVENTS_TABLE"], to_item(event), EVENT) for event in events]
    writes += [_put(os.environ["GUARDS_TABLE"], _guard_item(one), GUARD) for one in take]
    writes += [_delete(guard_id) for guard_id in release]
    writes += also
    if not writes:
        return
    client = dynamodb()
    try:
        if len(writes) == 1 and events:
            client.put_item(**writes[0]["Put"])
        else:
            client.transact_write_items(TransactItems=writes)
    except (
        client.exceptions.ConditionalCheckFailedException,
        client.exceptions.TransactionConflictException,
    ) as error:
        raise VersionConflict(events[0].aggregate_id) from error
    except client.exceptions.TransactionCanceledException as error:
        _explain(error.response["CancellationReasons"], events, take)
        raise


def _explain(reasons: Sequence[Any], events: Sequence[StoredEvent], take: Sequence[Guard]) -> None:
    codes = [reason.get("Code") for reason in reasons]
    for one, code in zip(take, codes[len(events) :], strict=False):
        if code == "ConditionalCheckFailed":
            raise GuardTaken(one.guard_id)
    if "ConditionalCheckFailed" in codes or "TransactionConflict" in codes:
        raise VersionConflict(events[0].aggregate_id if events else "")


def _put(table: str, item: dict[str, Any], condition: str) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": condition}}


def _delete(guard_id: str) -> dict[str, Any]:
    return {"Delete": {"TableName": os.environ["GUARDS_TABLE"], "Key": {"guardId": {"S": short(guard_id)}}}}


def _guard_item(one: Guard) -> dict[str, Any]:
    item: dict[str, Any] = {"guardId": {"S": short(one.guard_id)}, "answer": {"S": one.answer}, "digest": {"S": one.digest}}
    return item | ({"expiresAt": {"N": str(one.expires_at)}} if one.expires_at else {})


def to_item(event: StoredEvent) -> dict[str, Any]:
    """The DynamoDB item of an event."""
    item = {
        "aggregateId": {"S": event.aggregate_id},
        "eventSequence": {"N": str(event.sequence)},
        "eventId": {"S": event.event_id},
        "eventType": {"S": event.type},
        "eventVersion": {"N": str(event.schema)},
        "data": {"S": event.data},
        "timestamp": {"S": event.timestamp},
        "actor": {"S": event.actor},
        "correlationId": {"S": event.correlation_id},
        "causationId": {"S": event.causation_id},
    }
    return item | ({"expiresAt": {"N": str(event.expires_at)}} if event.expires_at else {})


def from_item(item: dict[str, Any]) -> StoredEvent:
    """The event of a DynamoDB item, from the table or from its stream."""
    return StoredEvent(
        aggregate_id=item["aggregateId"]["S"],
        sequence=int(item["eventSequence"]["N"]),
        event_id=item["eventId"]["S"],
        type=item["eventType"]["S"],
        schema=int(item["eventVersion"]["N"]),
        data=item["data"]["S"],
        timestamp=item["timestamp"]["S"],
        actor=item["actor"]["S"],
        correlation_id=item["correlationId"]["S"],
        causation_id=item["causationId"]["S"],
    )
