"""Moments survive as whole microseconds."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from skafu.storage.adapters.moments import from_microseconds, to_microseconds

LAST = to_microseconds(datetime(2200, 1, 1, tzinfo=UTC))


@given(st.integers(0, LAST))
def test_no_microsecond_is_lost(microseconds: int) -> None:
    assert to_microseconds(from_microseconds(microseconds)) == microseconds


def test_moments_come_back_in_utc() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert from_microseconds(to_microseconds(noon)).isoformat() == "2026-05-01T10:00:00+00:00"
