"""The aggregates of the AI context, and the stream of each."""

from datetime import datetime
from typing import Final

from skafu.contexts.ai.domain import analysis, budget, commands, draft, generation, recommendation, usage
from skafu.storage.dispatching import Aggregate

ANALYSES: Final = Aggregate(
    analysis,
    (commands.RequestAnalysis, commands.RecordStep, commands.CompleteAnalysis, commands.FailAnalysis),
    lambda command: analysis_stream(command.analysis_id),
)
RECOMMENDATIONS: Final = Aggregate(
    recommendation,
    (commands.GenerateRecommendation, commands.ApplyRecommendation, commands.DismissRecommendation),
    lambda command: recommendation_stream(command.recommendation_id),
)
DRAFTS: Final = Aggregate(
    draft,
    (commands.ProposeDraft, commands.AcceptDraft, commands.DiscardDraft),
    lambda command: draft_stream(command.draft_id),
)
GENERATIONS: Final = Aggregate(
    generation, (commands.RecordCodeGenerated,), lambda command: f"generation-{command.generation_id}"
)
USAGE: Final = Aggregate(
    usage, (commands.ReserveTokens, commands.SettleTokens), lambda command: usage_stream(command.period)
)
BUDGET_STREAM: Final = "budget-of-tokens"
BUDGET: Final = Aggregate(budget, (commands.SetAIBudget,), lambda _command: BUDGET_STREAM)

AGGREGATES: Final = (ANALYSES, RECOMMENDATIONS, DRAFTS, GENERATIONS, USAGE, BUDGET)


def analysis_stream(analysis_id: str) -> str:
    """The stream of an analysis."""
    return f"analysis-{analysis_id}"


def recommendation_stream(recommendation_id: str) -> str:
    """The stream of a recommendation."""
    return f"recommendation-{recommendation_id}"


def draft_stream(draft_id: str) -> str:
    """The stream of a draft."""
    return f"draft-{draft_id}"


def usage_stream(period: str) -> str:
    """The stream of what is used in a month."""
    return f"usage-{period}"


def period_of(moment: datetime) -> str:
    """The month that a moment is in: "2026-11"."""
    return f"{moment:%Y-%m}"
