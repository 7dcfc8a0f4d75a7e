"""The decider of a project: its lives, and what is asked of it in each."""

from collections.abc import Sequence
from typing import Final, assert_never

import msgspec

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain.errors import (
    BlueprintHasErrors,
    NothingToProvision,
    ProjectIsArchived,
    ProjectNameTaken,
    ProjectNotFound,
)
from skafu.contexts.project.domain.facts import Project, after
from skafu.contexts.project.domain.names import checked_project_name
from skafu.contexts.project.domain.rules import answer
from skafu.kernel.events import Event


class Absent(msgspec.Struct, frozen=True, tag=True):
    """There is no project of this name, or not any more; `lives` counts those that were."""

    lives: int = 0


class Active(msgspec.Struct, frozen=True, tag=True):
    """The project is in use."""

    project: Project


class Archived(msgspec.Struct, frozen=True, tag=True):
    """The project is put away."""

    project: Project


State = Absent | Active | Archived

initial_state: Final[State] = Absent()

RECORDS: Final = (
    c.RecordProofStart,
    c.RecordResult,
    c.RecordBreakdown,
    c.RecordPublication,
    c.ConfigureProject,
    c.RecordDeploymentStart,
    c.RecordDeployment,
    c.RecordDeploymentFailure,
)
"""Commands that tell what has happened: an archived project notes it, and one that is gone has no use for it."""


def decide(command: c.ProjectCommand, state: State) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        ProjectNotFound: there is no such project.
        ProjectNameTaken: there is one already.
        ProjectIsArchived: it is put away.
        SkafuError: another rule says no; each names itself.
    """
    match state:
        case Absent():
            return _when_absent(command, state)
        case Active():
            return _when_active(command, state.project)
        case Archived():
            return _when_archived(command, state.project)
        case _:
            assert_never(state)


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match event:
        case e.ProjectCreated():
            return Active(
                Project(event.project_id, event.name, event.life, event.title, event.description, created_at=event.at)
            )
        case e.ProjectDeleted():
            return Absent(_living(state).life)
        case e.ProjectArchived():
            return Archived(_living(state))
        case e.ProjectRestored():
            return Active(_living(state))
        case _:
            changed = after(event, _living(state))
            return Archived(changed) if isinstance(state, Archived) else Active(changed)


def living(state: State, project_id: str) -> Project:
    """The project of a state.

    Raises:
        ProjectNotFound: there is none.
    """
    if isinstance(state, Absent):
        raise ProjectNotFound(project_id)
    return state.project


def _living(state: State) -> Project:
    if isinstance(state, Absent):
        raise TypeError("a project that is not there has no events but its creation")
    return state.project


def _when_absent(command: c.ProjectCommand, state: Absent) -> Sequence[Event]:
    if isinstance(command, RECORDS):
        return ()
    if not isinstance(command, c.CreateProject):
        raise ProjectNotFound(command.project_id)
    created = e.ProjectCreated(
        command.project_id,
        name=checked_project_name(command.name),
        title=command.title or command.name,
        description=command.description,
        life=state.lives + 1,
        provision_from=_start(command),
        at=command.at,
        brief=command.brief,
        wishes=command.wishes,
    )
    return (created,) if command.blueprint is None else (created, _first_revision(command, command.blueprint))


def _start(command: c.CreateProject) -> e.Start:
    if not command.provision:
        return "nothing"
    if command.blueprint is not None:
        if command.blueprint.errors:
            raise BlueprintHasErrors(1, command.blueprint.errors)
        return "blueprint"
    if not command.description.strip():
        raise NothingToProvision(command.name)
    return "description"


def _first_revision(command: c.CreateProject, first: c.FirstBlueprint) -> Event:
    return e.BlueprintRevised(
        command.project_id,
        number=1,
        blob=first.blob,
        author=first.author,
        message="Start of the project",
        errors=first.errors,
        source="written",
        restored=0,
        at=command.at,
    )


def _when_active(command: c.ProjectCommand, project: Project) -> Sequence[Event]:
    match command:
        case c.CreateProject():
            raise ProjectNameTaken(command.name)
        case c.ArchiveProject():
            return (e.ProjectArchived(project.project_id),)
        case c.RestoreProject():
            return ()
        case c.DeleteProject():
            return (_deleted(project),)
        case _:
            return answer(command, project)


def _when_archived(command: c.ProjectCommand, project: Project) -> Sequence[Event]:
    match command:
        case c.CreateProject():
            raise ProjectNameTaken(command.name)
        case c.RestoreProject():
            return (e.ProjectRestored(project.project_id),)
        case c.DeleteProject():
            return (_deleted(project),)
        case c.ArchiveProject():
            return ()
        case _ if isinstance(command, RECORDS):
            return answer(command, project)
        case _:
            raise ProjectIsArchived(project.name)


def _deleted(project: Project) -> Event:
    pending = (project.generating, project.proving)
    runs = tuple(each.run_id for each in pending if each is not None)
    return e.ProjectDeleted(project.project_id, project.name, runs)
