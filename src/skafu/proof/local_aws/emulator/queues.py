"""Mappings of queues to functions: what AWS checks when they are made, and how soon a failed message comes back."""

import threading
import time
from typing import Any

from ministack.core import iam_actions
from ministack.services import lambda_svc, sqs

from .patching import Patches, Props, before_provisioning, wrap
from .permissions import role_denied

# Seconds until a failed message is visible again.
PAUSE = 0.2
READ_ACTIONS = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
}


def check_new_mapping() -> None:
    """What is checked when a mapping is made.

    AWS: the function's role must be allowed to read the source, and a queue must hide a message at least as long as
    the function may run; else the stack fails. MiniStack: checks neither. Patch: both.
    """
    before_provisioning("AWS::Lambda::EventSourceMapping", _checked)


def _checked(props: Props) -> Props:
    source = props.get("EventSourceArn", "")
    _, function, _ = lambda_svc._get_func_record_for_ref(props.get("FunctionName", ""))
    if function is None or not source.startswith("arn:"):
        return props
    for action in READ_ACTIONS.get(source.split(":")[2], ()):
        if why := role_denied("lambda.amazonaws.com", function.get("Role", ""), action, source):
            name = action.split(":")[1]
            raise ValueError(f"The provided execution role does not have permissions to call {name}: {why}")
    queue = sqs._queue_by_arn(source) if ":sqs:" in source else None
    if queue and int(queue["attributes"].get("VisibilityTimeout", 30)) < int(function.get("Timeout", 3)):
        raise ValueError("Queue visibility timeout is less than Function timeout")
    return props


def return_failed_messages_soon() -> None:
    """How long a failed message stays hidden.

    AWS and MiniStack: for the visibility timeout of the queue, so a poison message reaches its dead-letter queue after
    timeout x `maxReceiveCount`: minutes. Patch: it is back after 0.2 s; each receive is counted as before. The
    template's own figures are a matter of static checks.
    """

    def and_show(original: Any) -> Any:
        def run(mapping: Props, function: Any, event: Any, batch: list[Props], url: str, name: str) -> None:
            original(mapping, function, event, batch, url, name)
            queue = sqs._queues.get(url) or {"messages": []}
            failed = [message for message in batch if message in queue["messages"]]
            for message in failed:
                message["visible_at"] = min(message.get("visible_at", 0), time.time() + PAUSE)
            if failed:
                wake_mappings(PAUSE)

        return run

    wrap(lambda_svc, "_run_sqs_batch", and_show)
    lambda_svc._ESM_BACKOFF_SECONDS = PAUSE
    lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS = PAUSE / 2


def wake_mappings(seconds: float) -> None:
    """Let the mappings look at their sources after a while, instead of with their next idle tick."""
    wake = threading.Timer(seconds + 0.01, lambda_svc._esm_wake.set)
    wake.daemon = True
    wake.start()


def name_batch_actions() -> None:
    """What a batch needs permission for.

    AWS: the action of a single message: `sqs:SendMessage` "grants permission to deliver one or more messages", and
    there is no `sqs:SendMessageBatch` (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html).
    MiniStack: asks for the name of the call. Patch: asks for the single message's action.
    """

    def as_single(original: Any) -> Any:
        def action(service: str, *request: Any) -> str | None:
            found: str | None = original(service, *request)
            return found.removesuffix("Batch") if found and service == "sqs" else found

        return action

    wrap(iam_actions, "extract_iam_action", as_single)


PATCHES: Patches = {
    "mapping_checks": check_new_mapping,
    "redrive": return_failed_messages_soon,
    "batch_actions": name_batch_actions,
}
