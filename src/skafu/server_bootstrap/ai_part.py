"""Builds the AI context."""

from typing import Final

from skafu.contexts.ai.adapters.desk import DeskReviewer, RulesAgent
from skafu.contexts.ai.adapters.kept_answers import KeptAnswers
from skafu.contexts.ai.api.routes import Parts, routes
from skafu.contexts.ai.application.aggregates import AGGREGATES
from skafu.contexts.ai.application.asking import Desk
from skafu.contexts.ai.application.drafting import Applying
from skafu.contexts.ai.application.projections import PROJECTIONS
from skafu.contexts.ai.application.work import Analyst, analysing
from skafu.contexts.ai.domain.events import EVENT_TYPES
from skafu.contexts.ai.ports import Agent
from skafu.server_bootstrap.site import Site
from skafu.web_api.parts import Part

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

STREAMED: Final = tuple(each.event for each in EVENT_TYPES)


async def open_part(site: Site) -> Part:
    """The AI context with the planner that works by rules; other agents stand beside it by their names."""
    agents: tuple[Agent, ...] = (RulesAgent(),)
    return ai_part(site, agents)


def ai_part(site: Site, agents: tuple[Agent, ...]) -> Part:
    """The AI context with these agents."""
    ledger, reviewer = site.ledger, DeskReviewer()
    desk = Desk(ledger.commands, KeptAnswers(ledger.documents, ledger.blobs))
    analyst = Analyst(ledger, {each.name: each for each in agents}, reviewer, desk)
    router = routes(Parts(analyst, Applying(ledger, reviewer)))
    return Part("ai", router, PROJECTIONS, (analysing(analyst),), streamed=STREAMED)
