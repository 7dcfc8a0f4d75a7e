"""Places in the order over all events of a file: the row's number, with the epoch in front once one has begun.

A restore of a backup begins an epoch: numbers behind the backup come again, for other events. Its name is random, so
that two restores of one backup never have the same. A cursor without an epoch is of the time before the first restore.
"""

import re
import secrets
from bisect import bisect_left
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from skafu.kernel.events import START, Cursor
from skafu.storage.adapters.sqlite.connections import bring_up, connect, told
from skafu.storage.feed import UnknownCursor

_BEGIN: Final = """
INSERT OR REPLACE INTO epochs (after, epoch) SELECT coalesce(max(position), 0), ? FROM events
"""
_FORM: Final = re.compile(r"(?:(\d{1,16})\.)?(\d{1,19})", re.ASCII)
_HIGHEST: Final = 2**63
_NAMES: Final = 2**48


class Place(NamedTuple):
    """The parts of a cursor."""

    epoch: int
    position: int


class Epochs(NamedTuple):
    """The places behind which epochs began, in order, and their names; the first is that before any restore."""

    after: tuple[int, ...]
    names: tuple[int, ...]


def place_of(cursor: Cursor) -> Place:
    """The parts of a cursor.

    Raises:
        UnknownCursor: it has not the form of one.
    """
    if cursor == START:
        return Place(0, 0)
    match = _FORM.fullmatch(cursor)
    if match is None or int(match[2]) >= _HIGHEST:
        raise UnknownCursor(cursor)
    return Place(int(match[1] or 0), int(match[2]))


def cursor_at(position: int, epochs: str | None) -> Cursor:
    """The cursor of a place.

    Args:
        position: the number of the row.
        epochs: those of the file, as a statement reads them together with rows: "100:7 250:9" when epoch 7 began
            behind position 100, and epoch 9 behind 250; none before the first restore.
    """
    if epochs is None:
        return Cursor(str(position))
    known = _read(epochs)
    epoch = known.names[max(bisect_left(known.after, position) - 1, 0)]
    return Cursor(f"{epoch}.{position}" if epoch else str(position))


def check_known(cursor: Cursor, epochs: str | None, tip: int) -> None:
    """Refuse a cursor that no event of the file has had; `tip` is the last position.

    Raises:
        UnknownCursor: its epoch is not of this file, or ended before it.
    """
    epoch, position = place_of(cursor)
    known = _read(epochs or "")
    if epoch not in known.names:
        raise UnknownCursor(cursor)
    number = known.names.index(epoch)
    begin, end = known.after[number], (*known.after, tip)[number + 1]
    if position > end or (epoch and position <= begin):
        raise UnknownCursor(cursor)


def begin_epoch(path: Path) -> None:
    """Let the events that come be of another epoch than those that are there, in a file that is brought up to date.

    Raises:
        Unavailable: the file cannot be written, or a newer version of the program has been here.
    """
    bring_up(path)
    with told(path), closing(connect(path)) as connection:
        connection.execute(_BEGIN, (1 + secrets.randbelow(_NAMES),))


@lru_cache(maxsize=64)
def _read(epochs: str) -> Epochs:
    pairs = sorted((int(after), int(epoch)) for after, _, epoch in (each.partition(":") for each in epochs.split()))
    return Epochs((0, *(after for after, _ in pairs)), (0, *(epoch for _, epoch in pairs)))
