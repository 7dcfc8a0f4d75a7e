"""Builds the part of projects: with a workshop of processes, and proofs in processes of their own."""

from collections.abc import Iterable
from typing import Final

from skafu.contexts.project.adapters.prover import ProcessProver
from skafu.contexts.project.adapters.workshop import ProcessWorkshop
from skafu.contexts.project.api.routes import routes
from skafu.contexts.project.application.aggregates import AGGREGATES
from skafu.contexts.project.application.projections import PROJECTIONS
from skafu.contexts.project.application.work import work_kinds
from skafu.contexts.project.domain.events import (
    EVENT_TYPES,
    PROJECT_EVENTS,
    ProjectCreated,
    ProjectDeleted,
    ProofRequested,
)
from skafu.contexts.project.domain.run_events import RUN_EVENTS, RunFinished
from skafu.kernel.events import Event
from skafu.server_bootstrap.site import Site
from skafu.server_bootstrap.template_shelf import LibraryShelf
from skafu.web_api.parts import Part
from skafu.web_api.quotas import Use

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

STREAMED: Final = (*PROJECT_EVENTS, *RUN_EVENTS)

USES: Final[dict[type[Event], Use]] = {
    ProjectCreated: Use("projects"),
    ProjectDeleted: Use("projects", lambda _event: -1),
    ProofRequested: Use("proofs"),
    RunFinished: Use("storage", lambda event: event.size),
}
"""What of the quotas of an organisation is used up by what."""


def measured(event: Event) -> Iterable[tuple[str, str, float]]:
    """How long proofs take: it stands among the metrics, and costs are worked out from it."""
    if isinstance(event, RunFinished) and event.kind == "prove":
        yield "proof.seconds", "seconds", event.seconds


async def open_part(site: Site) -> Part:
    """The part of projects."""
    site.workshop = workshop = ProcessWorkshop()
    site.exits.push_async_callback(workshop.close)
    site.uses |= USES
    site.measurers.append(measured)
    prover = ProcessProver()
    works = work_kinds(site.ledger, workshop, prover, LibraryShelf(site.ledger))
    return Part("project", routes(site.ledger, workshop, prover), PROJECTIONS, works, streamed=STREAMED)
