"""The queue of work: one document for each piece, in the collection of the system, claimed by lease."""

from collections import Counter
from collections.abc import AsyncIterator
from collections.abc import Collection as Some
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from skafu.kernel.errors import Unavailable
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import SYSTEM, Clock, TenantId
from skafu.storage.documents import FIRST_PAGE, Collection, Document, Documents, Query, WrongRevision
from skafu.storage.work.work import Lane, WorkKind

WORK: Final = Collection("work", indexes=(("state", "lane", "due"), ("kind", "subject"), ("state", "ended")))

LEASE: Final = timedelta(seconds=30)
KEPT: Final = timedelta(days=7)
"""How long ended work is remembered, so that it is not done again when its event is seen again."""

_PAGE = 200


class QueuedWork(msgspec.Struct, frozen=True):
    """A piece of work as it stands in the queue; moments are in milliseconds since 1970.

    Attributes:
        id: the event that asked for it.
        kind: the name of its kind.
        subject: what it is about.
        tenant: for whom.
        stream: where the event stands.
        version: where in the stream.
        correlation: what its failures are told under.
        lane: how many are done at once.
        state: waiting, running or ended.
        due: when it may be begun; for running work, when its lease ends.
        asked: when it was asked for.
        attempt: how often it was begun.
        owner: who does it.
        cancelled: nobody wants it any more.
        failure: why it is to be given up; empty while there is hope.
        ended: when it ended, 0 before.
        outcome: done, given up or cancelled; empty before.
    """

    id: str
    kind: str
    subject: str
    tenant: TenantId
    stream: str
    version: int
    correlation: str
    lane: Lane
    state: str
    due: int
    asked: int
    attempt: int = 0
    owner: str = ""
    cancelled: bool = False
    failure: str = ""
    ended: int = 0
    outcome: str = ""


class Claimed(msgspec.Struct, frozen=True):
    """Work that this process may do, and the revision of its document."""

    work: QueuedWork
    revision: int


def milliseconds(moment: datetime) -> int:
    """A moment as the queue compares it."""
    return int(moment.timestamp() * 1000)


