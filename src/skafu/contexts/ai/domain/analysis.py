"""An analysis: asked for, a step after the other, ended."""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from skafu.contexts.ai.domain.commands import CompleteAnalysis, FailAnalysis, RecordStep, RequestAnalysis
from skafu.contexts.ai.domain.events import (
    AIAnalysisCompleted,
    AIAnalysisFailed,
    AIAnalysisRequested,
    AnalysisStepTaken,
)
from skafu.kernel.errors import Conflict, Invalid, NotFound

Commands = RequestAnalysis | RecordStep | CompleteAnalysis | FailAnalysis
Events = AIAnalysisRequested | AnalysisStepTaken | AIAnalysisCompleted | AIAnalysisFailed

LONGEST_SAID = 500


class AnalysisIdTaken(Conflict):
    """The id belongs to the analysis of another text."""


class NoAnalysis(NotFound):
    """There is no such analysis."""


class NotAsked(msgspec.Struct, frozen=True):
    """Nobody has asked for it."""


class Running(msgspec.Struct, frozen=True):
    """An agent is at it."""

    asked: AIAnalysisRequested
    steps: tuple[AnalysisStepTaken, ...] = ()


class Completed(msgspec.Struct, frozen=True):
    """It has a result."""

    asked: AIAnalysisRequested
    steps: tuple[AnalysisStepTaken, ...]
    result: AIAnalysisCompleted


class Failed(msgspec.Struct, frozen=True):
    """It has none."""

    asked: AIAnalysisRequested
    steps: tuple[AnalysisStepTaken, ...]
    failure: AIAnalysisFailed


Analysis = NotAsked | Running | Completed | Failed

initial_state: Analysis = NotAsked()


def decide(command: Commands, state: Analysis) -> Sequence[Events]:
    """What a command leads to.

    Raises:
        AnalysisIdTaken: the analysis is one of another text.
        NoAnalysis: nobody has asked for it.
        Invalid: a step was left out.
    """
    if isinstance(command, RequestAnalysis):
        return _requested(command, state)
    match state:
        case NotAsked():
            raise NoAnalysis(f"there is no analysis {command.analysis_id}")
        case Completed() | Failed():
            return []
        case Running(asked, steps):
            return _gone_on(command, asked, steps)
        case _:
            assert_never(state)


def evolve(state: Analysis, event: Events) -> Analysis:
    """The analysis after an event."""
    match event:
        case AIAnalysisRequested():
            return Running(event)
        case AnalysisStepTaken():
            return Running(state.asked, (*state.steps, event)) if isinstance(state, Running) else state
        case AIAnalysisCompleted():
            return Completed(state.asked, state.steps, event) if isinstance(state, Running) else state
        case AIAnalysisFailed():
            return Failed(state.asked, state.steps, event) if isinstance(state, Running) else state
        case _:
            assert_never(event)


def _requested(command: RequestAnalysis, state: Analysis) -> Sequence[Events]:
    event = AIAnalysisRequested(
        command.analysis_id, command.project_id, command.subject, command.text, command.agent, command.base
    )
    if isinstance(state, NotAsked):
        return [event]
    if state.asked != event:
        raise AnalysisIdTaken(
            f"analysis {command.analysis_id} is one of another text", fix="ask for a new analysis with a new id"
        )
    return []


def _gone_on(
    command: RecordStep | CompleteAnalysis | FailAnalysis,
    asked: AIAnalysisRequested,
    steps: tuple[AnalysisStepTaken, ...],
) -> Sequence[Events]:
    match command:
        case RecordStep(analysis_id, number, name, said):
            if number > len(steps) + 1:
                raise Invalid(f"step {number} comes after step {len(steps)}", fix="tell every step, in order")
            known = number <= len(steps)
            return [] if known else [AnalysisStepTaken(analysis_id, number, name, said[:LONGEST_SAID])]
        case CompleteAnalysis():
            return [
                AIAnalysisCompleted(
                    command.analysis_id,
                    asked.project_id,
                    command.blueprint,
                    command.draft_id,
                    command.recommendations,
                    command.questions,
                    command.tokens,
                    command.cached,
                )
            ]
        case FailAnalysis(analysis_id, code, reason, fix):
            return [AIAnalysisFailed(analysis_id, asked.project_id, code, reason, fix)]
        case _:
            assert_never(command)
