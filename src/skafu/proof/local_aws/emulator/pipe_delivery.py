"""One batch of a pipe: enriched, formed by template, and delivered to its target under the pipe's role."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import eventbridge, lambda_svc, sns, stepfunctions

from .event_targets import send_to_queue
from .patching import Props, answer_of
from .permissions import ROLE_ACTIONS, role_denied

SERVICE = "pipes.amazonaws.com"


class DeliveryError(Exception):
    """The target or the enrichment did not take the records."""


def deliver(pipe: Props, records: list[Props]) -> None:
    """Enrich, form and deliver records of one batch.

    Raises:
        DeliveryError: nothing of the batch counts as delivered; it says why.
    """
    parameters = pipe.get("TargetParameters") or {}
    events = _enriched(pipe, records)
    template = parameters.get("InputTemplate")
    bodies = [_render(template, event, pipe) if template else json.dumps(event) for event in events]
    kind = parse_arn(pipe["Target"]).service
    if bodies and kind in TARGETS:
        _allowed(pipe, ROLE_ACTIONS[kind], pipe["Target"])
        TARGETS[kind](pipe, parameters, events, bodies)
    elif bodies:
        raise DeliveryError(f"a pipe to {kind} is not emulated")


def _allowed(pipe: Props, action: str, resource: str) -> None:
    if why := role_denied(SERVICE, pipe["RoleArn"], action, resource):
        raise DeliveryError(why)


def _enriched(pipe: Props, records: list[Props]) -> list[Any]:
    enrichment = pipe.get("Enrichment")
    if not enrichment:
        return list(records)
    _allowed(pipe, "lambda:InvokeFunction", enrichment)
    template = (pipe.get("EnrichmentParameters") or {}).get("InputTemplate")
    given = [json.loads(_render(template, record, pipe)) for record in records] if template else records
    answer = _invoke(enrichment, given)
    if isinstance(answer, list):
        return answer
    return [answer] if answer else []


def _invoke(arn: str, payload: Any) -> Any:
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    if function is None:
        raise DeliveryError(f"{arn} does not exist")
    record = lambda_svc._execution_record_for_config(function, config)
    result = lambda_svc._execute_function_with_config_scope(record, payload)
    body = result.get("body")
    if result.get("error"):
        raise DeliveryError(f"{arn} failed: {body}")
    return json.loads(body) if isinstance(body, str) and body else body


def _to_bus(pipe: Props, parameters: Props, events: list[Any], bodies: list[str]) -> None:
    wanted = parameters.get("EventBridgeEventBusParameters") or {}

    def chosen(event: Any, name: str, usual: str) -> str:
        stated = wanted.get(name, usual)
        return str(_at(event, stated) or usual) if stated.startswith("$.") else stated

    entries = [
        {
            "EventBusName": pipe["Target"],
            "Source": chosen(event, "Source", f"Pipe {pipe['Name']}"),
            "DetailType": chosen(event, "DetailType", "Event from aws:dynamodb"),
            "Detail": body,
            "Resources": [str(_at(event, one) or one) for one in wanted.get("Resources", [])],
        }
        for event, body in zip(events, bodies, strict=True)
    ]
    answer = answer_of(eventbridge._put_events({"Entries": entries}))
    if answer.get("FailedEntryCount"):
        raise DeliveryError(json.dumps(answer["Entries"]))


def _to_queue(pipe: Props, parameters: Props, events: list[Any], bodies: list[str]) -> None:
    group = (parameters.get("SqsQueueParameters") or {}).get("MessageGroupId", "")
    for event, body in zip(events, bodies, strict=True):
        send_to_queue(pipe["Target"], body, group=str(_at(event, group)) if group.startswith("$.") else group)


def _to_topic(pipe: Props, _parameters: Props, _events: list[Any], bodies: list[str]) -> None:
    for body in bodies:
        if sns.publish_internal(pipe["Target"], body, f"Pipes {pipe['Name']}") is None:
            raise DeliveryError(f"{pipe['Target']} does not exist")


def _to_function(pipe: Props, _parameters: Props, _events: list[Any], bodies: list[str]) -> None:
    answer = _invoke(pipe["Target"], [json.loads(body) for body in bodies])
    if isinstance(answer, dict) and answer.get("batchItemFailures"):
        raise DeliveryError(json.dumps(answer))


def _to_machine(pipe: Props, _parameters: Props, _events: list[Any], bodies: list[str]) -> None:
    started = stepfunctions._start_execution({"stateMachineArn": pipe["Target"], "input": f"[{','.join(bodies)}]"})
    if started[0] >= 400:
        raise DeliveryError(str(started[2]))


TARGETS: dict[str, Callable[[Props, Props, list[Any], list[str]], None]] = {
    "events": _to_bus,
    "sqs": _to_queue,
    "sns": _to_topic,
    "lambda": _to_function,
    "states": _to_machine,
}


def _render(template: str, event: Any, pipe: Props) -> str:
    """A template of a pipe: `<$.path>` and `<aws.pipes...>` stand for values."""
    values: dict[str, Any] = {
        "aws.pipes.event.json": event,
        "aws.pipes.event": event,
        "aws.pipes.pipe-name": pipe["Name"],
        "aws.pipes.pipe-arn": pipe["Arn"],
        "aws.pipes.source-arn": pipe["Source"],
        "aws.pipes.target-arn": pipe["Target"],
        "aws.pipes.event.ingestion-time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    for path in set(re.findall(r"<(\$[^<>]*)>", template)):
        found = _at(event, path)
        values[path] = "" if found is None else found
    rendered: str = eventbridge._render_input_template(template, values)
    return rendered


def _at(event: Any, path: str) -> Any:
    """The value at a path such as `$.dynamodb.Keys.id.S` or `$.items[0]`; None when there is none."""
    found = event
    for step in filter(None, re.split(r"[.\[\]]", path.removeprefix("$"))):
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return found
