"""What the template sees of workflows: their state machines, the function of their steps, and what they wait for."""

import json
from collections.abc import Iterator

from skafu.blueprint.expressions import Checked
from skafu.blueprint.naming import Names
from skafu.blueprint.resolved import (
    EventRef,
    Reaction,
    ResolvedAggregate,
    ResolvedField,
    ResolvedOperation,
    ResolvedService,
    ResolvedStep,
    ResolvedWorkflow,
    System,
)
from skafu.blueprint.types import Maybe, Ref, Scalar
from skafu.generation.aggregate_view import View, sentence
from skafu.generation.call_view import integration_of, request_code, result_view
from skafu.generation.expression_code import code
from skafu.generation.features import steps_of
from skafu.generation.integration_view import environment_of, rights_of
from skafu.generation.python_names import fitting
from skafu.generation.reaction_view import (
    NAMES,
    aggregate_of,
    event_view_of,
    expressions_of,
    function_view,
    reaction_names,
    run_view,
)
from skafu.generation.state_machine import state_machine, state_name, waiting_name
from skafu.generation.statements import right

TASK_NAMES = {**NAMES, "event.recorded_at": "task.message.recorded_at"}
"""What the roots of expressions are called in the functions of steps."""


def workflow_view(workflow: ResolvedWorkflow, service: ResolvedService, system: System) -> View:
    """A workflow with its machine and the function that runs its steps."""
    steps = list(steps_of(workflow.steps))
    keys = {one.names.snake: _key(workflow.starts, one.event, system) for one in steps if one.event}
    expressions = [value for step in steps for value in _expressions(step)]
    names = reaction_names(workflow.names)
    functions = list(_functions(workflow, service, system))
    return {
        **names,
        **event_view_of(workflow.starts, expressions, service, system),
        "summary": sentence(workflow.summary, workflow.names.words),
        "express": workflow.express,
        "definition": json.dumps(state_machine(workflow, _jsonata(keys)), indent=2, ensure_ascii=False),
        "waits": [
            {"name": f"{state_name(step)}Seconds", "seconds": step.seconds} for step in steps if step.kind == "wait"
        ],
        "functions": functions,
        "results": list({one["result"]["pascal"]: one["result"] for one in functions if one["result"]}.values()),
        "integrations": sorted({one["integration"] for one in functions if one["integration"]}),
        "runs": [one["run"] for one in functions if one["run"]],
        "steps": _steps_function(workflow, steps, service, system),
        "waits_for_events": bool(keys),
    }


def resume_views(workflow: ResolvedWorkflow, service: ResolvedService, system: System) -> list[View]:
    """The reactions that let a workflow go on when the event that it waits for has happened."""
    return [
        _resume_view(workflow, step, step.event, service, system) for step in steps_of(workflow.steps) if step.event
    ]


def _resume_view(
    workflow: ResolvedWorkflow, step: ResolvedStep, event: EventRef, service: ResolvedService, system: System
) -> View:
    waiting = waiting_name(workflow.names.kebab, step)
    snake = waiting.replace("-", "_")
    pascal = "".join(part.capitalize() for part in snake.split("_"))
    names = Names(pascal=pascal, snake=snake, kebab=waiting, words=waiting.replace("-", " "), plural="")
    names = fitting(names, service)
    function = function_view(names, None, service, writes=False)
    key = _key(workflow.starts, event, system)
    return {
        **reaction_names(names),
        "source": event.service,
        "event": event.event,
        "key": key,
        "workflow": workflow.names.pascal,
        "description": f"Lets {workflow.names.pascal} go on when {event.service}.{event.event} has happened.",
        "function": {
            **function,
            # Whoever has the token may answer for it: this action knows no resources.
            "rights": [*function["rights"], right("states:SendTaskSuccess", '"*"')],
        },
        "rule": True,
    }


def _steps_function(
    workflow: ResolvedWorkflow, steps: list[ResolvedStep], service: ResolvedService, system: System
) -> View:
    """The environment and the rights of the function that runs the steps of a workflow."""
    writes = any(step.command or step.undo for step in steps)
    function = function_view(workflow.names, None, service, writes=writes)
    environment = {name: value for name, value in function["environment"].items() if name != "ERROR_BUS_NAME"}
    rights = list(function["rights"])
    for step in steps:
        if step.operation:
            integration = integration_of(step.operation, system)
            environment |= environment_of(integration)
            rights += [one for one in rights_of(integration, step.operation) if one not in rights]
    return {**function, "environment": environment, "rights": rights}


