"""Places in the order over all events: `epoch.xid.position`, compared part by part as numbers."""

import re
from typing import Final, NamedTuple

from skafu.kernel.events import START, Cursor
from skafu.storage.feed import UnknownCursor

_FORM: Final = re.compile(r"(\d{1,4})\.(\d{1,19})\.(\d{1,18})", re.ASCII)


class Place(NamedTuple):
    """The parts of a cursor; the transaction's id as text, because it can be larger than a `bigint`."""

    epoch: int
    xid: str
    position: int


BEGINNING: Final = Place(0, "0", 0)


def place_of(cursor: Cursor) -> Place:
    """The parts of a cursor.

    Raises:
        UnknownCursor: it has not the form of one.
    """
    if cursor == START:
        return BEGINNING
    match = _FORM.fullmatch(cursor)
    if match is None:
        raise UnknownCursor(cursor)
    return Place(int(match[1]), match[2], int(match[3]))


def cursor_at(epoch: int, xid: str, position: int) -> Cursor:
    """The cursor of a place."""
    return Cursor(f"{epoch}.{xid}.{position}")
