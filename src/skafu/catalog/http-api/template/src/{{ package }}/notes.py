"""Notes, and the table that keeps them."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Annotated

import msgspec

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class NewNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a caller writes."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]


class Note(msgspec.Struct, frozen=True):
    """A note."""

    note_id: str
    text: str


class Notes:
    """The notes in a table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Take the table that they are in."""
        self._client = client
        self._table = table

    def find(self, note_id: str) -> Note | None:
        """Give a note; None when there is none."""
        item = self._client.get_item(TableName=self._table, Key={"noteId": {"S": note_id}}, ConsistentRead=True)
        return Note(note_id, item["Item"]["text"]["S"]) if "Item" in item else None

    def keep(self, note: Note) -> bool:
        """Keep a note; says whether there was one of this id."""
        item = {"noteId": {"S": note.note_id}, "text": {"S": note.text}}
        before = self._client.put_item(TableName=self._table, Item=item, ReturnValues="ALL_OLD")
        return "Attributes" in before

    def remove(self, note_id: str) -> None:
        """Remove a note."""
        self._client.delete_item(TableName=self._table, Key={"noteId": {"S": note_id}})


@cache
def notes() -> Notes:
    """The notes of this stage; connects once per process, when it is first needed."""
    import boto3  # noqa: PLC0415 - a cold start pays for it only when it is used
    from botocore.config import Config  # noqa: PLC0415

    patience = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return Notes(boto3.client("dynamodb", config=patience), os.environ["NOTES_TABLE"])
