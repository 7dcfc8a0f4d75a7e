"""Repeated times as people write them."""

import pytest

from skafu.blueprint.schedules import parse_schedule
from skafu.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "expression", "timezone"),
    [
        ("day at 03:00 UTC", "cron(0 3 * * ? *)", "UTC"),
        ("monday at 08:05 Europe/Berlin", "cron(5 8 ? * MON *)", "Europe/Berlin"),
        ("weekday at 18:30", "cron(30 18 ? * MON-FRI *)", "UTC"),
        ("month on 1 at 06:00 UTC", "cron(0 6 1 * ? *)", "UTC"),
        ("month on last at 23:59", "cron(59 23 L * ? *)", "UTC"),
        ("15 minutes", "rate(15 minutes)", "UTC"),
        ("hour", "rate(1 hour)", "UTC"),
        ("1 minute", "rate(1 minute)", "UTC"),
        ("2 weeks", "rate(14 days)", "UTC"),
        ("90 minutes", "rate(90 minutes)", "UTC"),
    ],
)
def test_what_people_write(text: str, expression: str, timezone: str) -> None:
    schedule = parse_schedule(text)

    assert (schedule.expression, schedule.timezone) == (expression, timezone)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("soon", "'soon' is no repeated time"),
        ("30 seconds", "not a whole number of minutes"),
        ("day at 24:00", "24:00 is no time of day"),
        ("day at 03:00 Europe/Berln", "did you mean Europe/Berlin"),
        ("month on 31 at 03:00", "not every month has a day 31"),
        ("mondy at 03:00", "did you mean monday"),
    ],
)
def test_what_cannot_be_meant(text: str, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        parse_schedule(text)
