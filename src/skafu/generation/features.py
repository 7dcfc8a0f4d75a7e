"""What a system needs besides what every system has: optional modules of the shared package, and AWS clients."""

from collections.abc import Iterator

from skafu.blueprint.files import WITH_FILES, any_files
from skafu.blueprint.resolved import ResolvedInbound, ResolvedService, ResolvedStep, System
from skafu.generation.aggregate_view import View
from skafu.generation.delays import has_long_timers

CLIENTS = {
    "iot_data": ("iot-data", "IoTDataPlaneClient", "IoT data"),
    "scheduler": ("scheduler", "EventBridgeSchedulerClient", "EventBridge Scheduler"),
    "s3": ("s3", "S3Client", "S3"),
    "secretsmanager": ("secretsmanager", "SecretsManagerClient", "Secrets Manager"),
    "sesv2": ("sesv2", "SESV2Client", "SES"),
    "sns": ("sns", "SNSClient", "SNS"),
    "stepfunctions": ("stepfunctions", "SFNClient", "Step Functions"),
    "sqs": ("sqs", "SQSClient", "SQS"),
}
"""Function in `shared.aws` -> boto3's name of the service, type of the client, and what people call it."""
HTTP_KINDS = ("http", "chat")
"""Kinds of integrations that are asked over HTTP."""
DELIVERIES = {
    "email": ("letters", "sesv2"),
    "files": ("files", "s3"),
    "mqtt": ("topics", "iot_data"),
    "queue": ("queues", "sqs"),
    "sms": ("text messages", "sns"),
}
"""Kinds of integrations that AWS delivers to -> what people call them, and the client."""


def features_view(system: System) -> View:
    """What the templates of the shared package ask for."""
    kinds = asked_kinds(system)
    files = any_files(system)
    workflows = [workflow for service in system.services for workflow in service.workflows]
    steps = [step for workflow in workflows for step in steps_of(workflow.steps)]
    waits = any(step.event for step in steps)
    own_queue = any(_goes_through_rows(service) for service in system.services)
    over_http = any(kind in kinds for kind in HTTP_KINDS)
    inbound = _inbound(system)
    credentials = over_http or inbound["signed_webhooks"]
    needed = {"sqs": own_queue, "secretsmanager": credentials}
    long_timers = any(has_long_timers(service) for service in system.services)
    needed["stepfunctions"] = waits
    needed["s3"] = files
    needed["scheduler"] = long_timers
    needed |= {client: True for kind, (_, client) in DELIVERIES.items() if kind in kinds}
    return {
        **inbound,
        "own_queue": own_queue,
        "own_folds": any(query.yours for service in system.services for query in service.queries),
        "files": files,
        "workflows": any(service.workflows for service in system.services),
        "workflow_calls": any(step.operation for step in steps),
        "waits_for_events": waits,
        "credentials": credentials,
        "timers": any(timer.when for service in system.services for timer in service.timers),
        "long_timers": long_timers,
        "calls": bool(kinds),
        "http_integrations": over_http,
        "deliveries": [
            {"kind": kind, "words": words, "client": client}
            for kind, (words, client) in DELIVERIES.items()
            if kind in kinds
        ],
        "sends_json": bool(kinds & {"files", "mqtt", "queue"}),
        "fills_paths": bool(kinds & {"files", "mqtt"}),
        "clients": [_client(name) for name in sorted(needed) if needed[name]],
    }


def _inbound(system: System) -> View:
    messages = [one for service in system.services for one in service.inbound]
    heard = {one.kind for one in messages}
    return {
        "inbox": sorted(heard & WITH_FILES),
        "inbound": bool(heard),
        "webhooks": "webhook" in heard,
        "signed_webhooks": any(is_signed(one) for one in messages),
        "inbound_queues": bool(heard - WITH_FILES - {"webhook"}),
    }


def asked_kinds(system: System) -> set[str]:
    """The kinds of integrations that services ask for something."""
    asked = {name for service in system.services for name in asked_integrations(service)}
    return {one.kind for one in system.integrations if one.names.pascal in asked}


def asked_integrations(service: ResolvedService) -> set[str]:
    """The names of the integrations that a service asks for something."""
    found = {call.operation.integration for call in service.calls}
    steps = (step for workflow in service.workflows for step in steps_of(workflow.steps))
    return found | {step.operation.integration for step in steps if step.operation}


def is_signed(inbound: ResolvedInbound) -> bool:
    """Whether messages are signed with the secret of their integration; what comes through AWS needs no signature."""
    return inbound.kind == "webhook" and inbound.signature == "hmac-sha256"


def steps_of(steps: tuple[ResolvedStep, ...]) -> Iterator[ResolvedStep]:
    """All steps of a workflow, those of its branches among them."""
    for step in steps:
        yield step
        for choice in step.choices:
            yield from steps_of(choice.steps)


def _goes_through_rows(service: ResolvedService) -> bool:
    return any(one.for_each for one in service.policies) or any(one.for_each for one in service.timers)


def _client(function: str) -> View:
    service, kind, words = CLIENTS[function]
    return {
        "function": function,
        "service": service,
        "package": service.replace("-", "_"),
        "type": kind,
        "words": words,
    }
