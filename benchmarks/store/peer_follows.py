"""The peer's read models, by its own runner. It follows applications in PostgreSQL, not those in SQLite."""

import time
from typing import Any, ClassVar

from eventsourcing.application import Application
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from benchmarks.store.peer_side import FIELDS, Item, application, saved, settings_of
from benchmarks.store.rates import GAP, PACED, PROJECTED, Rate, rate_of


class Rows(PostgresTrackingRecorder):
    """A table with a row for each key; a row and the place are written in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **more: Any) -> None:  # noqa: ANN401 - the peer's signature
        super().__init__(datastore, **more)
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS changed (key text PRIMARY KEY, count bigint, status text)").format()
        )

    def count(self, key: str, status: str, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO changed VALUES (%s, 1, %s) ON CONFLICT (key)"
                " DO UPDATE SET count = changed.count + 1, status = excluded.status",
                (key, status),
                prepare=True,
            )


class Projects(Projection[Rows]):
    """A row for each project."""

    name = "projects"
    reached: ClassVar[dict[int, float]] = {}

    def key(self, event: Item.Changed) -> str:
        return event.project

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:  # noqa: ANN401 - the peer's signature
        if isinstance(domain_event, Item.Changed):
            self.view.count(self.key(domain_event), domain_event.status, tracking)
        else:
            self.view.insert_tracking(tracking)
        self.reached[tracking.notification_id] = time.perf_counter()


class Changes(Projects):
    """A row for each event."""

    name = "changes"

    def key(self, event: Item.Changed) -> str:
        return f"{event.originator_id}-{event.originator_version}"


def _runner(address: str, projection: type[Projects]) -> ProjectionRunner[Application[Any], Rows]:
    return ProjectionRunner(
        application_class=Application, projection_class=projection, view_class=Rows, env=settings_of(address)
    )


def catch_up(address: str, projection: type[Projects]) -> Rate:
    """A projection of what was there before it; the rate is in events."""
    app = application(address)
    for _ in range(0, PROJECTED, 100):
        saved(app, 100)
    app.close()
    begun = time.perf_counter()
    with _runner(address, projection) as runner:
        runner.wait(PROJECTED, timeout=120)
        seconds = time.perf_counter() - begun
    assert len(projection.reached) == PROJECTED
    return Rate(PROJECTED / seconds)


def follow(address: str) -> Rate:
    """From the return of a save to its row, one at a time."""
    returned: dict[int, float] = {}
    with _runner(address, Projects) as runner:
        item, begun = Item(), time.perf_counter()
        for _ in range(PACED):
            place = runner.app.save(item)[-1].notification.id
            returned[place] = time.perf_counter()
            time.sleep(GAP)
            item.trigger_event(Item.Changed, **FIELDS)
        runner.wait(place, timeout=60)
    waits = [max(Projects.reached[each] - moment, 0.0) for each, moment in list(returned.items())[PACED // 10 :]]
    return rate_of(waits, time.perf_counter() - begun)


FOLDED, ONE_BY_ONE = Projects, Changes
