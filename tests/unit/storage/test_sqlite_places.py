"""Cursors of a SQLite file, and which of them it knows."""

import pytest

from skafu.kernel.events import START, Cursor
from skafu.storage.adapters.sqlite.places import check_known, cursor_at
from skafu.storage.feed import UnknownCursor

RESTORED = "100:7 250:9"
"""Epoch 7 began behind position 100, and epoch 9 behind 250."""


def _is_known(cursor: str, epochs: str | None, tip: int) -> bool:
    try:
        check_known(Cursor(cursor), epochs, tip)
    except UnknownCursor:
        return False
    return True


def test_before_a_restore_a_cursor_is_a_number() -> None:
    assert cursor_at(17, None) == "17"
    assert [_is_known(each, None, 17) for each in (START, "0", "17", "18", "7.17")] == [True, True, True, False, False]


def test_each_place_has_the_epoch_that_it_was_written_in() -> None:
    places = [cursor_at(each, RESTORED) for each in (1, 100, 101, 250, 251, 300)]
    assert places == ["1", "100", "7.101", "7.250", "9.251", "9.300"]
    assert all(_is_known(each, RESTORED, 300) for each in places)


@pytest.mark.parametrize("lost", ["101", "300", "7.100", "7.251", "9.250", "9.301", "8.101", "0.101"])
def test_places_that_a_restore_has_taken_away_are_unknown(lost: str) -> None:
    assert not _is_known(lost, RESTORED, 300)


@pytest.mark.parametrize("strange", ["x", "1.2.3", "-1", ".5", "7.", "٣", "9223372036854775808", " 1"])
def test_what_is_no_cursor_is_unknown(strange: str) -> None:
    assert not _is_known(strange, None, 2**63 - 1)
