"""All routes of observability."""

import msgspec
from fastapi import APIRouter

from skafu.contexts.observability.api.admin_routes import Shards, Watched, admin_routes
from skafu.contexts.observability.api.alert_routes import (
    alarm_routes,
    alert_list_routes,
    alert_routes,
    mute_routes,
    rule_routes,
)
from skafu.contexts.observability.api.error_routes import error_code_routes, error_routes, health_routes
from skafu.contexts.observability.api.installation_routes import installation_routes
from skafu.contexts.observability.api.settings_routes import (
    NewSecret,
    channel_routes,
    dashboard_change_routes,
    dashboard_routes,
    new_channel_routes,
)
from skafu.contexts.observability.api.telemetry_routes import (
    cost_routes,
    log_routes,
    metric_routes,
    people_routes,
    trace_routes,
)
from skafu.contexts.observability.application.health import Look
from skafu.contexts.observability.ports import Costs, IsOperator, Logs, Metrics, People, Traces
from skafu.storage.ledger import Ledger
from skafu.web_api.routing import router


class Provider(msgspec.Struct, frozen=True):
    """Where telemetry comes from: this installation's own, or that of a cloud."""

    metrics: Metrics
    traces: Traces
    logs: Logs
    costs: Costs


class Inside(msgspec.Struct, frozen=True):
    """How the installation itself is looked at, and who may see what belongs to no organisation."""

    look: Look
    shards: Shards
    is_operator: IsOperator


def routes(ledger: Ledger, provider: Provider, people: People, inside: Inside, new_secret: NewSecret) -> APIRouter:
    """The router of observability."""
    made = router("observability")
    metric_routes(made, provider.metrics)
    trace_routes(made, provider.traces)
    log_routes(made, provider.logs)
    people_routes(made, people, ledger)
    cost_routes(made, provider.costs)
    alarm_routes(made, ledger)
    rule_routes(made, ledger)
    alert_list_routes(made, ledger)
    alert_routes(made, ledger)
    mute_routes(made, ledger)
    channel_routes(made, ledger)
    new_channel_routes(made, ledger, new_secret)
    dashboard_routes(made, ledger)
    dashboard_change_routes(made, ledger)
    error_routes(made, ledger)
    error_code_routes(made, ledger)
    health_routes(made, inside.look)
    watched = Watched(inside.look, inside.shards, provider.metrics, ledger.documents)
    made.routes.extend(admin_routes(watched).routes)
    made.routes.extend(installation_routes(ledger.documents, inside.is_operator).routes)
    return made
