"""Whose each file of a project is, and which element of the blueprint it comes from."""

import re

from skafu.blueprint.files import has_files
from skafu.blueprint.lock import Owner, is_event_sample
from skafu.blueprint.resolved import System
from skafu.generation.upcasts import upcasts_of

SHARED = frozenset({"README.md", "LICENSE", ".gitignore", "AGENTS.md", "pyproject.toml", "Makefile"})
BLUEPRINT = "skafu.yaml"
FILE_RULES = "file_access_rules.py"
KINDS = ("queries", "policies", "timers", "calls", "inbound", "workflows")


def yours_of(system: System) -> frozenset[str]:
    """The files that are made once and then belong to the project's people."""
    found = {BLUEPRINT}
    for service in system.services:
        domain = f"services/{service.names.kebab}/src/{service.names.snake}/domain"
        found |= {f"{domain}/{one.names.snake}_rules.py" for one in service.aggregates}
        found |= {f"{domain}/{one.names.snake}_upcasters.py" for one in service.aggregates if upcasts_of(one)}
        found |= {f"{domain}/{one.names.snake}_fold.py" for one in service.queries if one.yours}
        found |= {f"{domain}/{FILE_RULES}"} if has_files(service) else set()
    return frozenset(found)


def owner_of(path: str, yours: frozenset[str]) -> Owner:
    """Who may change a file.

    Args:
        path: where it stands.
        yours: what `yours_of` says of the system.
    """
    if path in yours or is_event_sample(path):
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
        for kind in KINDS:
            for one in getattr(service, kind):
                found[f"{home}/{one.names.snake}"] = f"{home}.{kind}.{one.names.pascal}"
    return found
