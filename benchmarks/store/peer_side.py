"""The peer's side: the library eventsourcing, as its documentation uses it, with threads where callers are many."""

import threading
import time
from collections.abc import Callable
from typing import Any

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from psycopg.conninfo import conninfo_to_dict

from benchmarks.store.rates import EACH, FILLED, LOADED, PAGE, TEXT, Rate, Stopwatch

FIELDS: dict[str, Any] = {
    "project": "p-1",
    "title": "Add retry policy",
    "status": "in_review",
    "priority": 3,
    "estimate": 5.5,
    "labels": ["backend", "billing"],
    "comment": TEXT,
}


class Item(Aggregate):
    """An aggregate with one kind of change."""

    class Changed(Aggregate.Event):
        """Like Skafu's event."""

        project: str
        title: str
        status: str
        priority: int
        estimate: float
        labels: list[str]
        comment: str

        def apply(self, aggregate: "Item") -> None:
            """Keep the title."""
            aggregate.title = self.title

    title = ""


def settings_of(address: str, *, callers: int = 1) -> dict[str, str]:
    """What the peer is told of a file or a database."""
    if "=" in address:
        place = conninfo_to_dict(address)
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(place["dbname"]),
            "POSTGRES_HOST": str(place["host"]),
            "POSTGRES_PORT": str(place.get("port", 5432)),
            "POSTGRES_USER": str(place["user"]),
            "POSTGRES_PASSWORD": "x",
            "POSTGRES_POOL_SIZE": str(callers),
        }
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": address,
        "SQLITE_LOCK_TIMEOUT": "60",
    }


def application(address: str, *, callers: int = 1, create: bool = True) -> Application[Any]:
    """The peer's application on a file or a database."""
    return Application(env=settings_of(address, callers=callers) | {"CREATE_TABLE": "y" if create else "n"})


def _write_on(app: Application[Any], watch: Stopwatch) -> None:
    item = Item()
    while True:
        begun = time.perf_counter()
        app.save(item)
        watch.waits.append(time.perf_counter() - begun)
        if not watch.running():
            return
        item.trigger_event(Item.Changed, **FIELDS)


def append(address: str, callers: int, ready: Callable[[], None]) -> Rate:
    """Callers that each write one event after the other to aggregates of their own."""
    app = application(address, callers=callers, create=callers > 1)
    ready()
    watch = Stopwatch()
    if callers == 1:
        _write_on(app, watch)
    else:
        threads = [threading.Thread(target=_write_on, args=(app, watch)) for _ in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rate = watch.rate()
    app.close()
    return rate


def load(address: str) -> Rate:
    """Aggregates of 100 events, read and folded."""
    app = application(address)
    items = [saved(app, LOADED) for _ in range(20)]
    watch = Stopwatch()
    while watch.running():
        begun = time.perf_counter()
        assert app.repository.get(items[len(watch.waits) % 20].id).version == LOADED
        watch.waits.append(time.perf_counter() - begun)
    app.close()
    return watch.rate()


def read_all(address: str) -> Rate:
    """All events, decoded, page by page, again and again; the rate is in events."""
    app = application(address)
    for _ in range(0, FILLED, EACH):
        saved(app, EACH)
    watch, seen = Stopwatch(), 0
    while watch.running():
        place = 0
        while page := app.recorder.select_notifications(place, PAGE, inclusive_of_start=False):
            seen += len([app.mapper.to_domain_event(each) for each in page])
            place = page[-1].id
        assert seen % FILLED == 0
    rate = watch.of(seen)
    app.close()
    return rate


def saved(app: Application[Any], events: int) -> Item:
    """A new aggregate with some events."""
    item = Item()
    for _ in range(events - 1):
        item.trigger_event(Item.Changed, **FIELDS)
    app.save(item)
    return item
