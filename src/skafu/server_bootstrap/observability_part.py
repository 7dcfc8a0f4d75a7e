"""Builds observability: the telemetry of this installation, alerts, and the error bus."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta

from skafu.contexts.observability.adapters.mail import Mail, NoMail, mail_server
from skafu.contexts.observability.adapters.webhook import Webhook
from skafu.contexts.observability.api.routes import Inside, Provider, routes
from skafu.contexts.observability.application.activity import activity_projections
from skafu.contexts.observability.application.aggregates import AGGREGATES
from skafu.contexts.observability.application.alerts import ALERT_PROJECTIONS
from skafu.contexts.observability.application.collecting import Collector
from skafu.contexts.observability.application.error_bus import StoredErrors
from skafu.contexts.observability.application.health import by_lag, check_health
from skafu.contexts.observability.application.metric_points import metric_projections
from skafu.contexts.observability.application.notifying import Messengers, Outside, notifying
from skafu.contexts.observability.application.own_activity import OwnLogs, OwnTraces
from skafu.contexts.observability.application.own_costs import OwnCosts
from skafu.contexts.observability.application.own_metrics import OwnMetrics
from skafu.contexts.observability.application.watching import Watch, noting
from skafu.contexts.observability.domain.events import EVENT_TYPES, STREAMED, HealthPart
from skafu.contexts.observability.ports import Person
from skafu.kernel.errors import SkafuError
from skafu.kernel.identity import TenantId
from skafu.server_bootstrap.site import Site
from skafu.storage.projections import ParkingLot, ShardStatus
from skafu.storage.work import Chore
from skafu.web_api.parts import Part

FLUSH_SECONDS = 15
WATCH_SECONDS = 30

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]


async def open_part(site: Site) -> Part:
    """The part of observability. It fills the error bus, and hears of every request."""
    site.errors = StoredErrors(site.ledger.events)
    collector = Collector(site.ledger.events, site.ledger.clock, site.process)
    site.answered.append(collector.answered)
    site.endless.append(("metrics", lambda: _flush(collector)))
    metrics = OwnMetrics(site.ledger.documents, site.ledger.clock)
    documents = site.ledger.documents
    provider = Provider(metrics, OwnTraces(documents), OwnLogs(documents), OwnCosts(metrics))
    health = _Health(site)
    watch = Watch(site.ledger, metrics)

    async def check() -> None:
        await check_health(site.ledger, health)

    async def shards() -> Sequence[ShardStatus]:
        return await site.shards()

    async def is_operator(user_id: str) -> bool:
        return await site.is_operator(user_id)

    async def mail_of_owner() -> str:
        return await site.mail_of_owner()

    return Part(
        "observability",
        routes(site.ledger, provider, _LatePeople(site), Inside(health, shards, is_operator), _new_secret),
        (*metric_projections(site.types, site.measurers), *activity_projections(site.types), *ALERT_PROJECTIONS),
        (notifying(site.ledger, Outside(_messengers(site), mail_of_owner)),),
        (noting(site.ledger),),
        (Chore("observability.watch", WATCH_SECONDS, watch.look), Chore("observability.health", WATCH_SECONDS, check)),
        STREAMED,
    )


class _LatePeople:
    """The members of organisations, by whoever knows them once all parts stand."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def members(self, tenant: TenantId) -> Sequence[Person]:
        return await self._site.people.members(tenant)


def _messengers(site: Site) -> Messengers:
    url = site.settings.smtp_url
    mail = Mail(mail_server(url.get_secret_value(), site.settings.mail_sender)) if url else NoMail()
    return {"mail": mail, "webhook": Webhook(site.ledger.clock, inside=site.settings.webhooks_inside)}


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


async def _flush(collector: Collector) -> None:
    """Put measures on record until the process ends, and then the rest."""
    try:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await collector.flush()
    finally:
        await asyncio.shield(asyncio.create_task(collector.flush(everything=True)))


class _Health:
    """Looks at the database, the read models, the work that waits, and what was parked."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lot = ParkingLot(site.storage.documents, site.ledger.clock)

    async def __call__(self) -> Sequence[HealthPart]:
        try:
            shards = await self._site.shards()
            parked = [each for each in await self._lot.list() if each.open]
            waiting = await self._site.queue.open()
        except SkafuError as error:
            return [HealthPart("database", "unhealthy", error.message)]
        parts = [HealthPart("database", "healthy", "answers")]
        parts.append(by_lag("read models", max((each.seconds for each in shards), default=0.0)))
        words = f"{len(parked)} events are parked"
        parts.append(HealthPart("parked events", "degraded" if parked else "healthy", words))
        late = timedelta(minutes=15).total_seconds() * 1000
        overdue = [each for each in waiting if each.state == "waiting" and self._site.queue.now() - each.due > late]
        parts.append(HealthPart("work", "degraded" if overdue else "healthy", f"{len(waiting)} pieces wait or run"))
        return parts
