"""EventBridge Scheduler: one schedule now, a fast clock, permissions."""

import time
import uuid

from ministack.core.responses import request_scope
from ministack.services import eventbridge
from ministack.services import scheduler as schedules

from .patching import Patches


def fire(name: str, group: str, account: str) -> str | None:
    """Deliver to the target of a schedule as if its time had come; gives its expression, None when there is none."""
    wanted = (account, f"{group}/{name}")
    found = next((key for key in list(schedules._schedules._data) if (key[0], key[2]) == wanted), None)
    if found is None:
        return None
    schedule = schedules._schedules._data[found]
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
    expression: str = schedule["ScheduleExpression"]
    if expression.startswith("at(") and schedule.get("ActionAfterCompletion") == "DELETE":
        schedules._schedules._data.pop(found, None)
    return expression


PATCHES: Patches = {}
