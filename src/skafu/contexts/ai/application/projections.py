"""The read models of the AI context: analyses, recommendations, drafts, generated code, and what each month used."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from skafu.contexts.ai.domain import events as e
from skafu.kernel.events import Event
from skafu.storage import Body, Collection
from skafu.storage.projections import Projection, Recorded

BY_AGE: Final = ("created_at",)
ANALYSIS_LIST: Final = Collection("ai_analyses", (BY_AGE, ("project_id", *BY_AGE)))
RECOMMENDATION_LIST: Final = Collection(
    "ai_recommendations",
    (
        BY_AGE,
        ("project_id", *BY_AGE),
        ("analysis_id", *BY_AGE),
        ("status", *BY_AGE),
        ("project_id", "status", *BY_AGE),
        ("analysis_id", "status", *BY_AGE),
        ("project_id", "analysis_id", *BY_AGE),
        ("project_id", "analysis_id", "status", *BY_AGE),
    ),
)
DRAFT_LIST: Final = Collection(
    "ai_drafts", (BY_AGE, ("project_id", *BY_AGE), ("status", *BY_AGE), ("project_id", "status", *BY_AGE))
)
GENERATION_LIST: Final = Collection("ai_generations", (BY_AGE, ("project_id", *BY_AGE)))
USAGE_LIST: Final = Collection("ai_usage", (("period",),))

Row = dict[str, Any]
Change = Callable[[Row, Any, Recorded], Row]
"""A row after an event."""


def _since(event: Event, recorded: Recorded) -> Row:
    """A new row: what the event says, and when."""
    fields: Row = msgspec.to_builtins(event)
    return {**fields, "created_at": _moment(recorded)}


def _moment(recorded: Recorded) -> str:
    return recorded.recorded_at.isoformat()


def _requested(_row: Row, event: e.AIAnalysisRequested, recorded: Recorded) -> Row:
    return {**_since(event, recorded), "status": "running", "steps": 0, "ended_at": None}


def _stepped(row: Row, event: e.AnalysisStepTaken, _recorded: Recorded) -> Row:
    return {**row, "steps": event.number, "step": event.name}


def _completed(row: Row, event: e.AIAnalysisCompleted, recorded: Recorded) -> Row:
    return {**row, **msgspec.to_builtins(event), "status": "completed", "ended_at": _moment(recorded)}


def _failed(row: Row, event: e.AIAnalysisFailed, recorded: Recorded) -> Row:
    return {**row, **msgspec.to_builtins(event), "status": "failed", "ended_at": _moment(recorded)}


def _open(_row: Row, event: Event, recorded: Recorded) -> Row:
    return {**_since(event, recorded), "status": "open"}


def _status(status: str) -> Change:
    return lambda row, event, _recorded: {**row, **msgspec.to_builtins(event), "status": status}


def _kept(_row: Row, event: Event, recorded: Recorded) -> Row:
    return _since(event, recorded)


def _projection(name: str, collection: Collection, key: str, changes: Mapping[type[Event], Change]) -> Projection:
    """A read model whose rows are found by one field of all events."""

    def keys_of(recorded: Recorded) -> list[str]:
        return [getattr(recorded.event, key)] if type(recorded.event) in changes else []

    def fold(body: Body | None, recorded: Recorded) -> Body | None:
        return changes[type(recorded.event)](dict(body or {}), recorded.event, recorded)

    return Projection(name, collection, keys_of, fold)


NOTHING_USED: Final[Row] = {
    "asked": 0,
    "answered_from_memory": 0,
    "calls": 0,
    "tokens": 0,
    "limit_reached_at": None,
}


def _usage_key(recorded: Recorded) -> list[str]:
    match recorded.event:
        case e.TokensReserved() | e.TokensUsed() | e.AILimitReached():
            return [recorded.event.period]
        case e.AIAnalysisCompleted(draft_id=draft_id) if draft_id:
            return [f"{recorded.recorded_at:%Y-%m}"]
        case _:
            return []


def _usage(body: Body | None, recorded: Recorded) -> Body | None:
    row: Row = {**NOTHING_USED, "period": _usage_key(recorded)[0], **(body or {})}
    match recorded.event:
        case e.TokensReserved():
            row["calls"] += 1
        case e.TokensUsed(tokens=tokens):
            row["tokens"] += tokens
        case e.AILimitReached():
            row["limit_reached_at"] = _moment(recorded)
        case e.AIAnalysisCompleted(cached=cached):
            row["asked"] += 1
            row["answered_from_memory"] += int(cached)
        case _:
            pass
    return row


PROJECTIONS: Final = (
    _projection(
        "ai.analyses",
        ANALYSIS_LIST,
        "analysis_id",
        {
            e.AIAnalysisRequested: _requested,
            e.AnalysisStepTaken: _stepped,
            e.AIAnalysisCompleted: _completed,
            e.AIAnalysisFailed: _failed,
        },
    ),
    _projection(
        "ai.recommendations",
        RECOMMENDATION_LIST,
        "recommendation_id",
        {
            e.RecommendationGenerated: _open,
            e.RecommendationApplied: _status("applied"),
            e.RecommendationDismissed: lambda row, event, _: {
                **row,
                "status": "dismissed",
                "dismissed_because": event.reason,
            },
        },
    ),
    _projection(
        "ai.drafts",
        DRAFT_LIST,
        "draft_id",
        {
            e.DraftProposed: _open,
            e.DraftAccepted: _status("accepted"),
            e.DraftDiscarded: _status("discarded"),
        },
    ),
    _projection("ai.generations", GENERATION_LIST, "generation_id", {e.CodeGenerated: _kept}),
    Projection("ai.usage", USAGE_LIST, _usage_key, _usage),
)
