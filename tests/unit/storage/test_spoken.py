"""Stretches of time in words."""

import pytest

from skafu.storage.work.spoken import spoken


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (1800, "30 minutes"),
        (7200, "2 hours"),
        (86_400, "1 day"),
    ],
)
def test_stretches_of_time_are_told_in_the_largest_whole_unit(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
