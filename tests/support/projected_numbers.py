"""A read model over the sample events, and a worker that never waits long."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from storage_samples import ACME, Counted

from skafu.kernel.error_bus import ErrorBus
from skafu.kernel.identity import TenantId
from skafu.storage import Body, Collection, Storage
from skafu.storage.projections import Fold, Handler, Patience, Projection, Recorded, Worker

SUMS = Collection("sums", (("total",),))
QUICK = Patience(lease=timedelta(seconds=30), retries=(0.0, 0.0), look_again=0.01, page=7)


def add(document: Body | None, event: Recorded) -> Body | None:
    """The sum and the count of the numbers of a stream."""
    before = document or {"total": 0, "count": 0}
    assert isinstance(event.event, Counted)
    return {"total": _number(before, "total") + event.event.number, "count": _number(before, "count") + 1}


def stream_of(event: Recorded) -> list[str]:
    """One document for each stream that counts."""
    return [event.stream] if isinstance(event.event, Counted) else []


def sums(fold: Fold = add) -> Projection:
    return Projection("sums", SUMS, stream_of, fold)


def worker_of(
    storage: Storage,
    *projections: Projection,
    reactions: Sequence[Handler] = (),
    shards: int = 1,
    name: str = "w1",
    errors: ErrorBus | None = None,
) -> Worker:
    return Worker(
        storage,
        lambda: datetime.now(UTC),
        projections=projections,
        reactions=reactions,
        shards=shards,
        name=name,
        patience=QUICK,
        errors=errors,
    )


async def totals(storage: Storage, *streams: str, tenant: TenantId = ACME) -> list[object]:
    found = await storage.documents.get(tenant, SUMS, streams)
    return [found[each].body["total"] if each in found else None for each in streams]


def refusing(number: int, broken: Callable[[], bool] = lambda: True) -> Fold:
    """The fold, which cannot take one number while something is broken."""

    def fold(document: Body | None, event: Recorded) -> Body | None:
        if isinstance(event.event, Counted) and event.event.number == number and broken():
            raise ValueError(f"cannot count {number}")
        return add(document, event)

    return fold


def _number(document: Body, field: str) -> int:
    value = document[field]
    assert isinstance(value, int)
    return value
