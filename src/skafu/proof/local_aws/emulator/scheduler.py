"""EventBridge Scheduler: one schedule now, a fast clock, names used again, time zones, permissions."""

import json
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge
from ministack.services import scheduler as schedules

from .patching import Patches, Props, after_provisioning, wrap
from .permissions import enforced

# Seconds between two looks at all schedules (MiniStack: 10).
TICK = 0.5
KEPT = ("ScheduleExpressionTimezone", "ActionAfterCompletion", "StartDate", "EndDate", "KmsKeyArn")


class ZonedExpression(str):
    """A schedule's expression that knows the time zone in which it is meant."""

    zone: str
    __slots__ = ("zone",)

    @classmethod
    def of(cls, expression: str, zone: str | None) -> "ZonedExpression":
        """The expression in a zone; none is UTC."""
        zoned = cls(expression)
        zoned.zone = zone or "UTC"
        return zoned


def fire(name: str, group: str, account: str) -> str | None:
    """Deliver to the target of a schedule as if its time had come; gives its expression, None when there is none."""
    wanted = (account, f"{group}/{name}")
    found = next((key for key in list(schedules._schedules._data) if (key[0], key[2]) == wanted), None)
    if found is None:
        return None
    schedule = schedules._schedules._data[found]
    expression = str(schedule["ScheduleExpression"])
    if expression.startswith("at("):
        schedules._schedule_last_fired[found] = time.time()
    with request_scope(found[0], found[1]):
        event = {
            "EventId": str(uuid.uuid4()),
            "Source": "aws.scheduler",
            "DetailType": "Scheduled Event",
            "Detail": "{}",
            "Time": time.time(),
            "Resources": [schedule["Arn"]],
            "Account": found[0],
            "Region": found[1],
        }
        eventbridge._invoke_target(schedule.get("Target") or {}, event, schedule)
    if expression.startswith("at(") and schedule.get("ActionAfterCompletion") == "DELETE":
        schedules._schedules._data.pop(found, None)
        schedules._schedule_last_fired.pop(found, None)
    return expression


def keep_time() -> None:
    """When a schedule fires.

    AWS: within a minute; a name that is used again is a new schedule; `at()` is in the schedule's time zone; an
    expression that nobody understands is refused. MiniStack: looks every 10 s, never fires a one-off whose name fired
    before, takes every `at()` for UTC, accepts everything, and drops zone and `ActionAfterCompletion` of schedules in
    stacks. Patch: looks every 0.5 s, forgets what a name did before, and keeps and honours the rest.
    """

    def as_new(original: Any) -> Any:
        def write(name: str, body: Props) -> Any:
            expression = str(body.get("ScheduleExpression", ""))
            if expression and not _understood(expression):
                return schedules._error(400, "ValidationException", f"Invalid Schedule Expression {expression}.")
            group = body.get("GroupName", "default")
            schedules._schedule_last_fired.pop((get_account_id(), get_region(), f"{group}/{name}"), None)
            zoned = ZonedExpression.of(expression, body.get("ScheduleExpressionTimezone"))
            return original(name, {**body, "ScheduleExpression": zoned})

        return write

    def in_zone(original: Any) -> Any:
        def at_time(expression: str) -> Any:
            stated = re.fullmatch(r"\s*at\((.+)\)\s*", expression)
            zone = getattr(expression, "zone", "UTC")
            if stated is None or zone == "UTC":
                return original(expression)
            return datetime.fromisoformat(stated[1]).replace(tzinfo=ZoneInfo(zone)).timestamp()

        return at_time

    schedules._SCHEDULE_TICK_INTERVAL = TICK
    wrap(schedules, "_create_schedule", as_new)
    wrap(schedules, "_update_schedule", as_new)
    wrap(schedules, "_at_time_epoch", in_zone)
    after_provisioning("AWS::Scheduler::Schedule", _complete)


def _understood(expression: str) -> bool:
    return (
        schedules._at_time_epoch(expression) is not None
        or eventbridge._parse_rate_seconds(expression) is not None
        or eventbridge._parse_cron_fields(expression) is not None
    )


