"""The routes of the AI context."""

import msgspec
from fastapi import APIRouter

from skafu.contexts.ai.api.analyses import analysis_routes
from skafu.contexts.ai.api.drafts import draft_routes
from skafu.contexts.ai.api.figures import figure_routes
from skafu.contexts.ai.api.recommendations import recommendation_routes
from skafu.contexts.ai.application.drafting import Applying
from skafu.contexts.ai.application.work import Analyst
from skafu.web_api.routing import router


class Parts(msgspec.Struct, frozen=True):
    """What the routes work with."""

    analyst: Analyst
    applying: Applying


def routes(parts: Parts) -> APIRouter:
    """All routes below /ai."""
    found = router("ai")
    analysis_routes(found, parts.analyst)
    recommendation_routes(found, parts.applying)
    draft_routes(found, parts.applying)
    figure_routes(found, parts.analyst.desk, parts.analyst.ledger)
    return found
