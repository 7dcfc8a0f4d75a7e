"""What the template sees of calls: what is asked of an outside system, and what its answer leads to."""

import re
from collections.abc import Mapping

from skafu.blueprint.resolved import (
    Assignment,
    Reaction,
    ResolvedCall,
    ResolvedIntegration,
    ResolvedOperation,
    ResolvedService,
    System,
)
from skafu.generation.aggregate_view import View, constant, sentence
from skafu.generation.expression_code import code, negated
from skafu.generation.integration_view import environment_of, place_of, rights_of
from skafu.generation.python_types import annotation, default, quoted
from skafu.generation.reaction_view import (
    NAMES,
    event_view_of,
    expressions_of,
    function_view,
    reaction_names,
    run_view,
)


def call_view(call: ResolvedCall, service: ResolvedService, system: System) -> View:
    """A call with its queue, its rule and its function; one message at a time, because others would wait for it."""
    operation = call.operation
    integration = integration_of(operation, system)
    answers = (call.ok, call.failed)
    expressions = [call.condition, *(one.value for one in call.values)]
    expressions += [value for answer in answers for value in expressions_of(answer)]
    asked = f"{integration.names.pascal}.{operation.names.snake}"
    result = result_view(operation) if call.ok and operation.returns else None
    function = function_view(call.names, None, service, writes=any(answers))
    return {
        **reaction_names(call.names),
        **event_view_of(call.when, expressions, service, system),
        "summary": sentence("", f"ask `{asked}`{_then(call)}"),
        "description": sentence("", f"asks {asked} when {call.when.service}.{call.when.event} happens"),
        "asked": asked,
        "skipped": negated(call.condition, NAMES) if call.condition else None,
        "integration": constant(integration.names.snake),
        "request": request_code(integration, operation, call.values),
        "result": result,
        "ok": _answer_view(call.ok, call, service, result["pascal"] if result else "") if call.ok else None,
        "failed": _answer_view(call.failed, call, service, "CallFailure") if call.failed else None,
        "runs": [run_view(one, service) for one in answers if one],
        "function": {
            **function,
            "environment": {**function["environment"], **environment_of(integration)},
            "rights": [*function["rights"], *rights_of(integration, operation)],
            "batch": 1,
        },
        "rule": True,
    }


def integration_of(operation: ResolvedOperation, system: System) -> ResolvedIntegration:
    """The outside system of an operation."""
    return next(one for one in system.integrations if one.names.pascal == operation.integration)


def result_view(operation: ResolvedOperation) -> View:
    """What a good answer holds."""
    return {
        "pascal": f"{operation.names.pascal}Result",
        "fields": [
            {"name": one.name, "plain_annotation": annotation(one.type), "default": default(one)}
            for one in operation.returns
        ],
    }


def request_code(
    integration: ResolvedIntegration,
    operation: ResolvedOperation,
    values: tuple[Assignment, ...],
    names: Mapping[str, str] = NAMES,
) -> str:
    """The Python that asks for an operation."""
    given = {one.field: code(one.value, names) for one in values}
    name = constant(integration.names.snake)
    fields = f"{{{', '.join(f'{quoted(key)}: {value}' for key, value in given.items())}}}"
    match integration.kind:
        case "http":
            return f"{name}.ask({quoted(operation.method)}, {quoted(operation.path)}, {fields}, message)"
        case "chat":
            said = f'{{"channel": {given["to"]}, "text": {given["body"]}}}'
            return f'{name}.ask("POST", "", {said}, message)'
        case "email":
            return f"{name}.send({given['to']}, {given['subject']}, {given['body']}, message)"
        case "sms":
            return f"{name}.send({given['to']}, {given['body']}, message)"
        case "queue":
            return f"{name}.send({quoted(operation.names.kebab)}, {fields}, message)"
        case "mqtt":
            return f"{name}.publish({quoted(place_of(integration, operation))}, {fields}, message)"
        case _:
            return f"{name}.put({quoted(place_of(integration, operation))}, {fields}, message)"


def _then(call: ResolvedCall) -> str:
    words = [f"run `{call.ok.command.command}` with the answer"] if call.ok else []
    words += [f"`{call.failed.command.command}` when there is none"] if call.failed else []
    return f", then {' or '.join(words)}" if words else ""


def _answer_view(answer: Reaction, call: ResolvedCall, service: ResolvedService, result: str) -> View:
    run = run_view(answer, service)
    kinds = {"event": call.when.event, "result": result, "message": "QueueMessage"}
    used = {name: kind for name, kind in kinds.items() if re.search(rf"\b{name}\.", run["run"])}
    return {
        **run,
        "summary": sentence("", f"run `{run['pascal']}`"),
        "parameters": ", ".join(f"{name}: {kind}" for name, kind in used.items()),
        "arguments": ", ".join("answer" if name == "result" and result == "CallFailure" else name for name in used),
    }
