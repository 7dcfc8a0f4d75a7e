"""The state machine of a workflow in Amazon States Language, with JSONata."""

from collections.abc import Mapping
from typing import Any

import msgspec

from skafu.blueprint.resolved import ResolvedStep, ResolvedWorkflow
from skafu.generation.aggregate_view import sentence
from skafu.generation.features import steps_of

State = dict[str, Any]
States = dict[str, State]
INVOKE = "arn:aws:states:::lambda:invoke"
PUT = "arn:aws:states:::dynamodb:putItem"
PUT_AND_WAIT = "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken"
TAKEN = ["DynamoDB.ConditionalCheckFailedException", "DynamoDb.ConditionalCheckFailedException"]
"""What DynamoDB says when an item is there already."""
LONGEST_WAIT = 365 * 24 * 3600
"""Seconds that an event is waited for where the blueprint does not say: the longest that Step Functions allows."""
KEEP_SECONDS = 14 * 24 * 3600
"""How long it is remembered that an event started a workflow: as long as the bus may deliver it again."""
RETRY = [
    {"ErrorEquals": ["StepRefused", *TAKEN, "States.Timeout"], "MaxAttempts": 0},
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxAttempts": 4,
        "MaxDelaySeconds": 30,
        "JitterStrategy": "FULL",
    },
]
"""Everything is tried again, slower each time, except what stays as it is: refusals and what is there already."""
ONCE, UNDO, REPORT, FAILED, DONE = "OnlyOnce", "UndoWhatWasDone", "TellTheErrorBus", "Failed", "Done"
OWN_STATES = frozenset({ONCE, UNDO, REPORT, FAILED, DONE})
"""States that every machine may have, whatever its steps are called."""


class Plan(msgspec.Struct, frozen=True):
    """What the states of a workflow have in common.

    Attributes:
        workflow: its name in kebab-case.
        failure: the state that follows a failure.
        keys: name of a step that waits -> the JSONata of what its event and the workflow have in common.
    """

    workflow: str
    failure: str
    keys: Mapping[str, str]


def state_machine(workflow: ResolvedWorkflow, keys: Mapping[str, str]) -> State:
    """The whole machine: it runs once per event, undoes what was done when a step fails, and tells the error bus.

    Args:
        workflow: the workflow.
        keys: name of a step that waits, in snake_case -> the JSONata of what its event and the workflow have in common.
    """
    undoes = any(step.undo for step in steps_of(workflow.steps))
    states: States = {}
    first = _chain(workflow.steps, DONE, states, Plan(workflow.names.kebab, UNDO if undoes else REPORT, keys))
    return {
        "Comment": sentence(workflow.summary, workflow.names.words),
        "QueryLanguage": "JSONata",
        "StartAt": ONCE,
        "States": {ONCE: _only_once(workflow, first), **states, **_ending(workflow, undoes=undoes)},
    }


def state_name(step: ResolvedStep) -> str:
    """What the state of a step is called; a few names are those of the machine's own states."""
    name = "".join(part.capitalize() for part in step.names.snake.split("_"))
    return f"{name}Step" if name in OWN_STATES else name


def waiting_name(workflow: str, step: ResolvedStep) -> str:
    """What a step that waits is called in the table: `fulfilment-wait-for-shipment-sent`."""
    return f"{workflow}-{step.names.kebab}"


def _expression(code: str) -> str:
    return f"{{% {code} %}}"


def _only_once(workflow: ResolvedWorkflow, first: str) -> State:
    """The bus may deliver an event twice: the second execution ends at once."""
    item = {
        "guardId": {"S": _expression(f"'{workflow.names.kebab}#' & $states.input.detail.metadata.eventId")},
        "answer": {"S": ""},
        "execution": {"S": _expression("$states.context.Execution.Id")},
        "expiresAt": {"N": _expression(f"$string($floor($millis() / 1000) + {KEEP_SECONDS})")},
    }
    return {
        "Type": "Task",
        "Comment": "The bus may deliver an event twice: the second execution ends here.",
        "Resource": PUT,
        "Arguments": {
            "TableName": "${GuardsTable}",
            "Item": item,
            "ConditionExpression": "attribute_not_exists(guardId) OR execution = :own",
            "ExpressionAttributeValues": {":own": {"S": _expression("$states.context.Execution.Id")}},
        },
        "Assign": {"event": _expression("$states.input"), "result": {}, "done": ""},
        "Retry": RETRY,
        "Catch": [{"ErrorEquals": TAKEN, "Next": DONE}],
        "Next": first,
    }


def _chain(steps: tuple[ResolvedStep, ...], after: str, states: States, plan: Plan) -> str:
    """Add some steps that follow each other; give the name of the first."""
    following, parts = after, []
    for step in reversed(steps):
        added: States = {}
        following = _add(step, following, added, plan)
        parts.append(added)
    for added in reversed(parts):
        states |= added
    return following


def _add(step: ResolvedStep, after: str, states: States, plan: Plan) -> str:
    name = state_name(step)
    match step.kind:
        case "wait":
            states[name] = {
                "Type": "Wait",
                "Seconds": _expression(f"$number('${{{name}Seconds}}')"),
                "Next": after,
            }
        case "wait_for":
            states[name] = _wait_for(step, after, plan)
        case "choose":
            _choose(step, after, states, plan)
        case _:
            states[name] = _task(step, after, plan)
    return name