class WorkQueue:
    """Asks for work, claims it and lets it go. Every change expects the revision that was read."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        """Keep the queue among these documents."""
        self._documents = documents
        self._clock = clock

    def now(self) -> int:
        """The present moment."""
        return milliseconds(self._clock())

    async def ask(self, kind: WorkKind, event: RecordedEvent[Event]) -> None:
        """Put work into the queue, once for each event and kind."""
        now = self.now()
        asked = QueuedWork(
            f"{kind.name} {event.event_id}",
            kind.name,
            kind.subject(event),
            event.tenant,
            event.stream,
            event.version,
            str(event.correlation_id),
            kind.lane,
            "waiting",
            now,
            now,
        )
        with suppress(WrongRevision):
            await self._documents.put(SYSTEM, WORK, asked.id, msgspec.to_builtins(asked), expected=0)

    async def cancel(self, kind: WorkKind, tenant: TenantId, subject: str) -> None:
        """Let nobody begin work about a subject, and have those who do it stop."""
        query = Query(where={"kind": kind.name, "subject": subject})
        async for claimed in self._all(query):
            if claimed.work.tenant == tenant and claimed.work.state != "ended":
                await self._cancelled(claimed)

    async def claim(self, lane: Lane, owner: str, most: int, *, lapsed: bool = True) -> list[Claimed]:
        """Take work that is due: first for the tenants for whom least is being done, then the oldest.

        Args:
            lane: how it is done.
            owner: who takes it.
            most: how much is taken.
            lapsed: whether to look for work as well whose lease has ended.
        """
        now = self.now()
        due = [each async for each in self._all(_in_lane("waiting", lane, below=now + 1))]
        if lapsed:
            due += [each async for each in self._all(_in_lane("running", lane, below=now + 1))]
        if not due:
            return []  # nearly always: what is being done need not be counted
        running = [each.work async for each in self._all(_in_lane("running", lane))]
        taken = Counter(each.tenant for each in running if each.due > now)
        claimed: list[Claimed] = []
        while due and len(claimed) < most:
            due.sort(key=lambda each: (taken[each.work.tenant], each.work.due))
            wanted = due.pop(0)
            try:
                mine = await self._claimed(wanted, owner, now)
            except Unavailable:
                if not claimed:
                    raise
                break  # what is claimed is begun: its lease would keep it from everybody else
            if mine is not None:
                claimed.append(mine)
            taken[wanted.work.tenant] += 1
        return claimed

    async def renew(self, claimed: Claimed) -> Claimed | None:
        """Keep the right to work for another while; none when it is gone or nobody wants the work any more."""
        until = self.now() + milliseconds_of(LEASE)
        renewed = await self._write(claimed, due=until)
        if renewed is not None:
            return renewed
        found = await self._as_it_stands(claimed)
        return None if found is None or found.work.cancelled else await self._write(found, due=until)

    async def put_off(self, claimed: Claimed, seconds: float, *, failure: str = "", again: bool = False) -> None:
        """Let work wait; `again`: the attempt does not count."""
        attempt = claimed.work.attempt - 1 if again else claimed.work.attempt
        due = self.now() + int(seconds * 1000)
        changes = {"state": "waiting", "owner": "", "due": due, "attempt": attempt, "failure": failure}
        if await self._write(claimed, **changes) is not None:
            return
        found = await self._as_it_stands(claimed)
        if found is not None and found.work.cancelled:
            await self.end(found, "cancelled")
        elif found is not None:
            await self._write(found, **changes)

    async def end(self, claimed: Claimed, outcome: str) -> None:
        """The work needs no more doing."""
        changes = {"state": "ended", "owner": "", "ended": self.now(), "outcome": outcome}
        if await self._write(claimed, **changes) is None and (found := await self._as_it_stands(claimed)):
            await self._write(found, **changes)

    async def look(self, identifier: str) -> Claimed | None:
        """A piece of work as it stands."""
        found = (await self._documents.get(SYSTEM, WORK, [identifier])).get(identifier)
        return _read(found) if found else None

    async def open(self) -> list[QueuedWork]:
        """All that is waiting or running."""
        lanes: tuple[Lane, ...] = ("quick", "heavy")
        return [
            each.work
            for state in ("running", "waiting")
            for lane in lanes
            async for each in self._all(_in_lane(state, lane))
        ]

    async def sweep(self) -> None:
        """Forget what ended long ago."""
        long_ago = self.now() - milliseconds_of(KEPT)
        query = Query(where={"state": "ended"}, order=("ended",), below=long_ago, limit=_PAGE)
        for document in (await self._documents.find(SYSTEM, WORK, query)).documents:
            await self._documents.delete(SYSTEM, WORK, document.key)

    async def _claimed(self, wanted: Claimed, owner: str, now: int) -> Claimed | None:
        if wanted.work.cancelled:
            await self.end(wanted, "cancelled")
            return None
        until = now + milliseconds_of(LEASE)
        return await self._write(wanted, state="running", owner=owner, due=until, attempt=wanted.work.attempt + 1)

    async def _as_it_stands(self, claimed: Claimed) -> Claimed | None:
        """The same attempt, when its document was only cancelled or renewed meanwhile; none when it is over."""
        found, work = await self.look(claimed.work.id), claimed.work
        same = found is not None and (found.work.owner, found.work.attempt, found.work.state) == (
            work.owner,
            work.attempt,
            work.state,
        )
        return found if same else None

    async def _cancelled(self, claimed: Claimed | None) -> None:
        while claimed is not None and claimed.work.state != "ended":
            ended = {"state": "ended", "ended": self.now(), "outcome": "cancelled"}
            change = ended if claimed.work.state == "waiting" else {}
            if await self._write(claimed, cancelled=True, **change) is not None:
                return
            claimed = await self.look(claimed.work.id)

    async def _write(self, claimed: Claimed, **changes: object) -> Claimed | None:
        work = msgspec.structs.replace(claimed.work, **changes)
        try:
            body = msgspec.to_builtins(work)
            revision = await self._documents.put(SYSTEM, WORK, work.id, body, expected=claimed.revision)
        except WrongRevision:
            return None
        return Claimed(work, revision)

    async def _all(self, query: Query) -> AsyncIterator[Claimed]:
        after = FIRST_PAGE
        while True:
            found = await self._documents.find(SYSTEM, WORK, msgspec.structs.replace(query, limit=_PAGE, after=after))
            for document in found.documents:
                yield _read(document)
            if found.next is None:
                return
            after = found.next


def milliseconds_of(span: timedelta) -> int:
    """A span as the queue counts it."""
    return int(span.total_seconds() * 1000)


def kinds_by_name(kinds: Some[WorkKind]) -> dict[str, WorkKind]:
    """Kinds by their names."""
    return {each.name: each for each in kinds}


def _in_lane(state: str, lane: Lane, *, below: int | msgspec.UnsetType = msgspec.UNSET) -> Query:
    return Query(where={"state": state, "lane": lane}, order=("due",), below=below)


def _read(document: Document) -> Claimed:
    return Claimed(msgspec.convert(document.body, QueuedWork), document.revision)
