"""Tables of a service in memory, with the behaviour of DynamoDB."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from moto import mock_aws
from shared import aws

Item = dict[str, Any]


@contextmanager
def tables(*read_tables: str) -> Iterator[None]:
    """Make the events table, the guards table and some read tables, each named by its environment variable."""
    settings = {"EVENTS_TABLE": "events", "GUARDS_TABLE": "guards"}
    settings |= {variable: variable.lower() for variable in read_tables}
    before = dict(os.environ)
    os.environ.update(settings)
    with mock_aws():
        _make("events", ("aggregateId", "S"), ("eventSequence", "N"))
        _make("guards", ("guardId", "S"))
        for variable in read_tables:
            _make(variable.lower(), ("rowId", "S"), index=(("accessKey", "S"), ("sortKey", "S")))
        yield
    os.environ.clear()
    os.environ.update(before)


def _make(name: str, *key: tuple[str, str], index: tuple[tuple[str, str], ...] = ()) -> None:
    indexes: Any = [{"IndexName": "byAccessKey", "KeySchema": _schema(index), "Projection": {"ProjectionType": "ALL"}}]
    attributes: Any = [{"AttributeName": part, "AttributeType": kind} for part, kind in (*key, *index)]
    aws.dynamodb().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=attributes,
        KeySchema=_schema(key),
        **({"GlobalSecondaryIndexes": indexes} if index else {}),
    )


def _schema(key: tuple[tuple[str, str], ...]) -> Any:
    return [
        {"AttributeName": part, "KeyType": kind} for (part, _), kind in zip(key, ("HASH", "RANGE"), strict=False)
    ]


def stored() -> list[Item]:
    """The events of the events table, in order."""
    items = [item for item in aws.dynamodb().scan(TableName="events")["Items"] if "eventType" in item]
    return sorted(items, key=lambda item: (item["aggregateId"]["S"], int(item["eventSequence"]["N"])))


def stream_event(items: list[Item]) -> Item:
    """What the stream of the events table hands to a function for some new items."""
    return {
        "Records": [
            {"eventName": "INSERT", "dynamodb": {"NewImage": item, "SequenceNumber": str(number)}}
            for number, item in enumerate(items, 1)
        ]
    }


LAMBDA: Any = SimpleNamespace(
    function_name="function",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:function",
    aws_request_id="request",
)
"""The context that Lambda hands to a function."""
