"""EventBridge Pipes from DynamoDB streams: polling, filter, retries, dead-letter queue."""

import json
import time
from typing import Any

from ministack.services import dynamodb, lambda_svc, sns
from ministack.services import pipes as pipe_service

from . import report
from .event_targets import send_to_queue
from .patching import Patches, Props, after_provisioning, before_provisioning
from .permissions import ROLE_ACTIONS, role_denied
from .pipe_delivery import SERVICE, DeliveryError, deliver
from .retries import Limits, Progress, after_failure

READ_ACTIONS = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
KEPT = ("SourceParameters", "TargetParameters", "Enrichment", "EnrichmentParameters")

_progress: dict[str, Progress] = {}


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


PATCHES: Patches = {"pipes": deliver_like_pipes}
