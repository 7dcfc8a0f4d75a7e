"""Between processes and the context of repositories."""

from collections.abc import Sequence
from typing import Final

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.words import Protection
from skafu.contexts.github.domain.words import Step as HostStep
from skafu.kernel.events import Event
from skafu.processes.course.commands import HearDone, HearFailed, HearUndone, ProcessCommand
from skafu.processes.course.events import ProcessCancelled, ProcessStepStarted
from skafu.processes.course.words import Kind, Known, Step
from skafu.processes.translating.translation import Ask, Quietly, Translation

_STEPS: Final[dict[HostStep, Step]] = {"create": "repository", "push": "push", "configure": "configuration"}


def _hear(kind: Kind, event: Event) -> Sequence[ProcessCommand]:
    match event:
        case e.PullRequestOpened() | e.PullRequestFailed():
            return (_of_proposal(kind, event),)
        case e.RepositoryRemoved():
            return (HearUndone(event.project_id, kind, event.repository_id, kept=False),)
        case e.RepositoryKept():
            return (
                HearUndone(
                    event.project_id, kind, event.repository_id, kept=True, reason=event.reason, address=event.address
                ),
            )
        case e.OfRepository():
            return _of_repository(kind, event)
        case _:
            return ()


def _of_repository(kind: Kind, event: e.OfRepository) -> Sequence[ProcessCommand]:
    project_id, ref = event.project_id, event.repository_id
    match event:
        case e.RepositoryCreated():
            name = f"{event.owner}/{event.name}" if event.owner else event.name
            learned = Known(repository_id=ref, repository=name, address=event.address, branch=event.branch)
            return (HearDone(project_id, kind, "repository", ref, learned),)
        case e.TreePushed():
            learned = Known(commit=event.commit, branch=event.branch)
            return (HearDone(project_id, kind, "push", ref, learned),)
        case e.RepositoryConfigured():
            return (HearDone(project_id, kind, "configuration", ref),)
        case e.RepositoryFailed():
            return (HearFailed(project_id, kind, _STEPS[event.step], ref, event.message, event.fix),)
        case _:
            return ()


def _of_proposal(kind: Kind, event: e.PullRequestOpened | e.PullRequestFailed) -> ProcessCommand:
    if isinstance(event, e.PullRequestFailed):
        return HearFailed(event.project_id, kind, "proposal", event.pull_request_id, event.message, event.fix)
    learned = Known(branch=event.branch, commit=event.commit, pull_request=event.address)
    return HearDone(event.project_id, kind, "proposal", event.pull_request_id, learned)


def _ask(started: ProcessStepStarted) -> Sequence[Ask | Quietly]:
    known = started.known
    match started.step:
        case "repository":
            return (*_taken_back(started), Ask(started, _repository(started)))
        case "push":
            command = c.PushTree(known.repository_id, known.delivery, f"{known.title}: revision {known.revision}")
            return (Ask(started, command),)
        case "configuration":
            return (Ask(started, c.ConfigureRepository(known.repository_id, Protection())),)
        case "proposal":
            title = f"Revision {known.revision} of the blueprint"
            proposal = c.OpenPullRequest(known.repository_id, started.ref, known.delivery, title, body="")
            return (Ask(started, proposal, texts={"body": known.report}),)
        case _:
            return ()


def _taken_back(started: ProcessStepStarted) -> Sequence[Quietly]:
    """Nobody knows for sure that nothing was made in the attempt before; the host does, by its id."""
    if not started.before:
        return ()
    return (Quietly(c.RemoveRepository(started.before, "it could not be made; another one is")),)


def _repository(started: ProcessStepStarted) -> c.RequestRepository:
    known = started.known
    return c.RequestRepository(
        started.ref,
        started.project_id,
        known.name if known.life == 1 else f"{known.name}-{known.life}",  # the name before may still be taken
        provider="github" if known.host == "github" else "local",
        owner=known.owner,
        private=known.private,
        description=known.title,
    )


def _undo(cancelled: ProcessCancelled) -> Sequence[Quietly]:
    if not cancelled.repository_id:
        return ()
    never_made = HearUndone(cancelled.project_id, cancelled.kind, cancelled.repository_id, kept=False)
    return (Quietly(c.RemoveRepository(cancelled.repository_id, cancelled.reason), never_made),)


GITHUB: Final = Translation(
    (
        e.RepositoryCreated,
        e.RepositoryFailed,
        e.TreePushed,
        e.RepositoryConfigured,
        e.RepositoryRemoved,
        e.RepositoryKept,
        e.PullRequestOpened,
        e.PullRequestFailed,
    ),
    _hear,
    _ask,
    _undo,
)
