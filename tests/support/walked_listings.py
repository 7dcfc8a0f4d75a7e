"""Listings of the API, walked through page by page."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import httpx
from api_document import Operation
from identity_under_test import Somebody

Row: TypeAlias = dict[str, Any]


async def asked(person: Somebody, operation: Operation, known: Mapping[str, str], **query: Any) -> httpx.Response:  # noqa: ANN401
    """What a listing answers to a query."""
    path = operation.filled(known).removeprefix("/api/v1")
    return await person.get(path, params={**operation.query(known), **query})


async def walked(person: Somebody, operation: Operation, known: Mapping[str, str], limit: int) -> list[Row]:
    """All rows, so many at a time; no page is empty but the first of an empty listing."""
    rows: list[Row] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = await asked(person, operation, known, limit=limit, cursor=cursor)
        assert answer.status_code == 200, f"{operation}: {answer.text}"
        page = answer.json()
        assert len(page["data"]) <= limit, str(operation)
        assert page["data"] or not cursor, f"{operation}: an empty page"
        rows += page["data"]
        cursor = page["meta"]["page"]["next"]
    return rows
