"""A run of a workflow, or a deployment at the host, followed until its end; old and doubled news change nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.words import Sighting, Status, check_ref, check_workflow
from skafu.kernel.errors import Conflict, Invalid
from skafu.kernel.events import Command, Event

MOST_INPUTS = 25
"""Of a workflow: what GitHub takes."""

_RANK: Mapping[Status, int] = MappingProxyType({"waiting": 0, "running": 1, "succeeded": 2, "failed": 2})


class DeploymentIdTaken(Conflict):
    """The id belongs to another deployment."""


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """Nobody has asked for it."""


class Subject(msgspec.Struct, frozen=True):
    """What is followed: the run of a workflow, or the deployment with a number."""

    deployment_id: str
    repository_id: str
    project_id: str
    environment: str
    workflow: str = ""
    number: int = 0


class Asked(msgspec.Struct, frozen=True, tag="asked"):
    """A workflow is to be started."""

    subject: Subject


class Followed(msgspec.Struct, frozen=True, tag="followed"):
    """The host has it. `run_id` is 0 for deployments; `seen_at` is none before the first news."""

    subject: Subject
    run_id: int
    address: str
    status: Status = "waiting"
    attempt: int = 1
    seen_at: datetime | None = None


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """It could not be started, or was lost from sight."""

    subject: Subject
    before: Asked | Followed


State = Absent | Asked | Followed | Lost
initial_state: State = Absent()


def is_over(state: State) -> bool:
    """Whether nothing more is awaited of it."""
    return isinstance(state, Lost) or (isinstance(state, Followed) and _RANK[state.status] == _RANK["succeeded"])


def _trigger(command: c.TriggerWorkflow, state: State) -> Sequence[Event]:
    if not isinstance(state, Absent):
        _check_same(state, command.repository_id, command.workflow, 0)
        return ()
    check_workflow(command.workflow)
    check_ref(command.ref)
    if len(command.inputs) > MOST_INPUTS:
        raise Invalid(f"a workflow takes {MOST_INPUTS} inputs, not {len(command.inputs)}", fix="send fewer")
    return (
        e.WorkflowRequested(
            command.repository_id,
            command.project_id,
            command.deployment_id,
            command.workflow,
            command.ref,
            command.inputs,
            command.environment,
        ),
    )


def _check_same(state: Asked | Followed | Lost, repository_id: str, workflow: str, number: int) -> None:
    subject = state.subject
    if (subject.repository_id, subject.workflow, subject.number) != (repository_id, workflow, number):
        raise DeploymentIdTaken(f"deployment {subject.deployment_id} is another one", fix="use a new id")


def _triggered(command: c.RecordWorkflowTriggered, state: State) -> Sequence[Event]:
    if not isinstance(state, Asked):
        return ()
    subject = state.subject
    return (
        e.WorkflowTriggered(
            subject.repository_id,
            subject.project_id,
            subject.deployment_id,
            subject.workflow,
            command.run_id,
            command.address,
            subject.environment,
        ),
    )


def _follow(command: c.FollowDeployment, state: State) -> Sequence[Event]:
    if not isinstance(state, Absent):
        _check_same(state, command.repository_id, "", command.number)
        return ()
    if command.number < 1:
        raise Invalid(f"no deployment has the number {command.number}", fix="give the id that the host shows")
    return (
        e.DeploymentFollowed(
            command.repository_id, command.project_id, command.deployment_id, command.number, command.environment
        ),
    )


def _sighted(command: c.RecordSighting, state: State) -> Sequence[Event]:
    known = state.before if isinstance(state, Lost) else state
    news = command.sighting
    if not isinstance(known, Followed) or not _is_news(news, known):
        return ()
    starts = _started(known, news)
    match news.status:
        case "waiting":
            return ()
        case "running":
            return (starts,)
        case "succeeded":
            return (*_unless_seen(starts, known, news), _completed(known, news))
        case "failed":
            return (*_unless_seen(starts, known, news), _failed(known, news))


def _is_news(news: Sighting, known: Followed) -> bool:
    if news.attempt != known.attempt:
        return news.attempt > known.attempt
    if known.seen_at is not None and news.seen_at < known.seen_at:
        return False
    return _RANK[news.status] > _RANK[known.status]


def _unless_seen(start: Event, known: Followed, news: Sighting) -> Sequence[Event]:
    seen = known.attempt == news.attempt and known.status == "running"
    return () if seen else (start,)


def _started(known: Followed, news: Sighting) -> Event:
    return e.DeploymentStarted(*_place(known, news), news.address or known.address, news.commit, news.seen_at)


def _completed(known: Followed, news: Sighting) -> Event:
    return e.DeploymentCompleted(*_place(known, news), news.address or known.address, news.commit, news.seen_at)


def _failed(known: Followed, news: Sighting) -> Event:
    what = known.subject.workflow or f"deployment {known.subject.number}"
    return e.DeploymentFailed(
        *_place(known, news),
        "RUN_FAILED",
        f"{what} ended with {news.conclusion or 'a failure'!r} at its host",
        "read its log at the host, mend the cause, and run it again",
        news.address or known.address,
        news.seen_at,
    )


def _place(known: Followed, news: Sighting) -> tuple[str, str, str, str, int]:
    subject = known.subject
    return subject.repository_id, subject.project_id, subject.deployment_id, subject.environment, news.attempt


def _lost(command: c.RecordDeploymentLost, state: State) -> Sequence[Event]:
    if not isinstance(state, Asked | Followed) or is_over(state):
        return ()
    subject = state.subject
    place = (subject.repository_id, subject.project_id, subject.deployment_id, subject.environment)
    attempt = state.attempt if isinstance(state, Followed) else 1
    return (e.DeploymentFailed(*place, attempt, command.code, command.message, command.fix),)


_RULES: Mapping[type[Command], Callable[[Any, State], Sequence[Event]]] = {
    c.TriggerWorkflow: _trigger,
    c.RecordWorkflowTriggered: _triggered,
    c.FollowDeployment: _follow,
    c.RecordSighting: _sighted,
    c.RecordDeploymentLost: _lost,
}


def decide(command: Command, state: State) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        SkafuError: a rule says no.
    """
    return _RULES[type(command)](command, state)


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case e.WorkflowRequested():
            return Asked(_subject(event, event.environment, event.workflow))
        case e.WorkflowTriggered():
            return Followed(_subject(event, event.environment, event.workflow), event.run_id, event.address)
        case e.DeploymentFollowed():
            return Followed(_subject(event, event.environment, number=event.number), 0, "")
        case e.DeploymentStarted() | e.DeploymentCompleted() | e.DeploymentFailed():
            return _after_news(state, event)
        case _:
            return state


def _subject(event: e.OfDeployment, environment: str, workflow: str = "", number: int = 0) -> Subject:
    return Subject(event.deployment_id, event.repository_id, event.project_id, environment, workflow, number)


def _after_news(state: State, event: e.DeploymentStarted | e.DeploymentCompleted | e.DeploymentFailed) -> State:
    if isinstance(event, e.DeploymentFailed) and event.seen_at is None:
        return Lost(state.subject, state) if isinstance(state, Asked | Followed) else state
    known = state.before if isinstance(state, Lost) else state
    if not isinstance(known, Followed):
        return state
    return msgspec.structs.replace(
        known,
        status=_STATUS[type(event)],
        attempt=event.attempt,
        seen_at=event.seen_at,
        address=event.address or known.address,
    )


_STATUS: Mapping[type[Event], Literal["running", "succeeded", "failed"]] = {
    e.DeploymentStarted: "running",
    e.DeploymentCompleted: "succeeded",
    e.DeploymentFailed: "failed",
}