def _invocation(step: str) -> State:
    payload = {"step": step, "message": _expression("$event"), "result": _expression("$result")}
    return {"FunctionName": "${StepsFunction}", "Payload": payload}


def _task(step: ResolvedStep, after: str, plan: Plan) -> State:
    """A command or a question, which the function of the workflow's steps runs."""
    snake = step.names.snake
    noted = {"done": _expression(f"$done & '{snake} '")} if step.undo else {}
    answered = {"result": _expression("$states.result.Payload")} if step.operation and step.operation.returns else {}
    assigned = {**answered, **noted}
    # A question that failed may have been heard all the same, so it is undone too; a refused command did nothing.
    unsure = noted if step.kind == "call" else {}
    return {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": _invocation(snake),
        **({"Assign": assigned} if assigned else {}),
        "Retry": RETRY,
        "Catch": [_caught(plan.failure, unsure)],
        "Next": after,
    }


def _caught(failure: str, assigned: State) -> State:
    return {
        "ErrorEquals": ["States.ALL"],
        "Assign": {"failure": _expression("$states.errorOutput"), **assigned},
        "Next": failure,
    }


def _wait_for(step: ResolvedStep, after: str, plan: Plan) -> State:
    """Keep the task's token where the event finds it; an event that was faster has left a mark there."""
    item = {
        "guardId": {"S": _expression(f"'{waiting_name(plan.workflow, step)}#' & {plan.keys[step.names.snake]}")},
        "answer": {"S": ""},
        "token": {"S": _expression("$states.context.Task.Token")},
        "at": {"S": _expression("$event.detail.metadata.timestamp")},
        "expiresAt": {
            "N": _expression(f"$string($floor($millis() / 1000) + {(step.seconds or LONGEST_WAIT) + KEEP_SECONDS})")
        },
    }
    noted = {"done": _expression(f"$done & '{step.names.snake} '")} if step.undo else {}
    kept = {"Assign": noted} if noted else {}
    return {
        "Type": "Task",
        "Comment": "Keeps the token where the event finds it; an event that was faster has left a mark there.",
        "Resource": PUT_AND_WAIT,
        "Retry": RETRY,
        "TimeoutSeconds": step.seconds or LONGEST_WAIT,
        "Arguments": {
            "TableName": "${GuardsTable}",
            "Item": item,
            "ConditionExpression": "attribute_not_exists(guardId) OR #at < :started",
            "ExpressionAttributeNames": {"#at": "at"},
            "ExpressionAttributeValues": {":started": {"S": _expression("$event.detail.metadata.timestamp")}},
        },
        **kept,
        "Catch": [{"ErrorEquals": TAKEN, **kept, "Next": after}, _caught(plan.failure, noted)],
        "Next": after,
    }


def _choose(step: ResolvedStep, after: str, states: States, plan: Plan) -> None:
    """A task that says which branch is taken, the choice, and the branches."""
    name = state_name(step)
    branches: States = {}
    choices = []
    otherwise = after
    for number, choice in enumerate(step.choices):
        inner: States = {}
        first = _chain(choice.steps, after, inner, plan) if choice.steps else after
        branches |= inner
        if choice.condition is None:
            otherwise = first
        else:
            choices.append({"Condition": _expression(f"$branch = {number}"), "Next": first})
    states[name] = {
        **_task(step, f"{name}Branch", plan),
        "Assign": {"branch": _expression("$states.result.Payload")},
    }
    states[f"{name}Branch"] = {"Type": "Choice", "Choices": choices, "Default": otherwise}
    states |= branches


def _ending(workflow: ResolvedWorkflow, *, undoes: bool) -> States:
    undo = {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": {
            "FunctionName": "${StepsFunction}",
            "Payload": {**_invocation("undo")["Payload"], "done": _expression("$done")},
        },
        "Retry": RETRY,
        "Catch": [_caught(REPORT, {})],
        "Next": REPORT,
    }
    return {
        **({UNDO: undo} if undoes else {}),
        REPORT: {
            "Type": "Task",
            "Resource": "arn:aws:states:::events:putEvents",
            "Arguments": {"Entries": [_error(workflow)]},
            "Retry": RETRY,
            "Next": FAILED,
        },
        FAILED: {"Type": "Fail", "Error": _expression("$failure.Error"), "Cause": _expression("$failure.Cause")},
        DONE: {"Type": "Succeed"},
    }


def _error(workflow: ResolvedWorkflow) -> State:
    """The entry on the error bus."""
    detail = {
        "eventId": _expression("$states.context.Execution.Name"),
        "correlationId": _expression("$event.detail.metadata.correlationId"),
        "timestamp": _expression("$now()"),
        "source": "${EventSource}",
        "eventType": "ErrorOccurred",
        "severity": "ERROR",
        "data": {
            "errorCode": _expression("$failure.Error"),
            "errorMessage": f"{workflow.names.pascal} gave up.",
            "context": {"service": "${EventSource}", "function": "${Machine}", "userId": "system"},
            "stackTrace": [],
            "canRetry": False,
        },
    }
    return {
        "EventBusName": "${ErrorBusName}",
        "Source": "${EventSource}",
        "DetailType": "ErrorOccurred",
        "Detail": detail,
    }