def _expressions(step: ResolvedStep) -> Iterator[Checked | None]:
    yield from (one.value for one in step.values)
    yield from (*expressions_of(step.command), *expressions_of(step.undo))
    yield from (choice.condition for choice in step.choices)


def _functions(workflow: ResolvedWorkflow, service: ResolvedService, system: System) -> Iterator[View]:
    """One function per step that the machine can't do by itself, and one per undo."""
    yield from _chain(workflow.steps, None, service, system)


def _chain(
    steps: tuple[ResolvedStep, ...], last: ResolvedOperation | None, service: ResolvedService, system: System
) -> Iterator[View]:
    for step in steps:
        if step.kind == "do" and step.command:
            yield _command(step.names.snake, step.command, last, service)
        if step.kind == "call" and step.operation:
            yield _question(step, step.operation, last, system)
        if step.kind == "choose":
            yield _choice(step, last)
            for choice in step.choices:
                yield from _chain(choice.steps, last, service, system)
        if step.undo:
            yield _command(f"undo_{step.names.snake}", step.undo, last, service)
        if step.operation:
            last = step.operation


def _base(snake: str, summary: str, last: ResolvedOperation | None, body: str) -> View:
    answered = result_view(last) if last and last.returns and "result." in body else None
    return {
        "snake": snake,
        "function": snake if snake.startswith("undo_") else f"step_{snake}",
        "summary": sentence("", summary),
        "result": answered,
        "reads_event": "event." in body,
        "uses_context": "context." in body or ", context)" in body,
        "integration": None,
        "run": None,
        "returns": None,
        "body": body,
    }


def _command(snake: str, reaction: Reaction, last: ResolvedOperation | None, service: ResolvedService) -> View:
    run = run_view(reaction, service, TASK_NAMES)
    body = run["run"].replace("settle(", "demand(")
    return {**_base(snake, f"run `{run['pascal']}`", last, body), "run": run}


def _question(step: ResolvedStep, operation: ResolvedOperation, last: ResolvedOperation | None, system: System) -> View:
    integration = integration_of(operation, system)
    asked = request_code(integration, operation, step.values, TASK_NAMES).replace(", message)", ", task.question)")
    named = f"{integration.names.pascal}.{operation.names.snake}"
    answer = f"json.decode(answered({asked}))" if operation.returns else f"answered({asked})"
    body = f"return {answer}" if operation.returns else answer
    return {
        **_base(step.names.snake, f"ask `{named}`", last, body),
        "integration": request_code(integration, operation, step.values, TASK_NAMES).partition(".")[0],
        "returns": "object" if operation.returns else None,
    }


def _choice(step: ResolvedStep, last: ResolvedOperation | None) -> View:
    lines = []
    for number, choice in enumerate(step.choices):
        if choice.condition:
            lines += [f"if {code(choice.condition, TASK_NAMES)}:", f"    return {number}"]
    lines.append(f"return {len(step.choices)}")
    return {**_base(step.names.snake, "say which branch is taken", last, "\n".join(lines)), "returns": "int"}


def _key(started: EventRef, awaited: EventRef | None, system: System) -> str | None:
    """The field that both the event that starts a workflow and the one that it waits for have; None is correlation."""
    if awaited is None:
        return None
    (ours, own_id), (theirs, their_id) = _ids(started, system), _ids(awaited, system)
    for name in (own_id, their_id):
        if name in ours and name in theirs:
            return name
    return next((name for name in ours if name in theirs), None)


def _ids(ref: EventRef, system: System) -> tuple[list[str], str]:
    """The names of all ids in an event, the aggregate's own first."""
    service = next(one for one in system.services if one.names.kebab == ref.service)
    aggregate: ResolvedAggregate = aggregate_of(ref.aggregate, service)
    event = next(one for one in aggregate.events if one.names.pascal == ref.event)
    return [aggregate.id_name, *(field.name for field in event.fields if _is_id(field))], aggregate.id_name


def _is_id(field: ResolvedField) -> bool:
    return not isinstance(field.type, Maybe) and (isinstance(field.type, Ref) or field.type == Scalar("id"))


def _jsonata(keys: dict[str, str | None]) -> dict[str, str]:
    return {
        step: f"$event.detail.data.{name}" if name else "$event.detail.metadata.correlationId"
        for step, name in keys.items()
    }
