"""Whose each file of a project is, and which element of the blueprint it comes from."""

import re

from skafu.blueprint.lock import Owner
from skafu.blueprint.resolved import System

YOURS = (
    re.compile(r"^services/[^/]+/src/[^/]+/domain/\w+_rules\.py$"),
    re.compile(r"^services/[^/]+/src/[^/]+/domain/\w+_fold\.py$"),
    re.compile(r"^services/[^/]+/tests/test_own_\w+\.py$"),
)
SHARED = frozenset({"README.md", "LICENSE", ".gitignore", "AGENTS.md", "pyproject.toml", "Makefile"})
BLUEPRINT = "skafu.yaml"


def owner_of(path: str) -> Owner:
    """Who may change a file."""
    if path == BLUEPRINT or any(pattern.match(path) for pattern in YOURS):
        return "yours"
    return "shared" if path in SHARED else "generated"


def element_of(path: str, elements: dict[str, str]) -> str:
    """The blueprint element behind a file: of the whole path, else of its service."""
    service = re.match(r"^services/([^/]+)/", path)
    stem = path.rpartition("/")[2].partition(".")[0].removeprefix("test_")
    if service is None:
        return ""
    home = f"services.{service[1]}"
    return elements.get(f"{home}/{stem}") or elements.get(f"{home}/{stem.rpartition('_')[0]}", home)


def elements_of(system: System) -> dict[str, str]:
    """Where the commands, queries, aggregates and reactions of each service stand in the blueprint, by file name."""
    found: dict[str, str] = {}
    for service in system.services:
        home = f"services.{service.names.kebab}"
        for aggregate in service.aggregates:
            place = f"{home}.aggregates.{aggregate.names.pascal}"
            found[f"{home}/{aggregate.names.snake}"] = place
            for command in aggregate.commands:
                found[f"{home}/{command.names.snake}"] = f"{place}.commands.{command.names.pascal}"
        for kind in ("queries", "policies", "timers", "calls", "inbound", "workflows"):
            for one in getattr(service, kind):
                found[f"{home}/{one.names.snake}"] = f"{home}.{kind}.{one.names.pascal}"
    return found
