"""Projects of the catalog's templates, and the answers that are tried with each."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from skafu.catalog import SYSTEM, template_folder
from skafu.scaffold import FileTree, Place, Template, Value, load, render
from skafu.workspace.folders import read_folder
from skafu.workspace.project_folder import write_new
from skafu.workspace.sources import catalog_names

Answers = Mapping[str, Value]
PLACE = Place(destination="/out", now=datetime(2026, 1, 1, tzinfo=UTC))

# The system template takes a resolved blueprint, and has tests of its own.
NAMES = tuple(name for name in catalog_names() if name != SYSTEM)
OTHER_ANSWERS: Mapping[str, Answers] = {
    "event-consumer": {"name": "zoo-keeper", "origin": "queue", "license": "mit", "pipeline": False},
    "http-api": {"name": "zoo", "access": "public", "license": "mit", "pipeline": False},
    "library": {"name": "a1", "license": "mit", "pipeline": False, "summary": "Counts animals!"},
    "python-service": {"name": "zoo-watch", "role": "member", "publishes": False, "system": "todo"},
    "scheduled-job": {"name": "tidy-up", "schedule": "rate(1 hour)", "timezone": "Europe/Berlin", "license": "mit"},
    "static-site": {"name": "zoo", "single_page": True, "own_domain": True, "license": "mit", "pipeline": False},
    "step-functions-workflow": {"name": "zoo", "kind": "EXPRESS", "license": "mit", "pipeline": False},
    "template": {"name": "zoo"},
}
"""Answers that differ from the defaults wherever that changes a file."""


@cache
def template_of(name: str) -> Template:
    """A template of the catalog, compiled."""
    return load(read_folder(template_folder(name)))


def tree_of(name: str, answers: Answers) -> FileTree:
    """The files of a project."""
    return render(template_of(name), answers, place=PLACE)


def write_project(name: str, answers: Answers, folder: Path) -> Path:
    """Write a project into a new folder."""
    write_new(tree_of(name, answers), folder)
    return folder
