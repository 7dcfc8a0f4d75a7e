"""What the OpenAPI document says of answers: each status with its codes, and examples from what was played."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from skafu.blueprint.journeys import START
from skafu.blueprint.resolved import ResolvedAggregate, ResolvedCommand, ResolvedService, System
from skafu.blueprint.samples import sample_id
from skafu.generation.aggregate_view import View
from skafu.generation.api_document import body_schema
from skafu.generation.scenarios import Scenario

Code = tuple[str, str]
"""The code of an error and its message."""

META = {"timestamp": START.isoformat(), "request_id": sample_id("a request")}
COMMON = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    412: "PreconditionFailed",
    429: "TooManyRequests",
    500: "InternalError",
}
"""Status -> the component that describes it, where all operations answer alike."""
ALWAYS = (429, 500)
CHANGED = ("conflict", "Others changed it at the same moment; try again.")
EXISTS = ("already_exists", "It exists already.")
NOT_UNIQUE = ("not_unique", "A value that must be unique is taken.")
ETAG = {"description": "The version, for If-Match.", "schema": {"type": "string"}}
LOCATION = {"description": "Where the new resource is.", "schema": {"type": "string"}}


def examples_of(scenarios: Mapping[str, list[Scenario]]) -> dict[str, View]:
    """How each command is accepted, by its name: its body, and what is answered."""
    found = [one for played in scenarios.values() for one in played if not one.refusal]
    return {
        one.command: {
            "body": one.body,
            "instance_id": one.instance_id,
            "version": len(one.past) + len(one.events),
            "events": [told.event for told in one.events],
        }
        for one in reversed(found)
    }


def answered(paths: list[View], system: System, examples: Mapping[str, Mapping[str, View]]) -> list[View]:
    """Paths of the API whose operations tell all their answers.

    Args:
        paths: as `paths_view` gives them.
        system: whose API it is.
        examples: service -> command -> how it is accepted.
    """
    known = {
        (service.names.kebab, command.names.snake): (command, aggregate, service)
        for service in system.services
        for aggregate in service.aggregates
        for command in aggregate.commands
    }
    times = Counter(operation["id"] for path in paths for operation in path["operations"])

    def told(operation: View) -> View:
        found = known.get((operation["service"], operation["id"])) if operation["body"] else None
        unique = operation["id"] if times[operation["id"]] == 1 else f"{operation['service']}_{operation['id']}"
        extra = _of_command(operation, *found, examples) if found else {"responses": list(_shared(operation))}
        return operation | extra | {"id": unique.replace("-", "_")}

    return [path | {"operations": [told(one) for one in path["operations"]]} for path in paths]


def _shared(operation: View) -> Iterator[View]:
    """The answers as they are, the common ones by reference, and the ones that every operation has."""
    statuses = {one["status"] for one in operation["responses"]} | set(ALWAYS)
    yield from (one for one in operation["responses"] if one["status"] not in COMMON)
    yield from ({"status": one, "ref": COMMON[one]} for one in sorted(statuses) if one in COMMON)


def _of_command(
    operation: View,
    command: ResolvedCommand,
    aggregate: ResolvedAggregate,
    service: ResolvedService,
    examples: Mapping[str, Mapping[str, View]],
) -> View:
    example = examples.get(service.names.kebab, {}).get(command.names.pascal)
    done, *_ = operation["responses"]
    headers = {"ETag": ETAG} | ({"Location": LOCATION} if command.creates else {})
    accepted = done | {"headers": headers, "examples": _accepted(example, aggregate)}
    refusals = [
        accepted,
        *_refused(409, "It can't be done now", conflicts(command, aggregate)),
        *_refused(422, "A rule refuses it", rules(command, aggregate)),
    ]
    others = [one for one in _shared(operation) if one.get("ref")]
    in_path = command.route.parameters if command.route else ()
    sent = {name: value for name, value in example["body"].items() if name not in in_path} if example else None
    return {
        "responses": sorted([*refusals, *others], key=lambda one: one["status"]),
        "example": sent,
        "optional_body": "required" not in body_schema(command),
    }


def _accepted(example: View | None, aggregate: ResolvedAggregate) -> list[View]:
    if example is None:
        return []
    content = {aggregate.id_name: example["instance_id"], "version": example["version"], "events": example["events"]}
    return [{"name": "accepted", "value": {"success": True, "data": content, "meta": META, "errors": []}}]


def conflicts(command: ResolvedCommand, aggregate: ResolvedAggregate) -> list[Code]:
    """Why a command may answer 409."""
    found = [EXISTS] if command.creates and command.key and aggregate.store != "log" else []
    found += [NOT_UNIQUE] if aggregate.unique else []
    return found + ([] if command.creates else [CHANGED])


def rules(command: ResolvedCommand, aggregate: ResolvedAggregate) -> list[Code]:
    """Why a command may answer 422."""
    others = [state for state in aggregate.states if state not in command.in_states]
    wrong = f"This can't be done while the {aggregate.names.words} is {others[0]}." if others else ""
    states = [("wrong_state", wrong)] if command.in_states and others else []
    return states + [(one.code, one.message) for one in command.invariants]


def _refused(status: int, words: str, codes: list[Code]) -> Iterator[View]:
    if codes:
        yield {
            "status": status,
            "description": f"{words}: {', '.join(code for code, _ in codes)}.",
            "schema": {"$ref": "#/components/schemas/Error"},
            "headers": {},
            "examples": [{"name": code, "value": _error(code, message)} for code, message in codes],
        }


def _error(code: str, message: str) -> dict[str, Any]:
    return {"success": False, "error": {"code": code, "message": message, "details": {}}, "meta": META}
