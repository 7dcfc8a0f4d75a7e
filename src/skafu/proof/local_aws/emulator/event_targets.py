"""Delivery of events: permissions, dead-letter queues and retries of rule, schedule and asynchronous targets."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import eventbridge, lambda_svc, sns, sqs, stepfunctions

from . import logs, report
from .patching import Patches, Props, wrap
from .permissions import RESOURCE_POLICIES, ROLE_ACTIONS, policy_denied, role_denied

MISSING: dict[str, Callable[[str], bool]] = {
    "lambda": lambda arn: not lambda_svc._get_func_record_for_ref(arn)[0],
    "sqs": lambda arn: sqs._queue_by_arn(arn) is None,
    "sns": lambda arn: arn not in sns._topics,
    "states": lambda arn: stepfunctions._resolve_state_machine_arn(arn) is None,
    "events": lambda arn: ":event-bus/" in arn and arn.rsplit("/", 1)[-1] not in eventbridge._event_buses,
    "logs": lambda arn: not logs.exists(arn),
}


def deliver_like_eventbridge() -> None:
    """Delivery to the target of a rule or schedule.

    AWS: needs the target's permission (its policy for queue, function, topic; a role for state machine and bus; for
    schedules always a role); an event that cannot be delivered goes to the target's dead-letter queue with the reason
    as attributes; log groups are targets. MiniStack: delivers without asking, drops what fails, knows no dead-letter
    queue and no log groups. Patch: all of that; what no queue takes is reported as lost.
    """

    def checked(original: Any) -> Any:
        def invoke_target(target: Props, event: Props, rule: Props, view: Any = None) -> Any:
            view = view or eventbridge._pattern_event_view(event)
            source, arn = rule.get("Arn", ""), target.get("Arn", "")
            code, why = _refusal(target, source)
            if why:
                _bury(target, json.dumps(view.event_with_detail()), source, code, why)
            elif ":logs:" in arn:
                line = target.get("Input") or json.dumps(view.event_with_detail())
                logs.write(logs.group_of(arn), uuid.uuid4().hex, line)
            else:
                original(target, event, rule, view)

        return invoke_target

    wrap(eventbridge, "_invoke_target", checked)


def _service(source: str) -> str:
    return "scheduler.amazonaws.com" if ":scheduler:" in source else "events.amazonaws.com"


def _refusal(target: Props, source: str) -> tuple[str, str]:
    """Error code and reason why the target cannot be delivered to; empty when it can."""
    arn = target.get("Arn", "")
    try:
        kind = parse_arn(arn).service
    except ArnParseError:
        return "INVALID_PARAMETER", f"{arn} is not an ARN"
    why = ""
    if kind in ROLE_ACTIONS and (":scheduler:" in source or kind not in RESOURCE_POLICIES):
        if "api-destination/" not in arn:
            why = role_denied(_service(source), target.get("RoleArn", ""), ROLE_ACTIONS[kind], arn)
    elif kind in RESOURCE_POLICIES:
        why = policy_denied(_service(source), source, arn)
    if why:
        return "NO_PERMISSIONS", why
    if kind in MISSING and MISSING[kind](arn):
        return "RESOURCE_NOT_FOUND", f"{arn} does not exist"
    return "", ""


def _bury(target: Props, payload: str, source: str, code: str, why: str) -> None:
    """Put an event that cannot be delivered into the target's dead-letter queue."""
    queue = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    if not queue:
        report.lost(source, target.get("Arn", ""), why)
        return
    if ":scheduler:" in source:
        refused = role_denied(_service(source), target.get("RoleArn", ""), "sqs:SendMessage", queue)
    else:
        refused = policy_denied(_service(source), source, queue)
    if refused or sqs._queue_by_arn(queue) is None:
        report.lost(source, target.get("Arn", ""), f"{why}; dead-letter queue: {refused or 'does not exist'}")
        return
    attributes = {"ERROR_CODE": code, "ERROR_MESSAGE": why, "RULE_ARN": source, "TARGET_ARN": target.get("Arn", "")}
    send_to_queue(queue, payload, attributes)


def send_to_queue(arn: str, payload: str, attributes: dict[str, str] | None = None, group: str = "") -> None:
    """Put a message into a queue, with string attributes."""
    eventbridge._dispatch_to_sqs(parse_arn(arn), payload, {"MessageGroupId": group or "dead-letter"})
    message = sqs._queue_by_arn(arn)["messages"][-1]
    message["message_attributes"] = {
        name: {"StringValue": value, "DataType": "String"} for name, value in (attributes or {}).items()
    }


def retry_function_targets() -> None:
    """Functions as targets.

    AWS: invokes them asynchronously: two more tries, then the function's on-failure destination. MiniStack: once.
    Patch: MiniStack's own asynchronous invocation.
    """

    def dispatch(arn: str, payload: str) -> None:
        function, config, _ = lambda_svc._get_func_record_for_ref(arn)
        try:
            event = json.loads(payload)
        except ValueError:
            event = {"body": payload}
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)

    eventbridge._dispatch_to_lambda = dispatch


def check_on_failure_destination() -> None:
    """On-failure destinations and dead-letter queues of functions.

    AWS: the function's role must be allowed to send there. MiniStack: sends. Patch: asks, and reports what is lost.
    """

    def asked(original: Any) -> Any:
        def route(target: str, name: str, event: Any, result: Any) -> Any:
            role = (lambda_svc._functions.get(name) or {}).get("config", {}).get("Role", "")
            action = ROLE_ACTIONS.get(target.split(":")[2] if target.count(":") > 4 else "", "sqs:SendMessage")
            if why := role_denied("lambda.amazonaws.com", role, action, target):
                report.lost(name, target, why)
                return None
            return original(target, name, event, result)

        return route

    wrap(lambda_svc, "_route_async_failure", asked)


PATCHES: Patches = {
    "targets": deliver_like_eventbridge,
    "target_retries": retry_function_targets,
    "on_failure": check_on_failure_destination,
}
