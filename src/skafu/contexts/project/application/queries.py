"""Questions about projects and runs: single ones are folds of their streams, and always fresh."""

from datetime import datetime
from typing import Any

import msgspec

from skafu.contexts.project.application.aggregates import PROJECT, RUN, project_stream, run_stream
from skafu.contexts.project.application.causes import CAUSES, Cause, chain_of
from skafu.contexts.project.domain import project as projects
from skafu.contexts.project.domain import run as runs
from skafu.contexts.project.domain.errors import ProjectNotFound, ProjectVersionNotFound
from skafu.contexts.project.domain.facts import Project
from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.storage.handling import Outcome
from skafu.storage.ledger import Ledger
from skafu.storage.replay import state_at


class ProjectView(msgspec.Struct, frozen=True):
    """A project as it stands, or stood, and the version of its last event."""

    project: Project
    archived: bool
    version: int


class RunView(msgspec.Struct, frozen=True):
    """A run as it stands, and the version of its last event."""

    run: runs.Run
    version: int


class Happening(msgspec.Struct, frozen=True):
    """An event of a project and what led to it, the nearest cause first."""

    recorded: RecordedEvent[Event]
    causes: tuple[Cause, ...]


async def project_of(ledger: Ledger, tenant: TenantId, project_id: str) -> ProjectView:
    """A project as it stands.

    Raises:
        ProjectNotFound: there is none.
    """
    standing = await ledger.commands.state(tenant, PROJECT, project_stream(project_id))
    return _view(standing.state, project_id, standing.version)


def project_after(outcome: Outcome[Any], project_id: str) -> ProjectView:
    """A project as a command has left it; as it was left the first time, when the command was repeated.

    Raises:
        ProjectNotFound: there is none.
    """
    return _view(outcome.state, project_id, outcome.version)


async def project_at(
    ledger: Ledger, tenant: TenantId, project_id: str, *, version: int | None = None, moment: datetime | None = None
) -> ProjectView:
    """A project as it stood at a version or a moment.

    Raises:
        ProjectNotFound: there was none then.
        ProjectVersionNotFound: it has not come to this version.
    """
    stream = project_stream(project_id)
    loaded: Any = await state_at(ledger.events, PROJECT.decider, tenant, stream, version=version, moment=moment)
    if version is not None and moment is None and 0 < loaded.version < version:
        raise ProjectVersionNotFound(project_id, version, loaded.version)
    return _view(loaded.state, project_id, loaded.version)


def _view(state: projects.State, project_id: str, version: int) -> ProjectView:
    return ProjectView(projects.living(state, project_id), isinstance(state, projects.Archived), version)


async def run_of(ledger: Ledger, tenant: TenantId, run_id: str) -> RunView:
    """A run as it stands.

    Raises:
        RunNotFound: there is none.
    """
    standing = await ledger.commands.state(tenant, RUN, run_stream(run_id))
    return RunView(runs.existing(standing.state, run_id), standing.version)


async def run_log(
    ledger: Ledger, tenant: TenantId, run_id: str, *, after: int, limit: int
) -> list[RecordedEvent[Event]]:
    """The events of a run behind a version.

    Raises:
        RunNotFound: there is no such run.
    """
    found = await ledger.events.read_stream(tenant, run_stream(run_id), from_version=after + 1, limit=limit)
    if not found:
        await run_of(ledger, tenant, run_id)
    return found


async def history_of(ledger: Ledger, tenant: TenantId, project_id: str, *, after: int, limit: int) -> list[Happening]:
    """What has happened to a project behind a version, also to one that is gone.

    Raises:
        ProjectNotFound: there never was one.
    """
    stream = project_stream(project_id)
    found = await ledger.events.read_stream(tenant, stream, from_version=after + 1, limit=limit)
    if not found and not await ledger.events.read_stream(tenant, stream, limit=1):
        raise ProjectNotFound(project_id)
    keys = sorted({str(each.correlation_id) for each in found})
    known = await ledger.documents.get(tenant, CAUSES, keys)
    bodies = {key: document.body for key, document in known.items()}
    return [Happening(each, chain_of(bodies.get(str(each.correlation_id)), str(each.causation_id))) for each in found]
