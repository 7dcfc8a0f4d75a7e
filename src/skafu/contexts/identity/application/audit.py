"""The audit trail: every event of an organisation, who wanted it, and from where."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Final

import msgspec

from skafu.contexts.identity.application.projections import PLACES, moment
from skafu.kernel.event_types import EventTypes
from skafu.kernel.identity import TenantId
from skafu.storage.documents import FIRST_PAGE, Body, Collection, Document, Documents, PageMark, Query
from skafu.storage.projections import Projection, Recorded

ORDER: Final = ("at", "version")
"""Events of one append have one moment; their versions tell what came first."""

TRAIL: Final = Collection("identity audit", (ORDER, ("actor", *ORDER), ("type", *ORDER), ("stream", *ORDER)))
NAME: Final = "identity audit"
MOST_PAGES: Final = 20
"""Pages that one question reads when it filters by more than an index answers."""


def audit_projection(types: EventTypes) -> Projection:
    """One document for each event. It holds ids alone: nothing in it has to be forgotten."""
    names = {each.event: each.name for each in types}

    def keys_of(event: Recorded) -> list[str]:
        return [str(event.event_id)]

    def fold(_before: Body | None, event: Recorded) -> Body | None:
        return {
            "at": moment(event.recorded_at),
            "type": names.get(type(event.event), type(event.event).__name__),
            "aggregate": event.stream.split("-", 1)[0],
            "stream": event.stream,
            "version": event.version,
            "actor_kind": event.actor.kind,
            "actor": event.actor.id,
            "via": event.actor.via or (event.actor.id if event.actor.kind == "token" else ""),
            "correlation_id": str(event.correlation_id),
            "causation_id": str(event.causation_id),
        }

    return Projection(NAME, TRAIL, keys_of, fold)


class AuditFilter(msgspec.Struct, frozen=True):
    """Which events are asked for; an empty field asks for all.

    Attributes:
        actor: the id of a person, token or part of the system.
        type: the stored name of the event.
        aggregate: the kind of aggregate.
        stream: one aggregate.
        since: not before this moment.
        until: before this moment.
    """

    actor: str = ""
    type: str = ""
    aggregate: str = ""
    stream: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditRow(msgspec.Struct, frozen=True):
    """What happened, who wanted it, when and from where; `address` is empty where nobody knows it."""

    event_id: str
    at: str
    type: str
    aggregate: str
    stream: str
    version: int
    actor_kind: str
    actor: str
    via: str
    correlation_id: str
    causation_id: str
    address: str = ""


class AuditPage(msgspec.Struct, frozen=True):
    """Some rows, newest first, and where to go on."""

    rows: tuple[AuditRow, ...]
    next: PageMark | None


async def audit_page(
    documents: Documents, tenant: TenantId, wanted: AuditFilter, *, after: PageMark = FIRST_PAGE, limit: int = 50
) -> AuditPage:
    """A page of the trail, newest first.

    One filter is answered by an index; more are looked for in what the index gives, so that a page may be shorter than
    its limit although there is a next one.
    """
    query = msgspec.structs.replace(_query(wanted), limit=limit, after=after)
    rows: list[AuditRow] = []
    following: PageMark | None = after
    for _ in range(MOST_PAGES):
        found = await documents.find(tenant, TRAIL, query)
        matching = [each for each in found.documents if _fits(each.body, wanted)]
        if len(rows) + len(matching) > limit:
            break
        rows += await _with_addresses(documents, tenant, matching)
        following = found.next
        if following is None or len(rows) == limit:
            break
        query = msgspec.structs.replace(query, after=following)
    return AuditPage(tuple(rows), following)


async def audit_rows(
    documents: Documents, tenant: TenantId, wanted: AuditFilter, *, most: int
) -> AsyncIterator[AuditRow]:
    """The rows, newest first, up to a number."""
    mark: PageMark | None = FIRST_PAGE
    left = most
    while mark is not None and left > 0:
        page = await audit_page(documents, tenant, wanted, after=mark, limit=min(500, left))
        for row in page.rows:
            yield row
        left -= len(page.rows)
        mark = page.next


def _query(wanted: AuditFilter) -> Query:
    """The narrowest question that an index answers."""
    narrowest = next((name for name in ("stream", "actor", "type") if getattr(wanted, name)), None)
    return Query(
        where={narrowest: getattr(wanted, narrowest)} if narrowest else {},
        order=ORDER,
        at_least=moment(wanted.since) if wanted.since else msgspec.UNSET,
        below=moment(wanted.until) if wanted.until else msgspec.UNSET,
        descending=True,
    )


def _fits(body: Mapping[str, object], wanted: AuditFilter) -> bool:
    filters = ("actor", "type", "aggregate", "stream")
    return all(not getattr(wanted, name) or body[name] == getattr(wanted, name) for name in filters)


async def _with_addresses(documents: Documents, tenant: TenantId, found: list[Document]) -> list[AuditRow]:
    rows = [msgspec.convert({**each.body, "event_id": each.key}, AuditRow) for each in found]
    places = await documents.get(tenant, PLACES, sorted({row.via for row in rows if row.via}))
    return [
        msgspec.structs.replace(row, address=_address(places[row.via].body, row.at)) if row.via in places else row
        for row in rows
    ]


def _address(place: Mapping[str, object], at: str) -> str:
    """The address that a session or token was last seen at, by then.

    What it was first seen at counts from the start: its first event is recorded a moment after the request came.
    """
    addresses = msgspec.convert(place["addresses"], list[dict[str, str]])
    before = [each["address"] for each in addresses if each["at"] <= at]
    return before[-1] if before else addresses[0]["address"] if addresses else ""
