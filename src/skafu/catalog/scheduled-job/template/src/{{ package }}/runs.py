"""The runs of the job, so that none is repeated."""

from __future__ import annotations

import os
import time
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEPT_SECONDS = 90 * 24 * 3600


class Run(msgspec.Struct, frozen=True, rename="camel"):
    """One run.

    Attributes:
        run_id: the same when the schedule starts it again.
        due: when it was due.
    """

    run_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    due: str


class Runs:
    """The runs in a table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        """Take the table that they are in."""
        self._client = client
        self._table = table

    def result_of(self, run: Run) -> dict[str, Any] | None:
        """What a run has led to; None when it is not done."""
        item = self._client.get_item(TableName=self._table, Key={"runId": {"S": run.run_id}}, ConsistentRead=True)
        return msgspec.json.decode(item["Item"]["result"]["S"], type=dict[str, Any]) if "Item" in item else None

    def keep(self, run: Run, result: dict[str, Any]) -> None:
        """Note that a run is done."""
        item = {
            "runId": {"S": run.run_id},
            "due": {"S": run.due},
            "result": {"S": msgspec.json.encode(result).decode()},
            "expiresAt": {"N": str(int(time.time()) + KEPT_SECONDS)},
        }
        self._client.put_item(TableName=self._table, Item=item)


@cache
def runs() -> Runs:
    """The runs of this stage; connects once per process, when it is first needed."""
    import boto3  # noqa: PLC0415 - a cold start pays for it only when it is used

    return Runs(boto3.client("dynamodb"), os.environ["RUNS_TABLE"])