def _complete(name: str, props: Props) -> None:
    """Give the schedule of a stack what MiniStack does not hand on."""
    schedule = schedules._schedules.get(f"{props.get('GroupName', 'default')}/{name}")
    if schedule is None or schedule["Target"] != props.get("Target"):
        raise ValueError(f"Invalid request: schedule {name} was refused; check its expression, target and role")
    schedule.update({key: props[key] for key in KEPT if props.get(key)})
    zone = props.get("ScheduleExpressionTimezone")
    schedule["ScheduleExpression"] = ZonedExpression.of(props["ScheduleExpression"], zone)


def check_passed_role() -> None:
    """The role that a schedule gets from its maker.

    AWS: whoever creates a schedule needs `iam:PassRole` for its role. MiniStack: does not ask. Patch: asks.
    """

    def asking(original: Any) -> Any:
        async def handle(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            role = _role_to_pass(body) if method in ("POST", "PUT") and path.startswith("/schedules/") else ""
            if role and enforced():
                denied = _pass_role(app.extract_access_key_id(headers, query), role)
                if isinstance(denied, iam_evaluator.EvalResult):
                    return iam_actions.access_denied_response(
                        "scheduler", "iam:PassRole", denied.principal_arn, "", headers=headers, resource_arn=role
                    )
            return await original(method, path, headers, body, query)

        return handle

    wrap(schedules, "handle_request", asking)


def _pass_role(access_key: str, role: str) -> Any:
    context = {"iam:PassedToService": "scheduler.amazonaws.com"}
    return iam_evaluator.enforce(access_key, "iam:PassRole", "iam", get_region(), role, context)


def _role_to_pass(body: bytes) -> str:
    try:
        return str((json.loads(body or b"{}").get("Target") or {}).get("RoleArn", ""))
    except (ValueError, AttributeError):
        return ""


def name_groups() -> None:
    """Which resource a call on a schedule is about.

    AWS: `schedule/<group>/<name>`. MiniStack: asks the caller's rights on `schedule/default/<name>` whatever the group.
    Patch: names the group of the request.
    """

    def with_group(original: Any) -> Any:
        def resource(service: str, method: str, path: str, headers: Any, body: bytes, query: Any, *rest: Any) -> Any:
            found = original(service, method, path, headers, body, query, *rest)
            if service != "scheduler" or ":schedule/default/" not in str(found):
                return found
            return str(found).replace(":schedule/default/", f":schedule/{_group_of(body, query)}/")

        return resource

    wrap(iam_actions, "extract_resource_arn", with_group)


def _group_of(body: bytes, query: Any) -> str:
    stated = (query or {}).get("groupName") or "default"
    try:
        return str(json.loads(body or b"{}").get("GroupName") or (stated[0] if isinstance(stated, list) else stated))
    except (ValueError, AttributeError):
        return "default"


def fill_attributes() -> None:
    """The words in a target's input that stand for something of the firing.

    AWS: `<aws.scheduler.execution-id>`, `-arn`, `-time` and `-number` are filled in. MiniStack: delivers them as they
    are. Patch: fills them in.
    """

    def filled(original: Any) -> Any:
        def invoke(target: Props, event: Props, rule: Props, *rest: Any) -> Any:
            if ":scheduler:" in str(rule.get("Arn", "")) and "<aws.scheduler." in str(target.get("Input", "")):
                target = {**target, "Input": _filled(str(target["Input"]), str(rule["Arn"]))}
            return original(target, event, rule, *rest)

        return invoke

    wrap(eventbridge, "_invoke_target", filled)


def _filled(text: str, schedule: str) -> str:
    now = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {"schedule-arn": schedule, "scheduled-time": now, "execution-id": str(uuid.uuid4()), "attempt-number": "1"}
    return re.sub(r"<aws\.scheduler\.([\w-]+)>", lambda found: values.get(found[1], found[0]), text)


PATCHES: Patches = {
    "scheduler": keep_time,
    "pass_role": check_passed_role,
    "schedule_attributes": fill_attributes,
    "schedule_groups": name_groups,
}
