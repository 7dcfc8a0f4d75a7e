"""A recommendation: generated, then applied or dismissed."""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from skafu.contexts.ai.domain.commands import ApplyRecommendation, DismissRecommendation, GenerateRecommendation
from skafu.contexts.ai.domain.events import (
    RecommendationApplied,
    RecommendationDismissed,
    RecommendationGenerated,
)
from skafu.kernel.errors import Conflict, NotFound

Commands = GenerateRecommendation | ApplyRecommendation | DismissRecommendation
Events = RecommendationGenerated | RecommendationApplied | RecommendationDismissed


class NoRecommendation(NotFound):
    """There is no such recommendation."""


class RecommendationDecided(Conflict):
    """The recommendation was applied or dismissed before."""


class NotGenerated(msgspec.Struct, frozen=True):
    """There is none."""


class Open(msgspec.Struct, frozen=True):
    """Nobody has decided yet."""

    generated: RecommendationGenerated


class Applied(msgspec.Struct, frozen=True):
    """Its change is in a draft."""

    generated: RecommendationGenerated
    draft_id: str


class Dismissed(msgspec.Struct, frozen=True):
    """It is left as it is."""

    generated: RecommendationGenerated
    reason: str


Recommendation = NotGenerated | Open | Applied | Dismissed

initial_state: Recommendation = NotGenerated()


def decide(command: Commands, state: Recommendation) -> Sequence[Events]:
    """What a command leads to.

    Raises:
        NoRecommendation: there is none of this id.
        RecommendationDecided: it was decided otherwise before.
    """
    if isinstance(command, GenerateRecommendation):
        if not isinstance(state, NotGenerated):
            return []
        return [RecommendationGenerated(**{name: getattr(command, name) for name in command.__struct_fields__})]
    match state:
        case NotGenerated():
            raise NoRecommendation(f"there is no recommendation {command.recommendation_id}")
        case Open():
            return [_decided(command)]
        case Applied() | Dismissed():
            return _decided_again(command, state)
        case _:
            assert_never(state)


def evolve(state: Recommendation, event: Events) -> Recommendation:
    """The recommendation after an event."""
    match event:
        case RecommendationGenerated():
            return Open(event)
        case RecommendationApplied(_, draft_id):
            return state if isinstance(state, NotGenerated) else Applied(state.generated, draft_id)
        case RecommendationDismissed(_, reason):
            return state if isinstance(state, NotGenerated) else Dismissed(state.generated, reason)
        case _:
            assert_never(event)


def _decided(command: ApplyRecommendation | DismissRecommendation) -> Events:
    match command:
        case ApplyRecommendation(recommendation_id, draft_id):
            return RecommendationApplied(recommendation_id, draft_id)
        case DismissRecommendation(recommendation_id, reason):
            return RecommendationDismissed(recommendation_id, reason)
        case _:
            assert_never(command)


def _decided_again(
    command: ApplyRecommendation | DismissRecommendation, state: Applied | Dismissed
) -> Sequence[Events]:
    """The same decision again is none; an applied one may be applied to another draft."""
    match command, state:
        case ApplyRecommendation(_, draft_id), Applied(_, known) if draft_id == known:
            return []
        case ApplyRecommendation(), Applied():
            return [_decided(command)]
        case DismissRecommendation(), Dismissed():
            return []
        case _:
            said = "applied" if isinstance(state, Applied) else "dismissed"
            raise RecommendationDecided(
                f"recommendation {command.recommendation_id} was {said} before",
                fix="ask for a new analysis of the blueprint as it is now",
            )
