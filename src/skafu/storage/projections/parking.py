"""Events that could not be handled: kept with their error until somebody decides, and on record for ever."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from skafu.kernel.error_bus import ErrorBus, ErrorReport, SilentErrorBus
from skafu.kernel.errors import Conflict, NotFound, SkafuError
from skafu.kernel.events import Cursor
from skafu.kernel.identity import Clock, TenantId
from skafu.storage.documents import Collection, Documents, Query
from skafu.storage.projections.projection import Recorded

OPERATORS: Final = TenantId("skafu operators")
"""The tenant under which the store keeps what its operators work with; no organisation can have this id."""

PARKED: Final = Collection("parked events", (("open", "parked_at"), ("follower", "shard", "open")))

LONGEST_ERROR = 2_000
EVENT_PARKED: Final = "EVENT_PARKED"


class Parked(msgspec.Struct, frozen=True):
    """An event that stopped a shard.

    Attributes:
        key: its name among the parked.
        follower: the projection or reaction that could not handle it.
        shard: the part of the tenants that waits.
        event: what kind of event it is, and where it stands.
        error: what was raised at the last attempt.
        attempts: how often it was tried.
        parked_at: when it was first given up.
        decision: what is to be done; `done` and `skipped` close the case.
        decided_by: who decided.
        reason: why, in their words.
    """

    key: str
    follower: str
    shard: int
    event: "EventPlace"
    error: str
    attempts: int
    parked_at: datetime
    decision: Literal["waiting", "retry", "skip", "done", "skipped"] = "waiting"
    decided_by: str = ""
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether the shard still waits for it."""
        return self.decision not in {"done", "skipped"}


class EventPlace(msgspec.Struct, frozen=True):
    """Which event it is, without what it says: that may be personal."""

    id: str
    type: str
    tenant: TenantId
    stream: str
    version: int
    position: Cursor


class ParkingLot:
    """The parked events of a store."""

    def __init__(self, documents: Documents, clock: Clock, errors: ErrorBus | None = None) -> None:
        """Keep them as documents of the operators, and tell this error bus of each."""
        self._documents = documents
        self._clock = clock
        self._errors = errors or SilentErrorBus()

    async def park(self, follower: str, shard: int, event: Recorded, error: Exception, attempts: int) -> Parked:
        """Record that an event could not be handled; what was decided before stays decided."""
        key = f"{follower} {shard} {event.event_id}"
        before = await self._read(key)
        if before is None:
            place = EventPlace(
                str(event.event_id),
                type(event.event).__name__,
                event.tenant,
                event.stream,
                event.version,
                event.position,
            )
            parked = Parked(key, follower, shard, place, _told(error), attempts, self._clock())
        else:
            decision = before.decision if before.decision == "skip" else "waiting"
            parked = msgspec.structs.replace(
                before, error=_told(error), attempts=before.attempts + attempts, decision=decision
            )
        await self._write(parked)
        await self._errors.report(_report(parked, event, error, self._clock()))
        return parked

    async def look(self, parked: Parked) -> Parked:
        """The case as it stands now."""
        return await self._read(parked.key) or parked

    async def close(self, parked: Parked, decision: Literal["done", "skipped"]) -> None:
        """The shard goes on; the case stays on record."""
        await self._write(msgspec.structs.replace(await self.look(parked), decision=decision))

    async def decide(self, key: str, decision: Literal["retry", "skip"], *, by: str, reason: str = "") -> Parked:
        """Say what is to be done with a parked event.

        Raises:
            NotFound: there is no such case.
            Conflict: it is closed.
        """
        parked = await self._read(key)
        if parked is None:
            raise NotFound(f"no event is parked as {key!r}", fix="list the parked events to see their keys")
        if not parked.open:
            raise Conflict(f"the case {key!r} is closed: {parked.decision}")
        decided = msgspec.structs.replace(parked, decision=decision, decided_by=by, reason=reason)
        await self._write(decided)
        return decided

    async def waiting(self, follower: str, shard: int) -> Parked | None:
        """The case that a shard waits for."""
        found = await self._documents.find(
            OPERATORS, PARKED, Query(where={"follower": follower, "shard": shard, "open": True}, limit=1)
        )
        return _parked(found.documents[0].body) if found.documents else None

    async def list(self, *, open_only: bool = True) -> list[Parked]:
        """The cases, oldest first."""
        cases: list[Parked] = []
        for still_open in (True,) if open_only else (True, False):
            query = Query(where={"open": still_open}, order=("parked_at",), limit=200)
            while True:
                page = await self._documents.find(OPERATORS, PARKED, query)
                cases += [_parked(each.body) for each in page.documents]
                if page.next is None:
                    break
                query = msgspec.structs.replace(query, after=page.next)
        return cases

    async def _read(self, key: str) -> Parked | None:
        found = await self._documents.get(OPERATORS, PARKED, [key])
        return _parked(found[key].body) if key in found else None

    async def _write(self, parked: Parked) -> None:
        body = {**msgspec.to_builtins(parked), "open": parked.open}
        await self._documents.put(OPERATORS, PARKED, parked.key, body)


def _parked(body: Mapping[str, object]) -> Parked:
    return msgspec.convert(dict(body), Parked)


def _report(parked: Parked, event: Recorded, error: Exception, now: datetime) -> ErrorReport:
    """The case for the error bus. What nobody expected shows only its kind: its words may be personal."""
    words = error.message if isinstance(error, SkafuError) else type(error).__name__
    place = parked.event
    return ErrorReport(
        tenant=place.tenant,
        correlation_id=event.correlation_id,
        source="storage",
        severity="CRITICAL",
        code=EVENT_PARKED,
        message=f"{parked.follower!r} waits: it could not handle {place.type} ({words})",
        context={
            "function": parked.follower,
            "shard": str(parked.shard),
            "event": place.id,
            "subject": f"{place.stream} {place.version}",
            "attempt": str(parked.attempts),
        },
        can_retry=True,
        at=now,
    )


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
