"""Scenarios of workflows for the tests of a service: what each step does with the event and the last answer."""

from collections.abc import Iterator
from typing import Any

from skafu.blueprint.expressions import evaluate
from skafu.blueprint.resolved import (
    Reaction,
    ResolvedOperation,
    ResolvedService,
    ResolvedStep,
    ResolvedWorkflow,
    System,
)
from skafu.generation.aggregate_view import View, constant
from skafu.generation.call_view import integration_of
from skafu.generation.python_types import literal
from skafu.generation.reaction_scenarios import NOW, data_of, event_sample, reaction_scenario

NOTHING: View = {"store": "", "instance_id": "", "past": [], "reads": [], "integration": None}


def workflow_scenarios(workflow: ResolvedWorkflow, service: ResolvedService, system: System) -> list[View]:
    """What each step of a workflow does, one by one; nothing where no journey leads to the event that starts it."""
    told = event_sample(workflow.starts, system)
    return list(_chain(workflow.steps, None, told, service, system)) if told else []


def _chain(
    steps: tuple[ResolvedStep, ...],
    last: ResolvedOperation | None,
    told: dict[str, Any],
    service: ResolvedService,
    system: System,
) -> Iterator[View]:
    for step in steps:
        snake = step.names.snake
        if step.command:
            yield from _command(snake, step.command, last, told, service)
        if step.operation:
            yield _question(step, step.operation, last, told, system)
        if step.choices:
            yield _choice(step, last, told)
        for choice in step.choices:
            yield from _chain(choice.steps, last, told, service, system)
        if step.undo:
            yield from _command(f"undo_{snake}", step.undo, last, told, service)
        if step.operation:
            last = step.operation


def _answer(operation: ResolvedOperation | None) -> dict[str, Any]:
    return {field.name: field.valid for field in operation.returns} if operation else {}


def _command(
    step: str, reaction: Reaction, last: ResolvedOperation | None, told: dict[str, Any], service: ResolvedService
) -> Iterator[View]:
    roots = {"event": dict(told), "result": _answer(last)}
    scenario = reaction_scenario(reaction, service, roots)
    if scenario:
        kind = "command" if scenario["accepted"] else "refused"
        base = {"name": step, "step": step, "kind": kind, "result": literal(roots["result"]), "integration": None}
        yield {**scenario, **base}


def _question(
    step: ResolvedStep,
    operation: ResolvedOperation,
    last: ResolvedOperation | None,
    told: dict[str, Any],
    system: System,
) -> View:
    return {
        **NOTHING,
        "name": step.names.snake,
        "step": step.names.snake,
        "kind": "question",
        "data": data_of({"event": told}),
        "result": literal(_answer(last)),
        "integration": constant(integration_of(operation, system).names.snake),
        "answer": literal(_answer(operation)),
        "returns": bool(operation.returns),
    }


def _choice(step: ResolvedStep, last: ResolvedOperation | None, told: dict[str, Any]) -> View:
    roots = {"event": {**told, "recorded_at": NOW}, "result": _answer(last), "now": NOW}
    conditions = [choice.condition for choice in step.choices if choice.condition]
    holding = (number for number, one in enumerate(conditions) if evaluate(one, roots))
    return {
        **NOTHING,
        "name": step.names.snake,
        "step": step.names.snake,
        "kind": "choice",
        "data": data_of({"event": told}),
        "result": literal(roots["result"]),
        "branch": next(holding, len(step.choices)),
    }
