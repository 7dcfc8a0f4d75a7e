"""Builds the AI context."""

from collections.abc import Iterable
from typing import Final

from skafu.contexts.ai.adapters.desk import DeskReviewer, RulesAgent
from skafu.contexts.ai.adapters.kept_answers import KeptAnswers
from skafu.contexts.ai.api.routes import Parts, routes
from skafu.contexts.ai.application.aggregates import AGGREGATES
from skafu.contexts.ai.application.asking import Desk
from skafu.contexts.ai.application.drafting import Applying
from skafu.contexts.ai.application.projections import PROJECTIONS
from skafu.contexts.ai.application.work import Analyst, analysing
from skafu.contexts.ai.domain.events import EVENT_TYPES, TokensUsed
from skafu.contexts.ai.ports import Agent
from skafu.kernel.events import Event
from skafu.server_bootstrap.site import Site
from skafu.web_api.parts import Part
from skafu.web_api.quotas import Use

__all__ = ["AGGREGATES", "EVENT_TYPES", "open_part"]

STREAMED: Final = tuple(each.event for each in EVENT_TYPES)

USES: Final[dict[type[Event], Use]] = {TokensUsed: Use("ai_tokens", lambda event: event.tokens)}
"""What of the quotas of an organisation is used up by what."""


def measured(event: Event) -> Iterable[tuple[str, str, float]]:
    """The tokens that agents use, all together and of each: costs are worked out from the latter."""
    if isinstance(event, TokensUsed) and event.tokens:
        yield "ai.tokens", "count", float(event.tokens)
        yield f"ai.tokens.{event.agent}", "count", float(event.tokens)


async def open_part(site: Site) -> Part:
    """The AI context with the planner that works by rules; other agents stand beside it by their names."""
    agents: tuple[Agent, ...] = (RulesAgent(),)
    return ai_part(site, agents)


def ai_part(site: Site, agents: tuple[Agent, ...]) -> Part:
    """The AI context with these agents."""
    site.uses |= USES
    site.measurers.append(measured)
    ledger, reviewer = site.ledger, DeskReviewer()
    desk = Desk(ledger.commands, KeptAnswers(ledger.documents, ledger.blobs))
    analyst = Analyst(ledger, {each.name: each for each in agents}, reviewer, desk)
    router = routes(Parts(analyst, Applying(ledger, reviewer)))
    return Part("ai", router, PROJECTIONS, (analysing(analyst),), streamed=STREAMED)
