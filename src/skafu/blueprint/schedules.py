"""Repeated times as people write them, as the schedule expressions of EventBridge Scheduler."""

import re

import msgspec

from skafu.blueprint.expressions.durations import parse_duration
from skafu.blueprint.problems import did_you_mean, nearest
from skafu.blueprint.timezones import ZONES
from skafu.kernel.errors import Invalid

_DAYS = {
    "monday": "MON",
    "tuesday": "TUE",
    "wednesday": "WED",
    "thursday": "THU",
    "friday": "FRI",
    "saturday": "SAT",
    "sunday": "SUN",
    "weekday": "MON-FRI",
}
_MONTH = re.compile(r"month on ([0-9]{1,2}|last)")
_AT = re.compile(r"(?P<day>.+?) at (?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?: (?P<zone>\S+))?")
_RATE_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
EXPECTED = "15 minutes, hour, day at 03:00 UTC, monday at 08:00 Europe/Berlin or month on 1 at 06:00 UTC"


class Schedule(msgspec.Struct, frozen=True):
    """`rate(15 minutes)` or `cron(0 3 * * ? *)` and the time zone that it is meant in.

    Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """

    expression: str
    timezone: str = "UTC"


def parse_schedule(text: str) -> Schedule:
    """Read a repeated time.

    Args:
        text: `15 minutes`, `hour`, `day at 03:00 UTC`, `weekday at 18:30 Europe/Berlin`, `month on last at 06:00`.

    Raises:
        Invalid: the text is none.
    """
    words = " ".join(text.lower().split())
    moment = _AT.fullmatch(" ".join(text.split()))
    if moment:
        return Schedule(_cron(moment, text), _zone(moment["zone"] or "UTC"))
    return Schedule(f"rate({_rate(words, text)})")


def _cron(moment: re.Match[str], text: str) -> str:
    hour, minute = int(moment["hour"]), int(moment["minute"])
    if hour > 23 or minute > 59:
        raise Invalid(f"{moment['hour']}:{moment['minute']} is no time of day", fix="Write 00:00 to 23:59.")
    day = moment["day"].lower()
    month = _MONTH.fullmatch(day)
    if day == "day":
        return f"cron({minute} {hour} * * ? *)"
    if day in _DAYS:
        return f"cron({minute} {hour} ? * {_DAYS[day]} *)"
    if month and (month[1] == "last" or 1 <= int(month[1]) <= 28):
        return f"cron({minute} {hour} {'L' if month[1] == 'last' else int(month[1])} * ? *)"
    if month:
        raise Invalid(f"not every month has a day {month[1]}", fix="Write 1 to 28, or last.")
    near = nearest(day, ("day", *_DAYS, "month on 1"))
    raise Invalid(f"{text!r} is no repeated time{did_you_mean(near)}", fix=f"Write it like {EXPECTED}.")


def _zone(name: str) -> str:
    if name in ZONES:
        return name
    near = nearest(name, ZONES)
    raise Invalid(f"time zone {name} is not known{did_you_mean(near)}", fix="Use a name like Europe/Berlin, or UTC.")


def _rate(words: str, text: str) -> str:
    try:
        seconds = int(parse_duration(words if words[:1].isdigit() else f"1 {words}").total_seconds())
    except Invalid:
        raise Invalid(f"{text!r} is no repeated time", fix=f"Write it like {EXPECTED}.") from None
    for unit, size in _RATE_UNITS:
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    raise Invalid(f"{text!r} is not a whole number of minutes", fix="The shortest is 1 minute.")
