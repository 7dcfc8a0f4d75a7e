"""Services and the whole system, resolved."""

from typing import Literal

import msgspec

from skafu.blueprint.naming import Names
from skafu.blueprint.resolved.aggregates import ResolvedAggregate
from skafu.blueprint.resolved.fields import ResolvedValueType
from skafu.blueprint.resolved.queries import ResolvedQuery
from skafu.blueprint.resolved.reactions import (
    ResolvedCall,
    ResolvedInbound,
    ResolvedIntegration,
    ResolvedPolicy,
    ResolvedTimer,
    ResolvedWorkflow,
)


class ResolvedService(msgspec.Struct, frozen=True):
    """A bounded context; the `inbound` are the ones whose command is in this service."""

    names: Names
    summary: str
    value_types: tuple[ResolvedValueType, ...]
    aggregates: tuple[ResolvedAggregate, ...]
    queries: tuple[ResolvedQuery, ...]
    policies: tuple[ResolvedPolicy, ...]
    timers: tuple[ResolvedTimer, ...]
    calls: tuple[ResolvedCall, ...]
    inbound: tuple[ResolvedInbound, ...]
    workflows: tuple[ResolvedWorkflow, ...]


class System(msgspec.Struct, frozen=True):
    """A whole system, resolved."""

    names: Names
    summary: str
    region: str
    runtime: str
    api: Literal["http", "rest"]
    roles: tuple[str, ...]
    sign_up: str | None
    average_rps: float
    peak_rps: float
    budget_usd_per_month: float | None
    integrations: tuple[ResolvedIntegration, ...]
    services: tuple[ResolvedService, ...]
