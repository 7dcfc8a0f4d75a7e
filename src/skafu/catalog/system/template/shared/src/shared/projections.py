"""Read tables: one row per aggregate instance, folded from its events and found by key.

A record of the stream is only a wake-up: the projection reads the events behind the version that the row holds, folds
them, and writes on the condition that the row still has that version. Repeated and reordered records change nothing.
"""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from shared.aws import dynamodb
from shared.domain import BadCursor, Refused
from shared.event_store import read, short
from shared.observability import logger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shared.aggregates import AggregateStore
    from shared.event_store import StoredEvent

ATTEMPTS = 5
LOOKED_AT = 100
"""How many rows a query of a page with wanted values looks at."""
QUERIES = 3
"""How many queries one page may take."""
SORTED_BY = 120
"""How many characters of a value rows are sorted by: a sort key has 1,024 bytes, a character up to four."""
NINES = str.maketrans("0123456789", "9876543210")
R = TypeVar("R")
Fields = dict[str, Any]


class Page(msgspec.Struct, Generic[R], frozen=True):
    """Some rows, and the cursor of the next ones."""

    items: list[R]
    next_cursor: str | None


class ReadTable(Generic[R]):
    """The rows of one query, found by their id or by the values of their access columns."""

    def __init__(self, variable: str, row: type[R], by: tuple[str, ...], sort: str, *, newest: bool) -> None:
        """Name the environment variable of the table, what a row is, and how rows are found and sorted."""
        self._variable, self._row, self._by, self._sort, self._newest = variable, row, by, sort, newest

    def held(self, row_id: str) -> tuple[Fields | None, int]:
        """A whole row and its version, read consistently; nothing and 0 when there is none."""
        item = dynamodb().get_item(
            TableName=os.environ[self._variable], Key={"rowId": {"S": row_id}}, ConsistentRead=True
        ).get("Item")
        return (msgspec.json.decode(item["row"]["S"]), int(item["version"]["N"])) if item else (None, 0)

    def put(self, row_id: str, row: Fields, version: int, held: int) -> bool:
        """Write a row unless somebody else did since version `held`; say whether it was written."""
        client, typed = dynamodb(), self.typed(row)
        try:
            client.put_item(
                TableName=os.environ[self._variable],
                Item={
                    "rowId": {"S": row_id},
                    "accessKey": {"S": access_key(*(getattr(typed, name) for name in self._by))},
                    "sortKey": {"S": joined(getattr(typed, self._sort), row_id)},
                    "version": {"N": str(version)},
                    "row": {"S": msgspec.json.encode(row).decode()},
                },
                ConditionExpression="attribute_not_exists(rowId) OR version = :held",
                ExpressionAttributeValues={":held": {"N": str(held)}},
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def one(self, row_id: str) -> R | None:
        """The row of an instance."""
        row, _ = self.held(row_id)
        return self.typed(row) if row else None

    def first(self, key: tuple[Any, ...]) -> R | None:
        """The first row with these access values."""
        items = self._query(access_key(*key), 1, None)["Items"]
        return self.typed(msgspec.json.decode(items[0]["row"]["S"])) if items else None

    def page(self, key: tuple[Any, ...], limit: int, cursor: str | None, where: Mapping[str, Any]) -> Page[R]:
        """The rows with these access values that also have the wanted values, in order.

        A page may hold fewer rows than `limit`, or none, and still have a cursor: a request looks at a few hundred
        rows at most, however seldom the wanted values are.

        Raises:
            BadCursor: the cursor is not one of an earlier answer.
        """
        wanted = {name: value for name, value in where.items() if value is not None}
        start = key_of(cursor, access_key(*key)) if cursor else None
        found: list[R] = []
        for _ in range(QUERIES):
            answer = self._query(access_key(*key), LOOKED_AT if wanted else limit, start)
            start = answer.get("LastEvaluatedKey")
            for item in answer["Items"]:
                row = self.typed(msgspec.json.decode(item["row"]["S"]))
                if all(getattr(row, name) == value for name, value in wanted.items()):
                    found.append(row)
                if len(found) == limit:
                    return Page(found, cursor_of(item) if start or item is not answer["Items"][-1] else None)
            if start is None:
                break
        return Page(found, cursor_of(start) if start else None)

    def every(self, key: tuple[Any, ...]) -> Iterator[R]:
        """All rows with these access values."""
        start = None
        while True:
            answer = self._query(access_key(*key), 100, start)
            for item in answer["Items"]:
                yield self.typed(msgspec.json.decode(item["row"]["S"]))
            start = answer.get("LastEvaluatedKey")
            if start is None:
                return

    def _query(self, access_key: str, limit: int, start: Any) -> Any:
        return dynamodb().query(
            TableName=os.environ[self._variable],
            IndexName="byAccessKey",
            KeyConditionExpression="accessKey = :key",
            ExpressionAttributeValues={":key": {"S": access_key}},
            ScanIndexForward=not self._newest,
            Limit=limit,
            **({"ExclusiveStartKey": start} if start else {}),
        )

    def typed(self, row: Fields) -> R:
        """A row as its class says."""
        return msgspec.convert(row, self._row)


class Projection:
    """What keeps a read table up to date with the events of one aggregate."""

    def __init__(self, store: AggregateStore[Any, Any], table: ReadTable[Any], sources: Mapping[str, tuple[str, ...]]) -> None:
        """Name the events that are folded, each with the columns that keep the time at which it happened."""
        self.store, self.table, self.sources = store, table, sources

    def refresh(self, instance_id: str, woken_by: Sequence[StoredEvent] = (), *, anew: bool = False) -> None:
        """Bring the row of an instance up to its last event.

        Args:
            instance_id: whose row.
            woken_by: events that the row must know of; it is folded anew when one of them came late.
            anew: forget what the row holds and fold all events again.

        Raises:
            RuntimeError: others wrote the row each time; the record is delivered again.
        """
        for _ in range(ATTEMPTS):
            row, held = self.table.held(instance_id)
            anew = anew or (row is not None and self._misses(row, held, woken_by))
            row, version = (None, 0) if anew else (row, held)
            for stored in read(self.store.stream(instance_id), after=version):
                row, version = self.fold(row, stored), stored.sequence
            if row is None or (version == held and not anew) or self.table.put(instance_id, row, version, held):
                return
        raise RuntimeError(f"the row of {instance_id} is written by too many at once")

    def _misses(self, row: Fields, held: int, events: Iterable[StoredEvent]) -> bool:
        return any(one.type in self.sources and self.store.is_late(row, held, one.sequence) for one in events)

    def fold(self, row: Fields | None, stored: StoredEvent) -> Fields | None:
        """The row after an event; one that is not folded, or can't be calculated with, changes nothing."""
        if stored.type not in self.sources:
            return row
        before = msgspec.convert(row, self.store.state) if row else None
        try:
            after = msgspec.to_builtins(self.store.evolve(before, self.store.decode(stored)))
        except Refused:
            logger.exception("event left out of its row", extra={"event_id": stored.event_id})
            return row
        kept = row or {"created_at": stored.timestamp, "created_by": stored.actor}
        times = dict.fromkeys(("updated_at", *self.sources[stored.type]), stored.timestamp)
        return {**kept, **after, **times, **self.store.marks(kept, stored.sequence)}


def refresh_all(projections: Iterable[Projection], events: Iterable[StoredEvent]) -> StoredEvent | None:
    """Refresh the rows that some events belong to; give back the first event for which it failed."""
    by_instance: dict[str, list[StoredEvent]] = {}
    for event in events:
        by_instance.setdefault(event.aggregate_id, []).append(event)
    for aggregate_id, woken_by in by_instance.items():
        name, _, instance_id = aggregate_id.partition("#")
        try:
            for projection in projections:
                if projection.store.name == name:
                    projection.refresh(instance_id, woken_by)
        except Exception:
            logger.exception("row not refreshed", extra={"event_id": woken_by[0].event_id})
            return woken_by[0]
    return None


def access_key(*values: Any) -> str:
    """One text for the values by which rows are found."""
    return short("\x1f".join(_sortable(value) for value in values)) or "-"


def joined(*values: Any) -> str:
    """One text for some values that sorts as they do; of long texts by how they begin."""
    return "\x1f".join(_sortable(value)[:SORTED_BY] for value in values)


def _sortable(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int() | Decimal():
            return _number(Decimal(value))
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return str(value)


def _number(number: Decimal) -> str:
    """Sign, exponent and digits; those of a negative number run the other way."""
    if not number:
        return "1"
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    text = f"{number.adjusted() + 5000:04d}{digits}"
    return f"2{text}" if number > 0 else f"0{text.translate(NINES)}~"


def cursor_of(key: Any) -> str:
    """An opaque cursor of the last key of a page; it holds the place among the rows, not whose rows they are."""
    place = (key["sortKey"]["S"], key["rowId"]["S"])
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def key_of(cursor: str, access_key: str) -> Any:
    """The DynamoDB key that a page goes on behind.

    Raises:
        BadCursor: it is not one of an earlier answer.
    """
    try:
        sort_key, row_id = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str, str])
    except (ValueError, msgspec.DecodeError) as error:
        raise BadCursor from error
    return {"accessKey": {"S": access_key}, "sortKey": {"S": sort_key}, "rowId": {"S": row_id}}
