"""The aggregates of this context, as the command bus knows them."""

from typing import Final

from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import project, run
from skafu.kernel.events import Command
from skafu.storage.dispatching import Aggregate


def project_stream(project_id: str) -> str:
    """The stream of a project."""
    return f"project-{project_id}"


def run_stream(run_id: str) -> str:
    """The stream of a run."""
    return f"run-{run_id}"


def _of_project(command: c.ProjectCommand) -> str:
    return project_stream(command.project_id)


def _of_run(command: c.RunCommand) -> str:
    return run_stream(command.run_id)


_FOR_PROJECTS: Final[tuple[type[Command], ...]] = (
    c.CreateProject,
    c.DescribeProject,
    c.ReviseBlueprint,
    c.RestoreRevision,
    c.SelectTemplate,
    c.TakeNewVersion,
    c.RequestGeneration,
    c.RequestProof,
    c.OverrideProof,
    c.RequestPublication,
    c.ArchiveProject,
    c.RestoreProject,
    c.DeleteProject,
    *project.RECORDS,
)
_FOR_RUNS: Final[tuple[type[Command], ...]] = (
    c.OpenRun,
    c.StartRun,
    c.ProgressRun,
    c.FinishRun,
    c.FailRun,
    c.CancelRun,
)

PROJECT: Final = Aggregate(project, _FOR_PROJECTS, _of_project)
RUN: Final = Aggregate(run, _FOR_RUNS, _of_run)

AGGREGATES: Final = (PROJECT, RUN)
