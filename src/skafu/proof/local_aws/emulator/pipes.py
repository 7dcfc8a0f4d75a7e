"""EventBridge Pipes from DynamoDB streams: filter, enrichment, template, targets, retries, dead-letter queue."""

import json
import re
import time
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import dynamodb, eventbridge, lambda_svc, sns, stepfunctions
from ministack.services import pipes as pipe_service

from . import report
from .event_targets import send_to_queue
from .patching import Patches, Props, after_provisioning, answer_of, before_provisioning
from .permissions import ROLE_ACTIONS, role_denied
from .retries import Limits, Progress, after_failure

SERVICE = "pipes.amazonaws.com"
READ_ACTIONS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
KEPT = ("SourceParameters", "TargetParameters", "Enrichment", "EnrichmentParameters")

_progress: dict[str, Progress] = {}


class DeliveryError(Exception):
    """The target or the enrichment did not take the records."""


def deliver_like_pipes() -> None:
    """What a pipe does with the records of a stream.

    AWS: filters them, hands them to the enrichment, forms them by template, and delivers them to bus, queue, function,
    state machine or topic under the pipe's role; failed ones are tried again and end in the source's dead-letter
    queue. MiniStack: delivers to topics and state machines only, without asking, and drops all parameters.
    Patch: own delivery; parameters are kept; a role that may not read the stream fails the stack, as on AWS.
    """
    before_provisioning("AWS::Pipes::Pipe", _checked)
    after_provisioning("AWS::Pipes::Pipe", _keep_parameters)
    pipe_service._poll_pipe = _poll
    pipe_service._poll_loop = _poll_for_ever


def _checked(props: Props) -> Props:
    source = props.get("Source", "")
    actions = READ_ACTIONS if ":dynamodb:" in source else ()
    denials = [role_denied(SERVICE, props.get("RoleArn", ""), action, source) for action in actions]
    if why := next(filter(None, denials), ""):
        raise ValueError(f"The pipe's role may not read its source: {why}")
    return props


def _keep_parameters(name: str, props: Props) -> None:
    pipe_service._pipes[name].update({key: props.get(key) for key in KEPT})


def _poll_for_ever() -> None:
    while True:
        try:
            pipe_service._poll_once()
        except Exception:
            report.log.exception("pipes")
        time.sleep(0.1)


def _poll(_dynamodb: Any, pipe: Props, _account: str) -> None:
    source = pipe_service._dynamodb_stream_source(pipe.get("Source", ""))
    progress = _progress.get(pipe["Arn"])
    rests = lambda_svc._esm_inflight.get(pipe["Arn"]) or (progress and progress.rests_until > time.time())
    if source is None or rests or pipe.get("CurrentState") != "RUNNING":
        return
    table = source[1]
    position = max(int(pipe_service._positions.get(pipe["Arn"], 0)), dynamodb.stream_start_position(table))
    if progress is None or progress.position != position:
        progress = _progress[pipe["Arn"]] = Progress(position)
    size = progress.window or int(_source(pipe).get("BatchSize", 100))
    if records := dynamodb.stream_records_since(table, position, size):
        lambda_svc._dispatch_esm_batch(pipe["Arn"], _run, pipe, records, progress)


def _source(pipe: Props) -> Props:
    settings: Props = (pipe.get("SourceParameters") or {}).get("DynamoDBStreamParameters") or {}
    return settings


def _run(pipe: Props, records: list[Props], progress: Progress) -> None:
    criteria = {"FilterCriteria": (pipe.get("SourceParameters") or {}).get("FilterCriteria")}
    kept = [
        (place, record) for place, record in enumerate(records) if lambda_svc._apply_filter_criteria([record], criteria)
    ]
    try:
        if kept:
            deliver(pipe, [record for _, record in kept])
    except DeliveryError as error:
        settings = _source(pipe)
        bisect = settings.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT"
        condition = after_failure(progress, Limits.of(settings, bisect=bisect), kept, len(records))
        if not condition:
            return
        _give_up(pipe, [record for _, record in kept], condition, str(error))
    pipe_service._positions[pipe["Arn"]] = progress.position + len(records)


def _give_up(pipe: Props, records: list[Props], condition: str, why: str) -> None:
    queue = (_source(pipe).get("DeadLetterConfig") or {}).get("Arn", "")
    action = ROLE_ACTIONS.get(queue.split(":")[2] if queue else "", "sqs:SendMessage")
    refused = role_denied(SERVICE, pipe["RoleArn"], action, queue) if queue else "the pipe has no dead-letter queue"
    if refused:
        report.lost(pipe["Arn"], pipe["Target"], f"{condition}: {why}; {refused}")
        return
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    body = json.dumps(
        {
            "context": {"partnerResourceArn": pipe["Arn"], "condition": condition},
            "version": "1.0",
            "errorMessage": why,
            "DDBStreamBatchInfo": {
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(numbers),
                "streamArn": pipe["Source"],
            },
        }
    )
    if ":sns:" in queue:
        sns.publish_internal(queue, body, "pipe failure")
    else:
        send_to_queue(queue, body)


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


TARGETS = {"events": _to_bus, "sqs": _to_queue, "sns": _to_topic, "lambda": _to_function, "states": _to_machine}


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


PATCHES: Patches = {"pipes": deliver_like_pipes}
