"""Checks the documents of the interfaces: OpenAPI and AsyncAPI."""

from collections.abc import Mapping
from typing import Any

from skafu.blueprint import System
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import ask

OPENAPI, ASYNCAPI = "static.openapi", "static.asyncapi"
_NOTHING: Mapping[str, Any] = {"problems": [], "versions": {}, "contents": {}}
_ENDINGS = (".yaml", ".yml", ".json")


def check_documents(subject: Subject, system: System) -> list[CheckResult]:
    """Validate all documents called `openapi` and `asyncapi`, and see that they leave nothing out.

    Args:
        subject: what is proven.
        system: the resolved blueprint, whose routes and events must be in the documents.
    """
    subject.toolbox.python("openapi")
    schemas = subject.toolbox.folder("asyncapi") / "node_modules" / "@asyncapi" / "specs" / "schemas"
    versions = {
        OPENAPI: f"openapi-spec-validator {subject.toolbox.version('openapi')}",
        ASYNCAPI: f"@asyncapi/specs {subject.toolbox.version('asyncapi')}",
    }
    results = {name: Timed(name, "static", version) for name, version in versions.items()}
    files = {name: _called(subject, name.rpartition(".")[2]) for name in versions}
    request = {
        "openapi": {path: str(subject.root / path) for path in files[OPENAPI]},
        "asyncapi": {path: str(subject.root / path) for path in files[ASYNCAPI]},
        "schemas": str(schemas),
    }
    answer = ask(subject, "openapi", "documents.py", request) if any(files.values()) else _NOTHING
    problems = [Problem(one["message"], one["file"], one["line"]) for one in answer["problems"]]
    wanted = {OPENAPI: _routes(system), ASYNCAPI: _events(system)}
    for name, elements in wanted.items():
        for path in files[name]:
            said = {one.replace(" /api/v1/", " /") for one in answer["contents"].get(path, [])}
            problems += [_left_out(path, one, element) for one, element in elements.items() if one not in said]
    return [
        timed.result(
            ", ".join(f"{path} ({answer['versions'].get(path)})" for path in files[name]) or "no such document",
            [problem for problem in problems if problem.file in files[name]],
            {"files": files[name]},
        )
        for name, timed in results.items()
    ]


def _routes(system: System) -> dict[str, str]:
    """Give the routes that people can call, and the elements behind them."""
    found = {}
    for service in system.services:
        home = f"services.{service.names.kebab}"
        routed = [(f"{home}.queries.{one.names.pascal}", one.route) for one in service.queries]
        for aggregate in service.aggregates:
            place = f"{home}.aggregates.{aggregate.names.pascal}.commands"
            routed += [(f"{place}.{one.names.pascal}", one.route) for one in aggregate.commands]
        found.update({f"{route.method} {route.path}": element for element, route in routed if route})
    return found


def _events(system: System) -> dict[str, str]:
    """Give the events that go to the bus, and their elements; a log keeps its events to itself."""
    return {
        event.names.pascal: f"services.{service.names.kebab}.aggregates.{aggregate.names.pascal}.events"
        for service in system.services
        for aggregate in service.aggregates
        if aggregate.store != "log"
        for event in aggregate.events
    }


def _left_out(path: str, what: str, element: str) -> Problem:
    return Problem(f"{what} is not in the document", path, element=element, fix="Run `skafu generate`.")


def _called(subject: Subject, stem: str) -> list[str]:
    names = {stem + ending for ending in _ENDINGS}
    return [path for path in subject.files if path.rpartition("/")[2] in names]
