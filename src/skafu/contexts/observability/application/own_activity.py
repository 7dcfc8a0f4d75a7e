"""Fills `Traces` and `Logs` from the read models of this installation."""

from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.contexts.observability.application.activity import LINES, TRACES, moment_of
from skafu.contexts.observability.ports import LogFilters, LogLine, Page, Trace, Window
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Collection, Document, Documents, Found, PageMark, Query, Scalar

MOST_LOOKED_AT: Final = 5_000
"""Lines that are looked through for a text before an answer is given, be it empty; the answer says where to go on."""


class OwnTraces:
    """Traces of this installation: one for each correlation id."""

    def __init__(self, documents: Documents) -> None:
        """Read these documents."""
        self._documents = documents

    async def traces(self, tenant: TenantId, window: Window, page: Page) -> tuple[Sequence[Trace], PageMark | None]:
        """The traces that began in a window, the newest first."""
        found = await _found(self._documents, tenant, TRACES, window, page, {}, "started")
        traces = [msgspec.structs.replace(_trace(each), spans=()) for each in found.documents]
        return traces, found.next

    async def trace(self, tenant: TenantId, identifier: str) -> Trace | None:
        """A trace with its spans."""
        found = (await self._documents.get(tenant, TRACES, [identifier])).get(identifier)
        return _trace(found) if found else None


class OwnLogs:
    """Lines of this installation: one for each event, errors among them."""

    def __init__(self, documents: Documents) -> None:
        """Read these documents."""
        self._documents = documents

    async def lines(
        self, tenant: TenantId, window: Window, filters: LogFilters, page: Page
    ) -> tuple[Sequence[LogLine], PageMark | None]:
        """Lines in a window, the newest first. With a text, at most 5,000 lines are looked through."""
        where = _indexed(filters)
        lines: list[LogLine] = []
        looked, after = 0, page.after
        while True:
            some = msgspec.structs.replace(page, after=after, limit=page.limit - len(lines))
            found = await _found(self._documents, tenant, LINES, window, some, where, "at")
            looked += len(found.documents)
            lines += [line for each in found.documents if _fits(line := _line(each), filters)]
            if found.next is None or len(lines) >= page.limit or looked >= MOST_LOOKED_AT:
                return lines, found.next
            after = found.next


def _indexed(filters: LogFilters) -> dict[str, Scalar]:
    for field in ("correlation_id", "level", "source"):
        value = getattr(filters, field)
        if value:
            return {field: value}
    return {}


def _fits(line: LogLine, filters: LogFilters) -> bool:
    wanted = ((filters.level, line.level), (filters.source, line.source))
    if any(one and one != other for one, other in (*wanted, (filters.correlation_id, line.correlation_id))):
        return False
    return filters.text.lower() in f"{line.message} {line.subject}".lower()


async def _found(
    documents: Documents,
    tenant: TenantId,
    collection: Collection,
    window: Window,
    page: Page,
    where: dict[str, Scalar],
    field: str,
) -> Found:
    query = Query(
        where=where,
        order=(field,),
        at_least=moment_of(window.start),
        below=moment_of(window.end),
        descending=True,
        limit=page.limit,
        after=page.after,
    )
    return await documents.find(tenant, collection, query)


def _trace(document: Document) -> Trace:
    return msgspec.convert(document.body, Trace)


def _line(document: Document) -> LogLine:
    return msgspec.convert(document.body, LogLine)
