"""Builds the processes: the last of all parts, because they bring the others together."""

from datetime import timedelta
from typing import Final

from skafu.kernel.errors import Invalid
from skafu.processes.adopting import adopting
from skafu.processes.api.routes import routes
from skafu.processes.collecting import collecting
from skafu.processes.contents import CONTENTS_NAMED
from skafu.processes.course.aggregate import AGGREGATES
from skafu.processes.course.events import EVENT_TYPES, PROCESS_EVENTS
from skafu.processes.deadlines import deadlines
from skafu.processes.delays import delays
from skafu.processes.listing import PROJECTIONS
from skafu.processes.managing import process_managers
from skafu.processes.rationing import rationed, waiting
from skafu.processes.renewals import renewals
from skafu.processes.telling import tellers
from skafu.processes.translating.ai import AI
from skafu.processes.translating.github import GITHUB
from skafu.processes.translating.project import PROJECT
from skafu.processes.translating.template import TEMPLATE
from skafu.processes.troubles import troubles
from skafu.server_bootstrap.site import Site
from skafu.web_api.parts import Part

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

TRANSLATIONS: Final = (PROJECT, AI, TEMPLATE, GITHUB)


async def open_part(site: Site) -> Part:
    """The part of processes; drafts are checked in the workshop of projects.

    Raises:
        Invalid: the part of projects has not been built before.
    """
    if site.workshop is None:
        raise Invalid("processes need the part of projects", fix="let it come before this one")
    ledger, read_models = site.ledger, site.storage.read_models
    grace = timedelta(days=site.settings.content_grace_days)
    gate = rationed(ledger, site.quotas, site.tier_of)
    return Part(
        "processes",
        routes(ledger),
        (*PROJECTIONS, CONTENTS_NAMED),
        works=(adopting(ledger, site.workshop), deadlines(ledger), waiting(ledger, gate), collecting(ledger, grace)),
        reactions=(
            *process_managers(ledger, read_models, TRANSLATIONS, gate),
            *tellers(ledger, read_models),
            renewals(ledger, read_models),
            troubles(site.errors),
        ),
        hearers=(delays(ledger),),
        streamed=PROCESS_EVENTS,
    )
