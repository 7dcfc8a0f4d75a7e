"""Pages of listings that are known as a whole: those that no index of documents holds."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, TypeVar

import msgspec

from skafu.kernel.errors import Invalid
from skafu.storage import PageMark
from skafu.web_api.paging import Paging

T = TypeVar("T")
Rank: TypeAlias = "str | float"
"""What rows are sorted by: of one kind in an order."""
Ranks: TypeAlias = Mapping[str, Callable[[T], Rank]]


class _Mark(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: in which order, and behind which row."""

    order: str
    rank: str | float
    key: str


def page_of(
    rows: Iterable[T], page: Paging, *, key: Callable[[T], str], sorts: Ranks[T], default: str
) -> tuple[list[T], PageMark | None]:
    """The page that is wanted; rows that come or go in between are told no page twice, and leave none out.

    Args:
        rows: all of them.
        page: which page is wanted.
        key: tells a row from all others.
        sorts: the orders that there are, and what each ranks rows by.
        default: the order without `sort`, with "-" for descending.

    Returns:
        The rows, and the mark of the next page when there is one.

    Raises:
        Invalid: there is no such order, or the cursor is of another listing.
    """
    order = f"{'-' if page.descending else ''}{page.sort}" if page.sort else default
    name, descending = order.removeprefix("-"), order.startswith("-")
    if name not in sorts:
        raise Invalid(f"nothing can be sorted by {name[:40]!r} here", fix=f"known are: {', '.join(sorts)}")
    ranked = sorted(((sorts[name](each), key(each), each) for each in rows), key=_place, reverse=descending)
    if page.cursor:
        after = _read(page.cursor, order)
        ranked = [each for each in ranked if (_place(each) < after if descending else _place(each) > after)]
    found = ranked[: page.limit]
    more = len(ranked) > page.limit
    return [each for _, _, each in found], _written(_Mark(order, *found[-1][:2])) if more else None


def _place(row: tuple[Rank, str, T]) -> tuple[bool, Rank, str]:
    return isinstance(row[0], str), row[0], row[1]


def _written(mark: _Mark) -> PageMark:
    return PageMark(base64.urlsafe_b64encode(msgspec.json.encode(mark)).decode().rstrip("="))


def _read(cursor: str, order: str) -> tuple[bool, Rank, str]:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mark = msgspec.json.decode(raw, type=_Mark)
    except (binascii.Error, ValueError):
        mark = None
    if mark is None or mark.order != order:
        raise Invalid(f"the cursor is not of this listing: {cursor[:40]!r}", fix="start from the first page")
    return isinstance(mark.rank, str), mark.rank, mark.key
