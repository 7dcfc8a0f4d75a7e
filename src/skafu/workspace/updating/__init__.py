"""Bringing a project up to date: what is to be merged, how the project stands, and writing the result."""

from skafu.workspace.updating.applying import apply, commit_to_branch
from skafu.workspace.updating.copier_project import CopierProject, Trust, copier_project, plan_of_copier, projects_below
from skafu.workspace.updating.plan import Plan, Prospect, prospect
from skafu.workspace.updating.record import abort, refuse_unfinished
from skafu.workspace.updating.repository import Repository, repository_of
from skafu.workspace.updating.skafu_project import plan_of_skafu
from skafu.workspace.updating.trusted import apply_trusted

__all__ = [
    "CopierProject",
    "Plan",
    "Prospect",
    "Repository",
    "Trust",
    "abort",
    "apply",
    "apply_trusted",
    "commit_to_branch",
    "copier_project",
    "plan_of_copier",
    "plan_of_skafu",
    "projects_below",
    "prospect",
    "refuse_unfinished",
    "repository_of",
]
