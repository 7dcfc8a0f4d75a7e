from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec import Struct, ValidationError, json
from shared.fields import ZonedTime, exact, in_utc


class Sent(Struct, frozen=True, kw_only=True):
    size: Decimal = Decimal(1)
    sizes: tuple[Decimal, ...] = ()
    at: ZonedTime | None = None
    times: tuple[ZonedTime, ...] = ()

    def __post_init__(self) -> None:
        exact(self, "size", "sizes")
        in_utc(self, "at", "times")


def sent(text: str) -> Sent:
    return json.decode(text, type=Sent)


def test_times_are_moved_to_utc() -> None:
    found = sent('{"at": "2026-03-14T23:00:00-05:00", "times": ["2026-03-14T09:00:00+01:00"]}')
    assert found.at == datetime(2026, 3, 15, 4, tzinfo=UTC)
    assert [one.isoformat() for one in (found.at, *found.times)] == ["2026-03-15T04:00:00+00:00", "2026-03-14T08:00:00+00:00"]


@pytest.mark.parametrize("time", ["2026-03-14T09:00:00", "0001-01-01T00:00:00+05:00", "yesterday"])
def test_times_without_offset_or_out_of_range_are_refused(time: str) -> None:
    with pytest.raises(ValidationError):
        sent(f'{{"at": "{time}"}}')


@pytest.mark.parametrize("number", ["NaN", "sNaN", "-Infinity", "1E+1000000", "1E-1000000", "0E+99", "1" * 29])
def test_numbers_that_nobody_can_count_with_are_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="size must be a number"):
        sent(f'{{"size": "{number}"}}')
    with pytest.raises(ValidationError, match="sizes must be a number"):
        sent(f'{{"sizes": ["{number}"]}}')


def test_numbers_are_kept_as_they_are_written() -> None:
    assert str(sent('{"size": "-12.50"}').size) == "-12.50"
