"""Pages of listings that are known as a whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skafu.kernel.errors import Invalid
from skafu.storage import FIRST_PAGE, PageMark
from skafu.web_api.paging import Paging
from skafu.web_api.whole_lists import Ranks, page_of

Row = tuple[str, int]
SORTS: Ranks[Row] = {"name": lambda row: row[0], "size": lambda row: row[1]}
ROWS: list[Row] = [("b", 2), ("a", 2), ("d", -1), ("c", 10)]


def _page(
    rows: list[Row], sort: str = "", *, limit: int = 2, cursor: PageMark = FIRST_PAGE
) -> tuple[list[Row], PageMark | None]:
    page = Paging(cursor, limit, sort.lstrip("-"), sort.startswith("-"))
    return page_of(rows, page, key=lambda row: row[0], sorts=SORTS, default="name")


def _all(rows: list[Row], sort: str, limit: int) -> list[Row]:
    found, following = _page(rows, sort, limit=limit)
    while following is not None:
        more, following = _page(rows, sort, limit=limit, cursor=following)
        assert more
        found += more
    return found


@given(
    st.lists(st.tuples(st.text(max_size=3), st.integers(-3, 3)), unique_by=lambda row: row[0], max_size=9),
    st.sampled_from(["", "name", "-name", "size", "-size"]),
    st.integers(1, 4),
)
def test_pages_are_the_whole_list_in_order(rows: list[Row], sort: str, limit: int) -> None:
    place = SORTS[sort.lstrip("-") or "name"]
    assert _all(rows, sort, limit) == sorted(rows, key=lambda row: (place(row), row[0]), reverse=sort.startswith("-"))


def test_what_comes_and_goes_in_between_moves_no_page() -> None:
    first, following = _page(ROWS)
    assert ([name for name, _ in first], following is None) == (["a", "b"], False)
    assert following is not None
    later: list[Row] = [("aa", 1), *(row for row in ROWS if row[0] != "b")]
    assert _page(later, cursor=following) == ([("c", 10), ("d", -1)], None)


def test_other_orders_and_cursors_are_refused() -> None:
    with pytest.raises(Invalid, match="nothing can be sorted by 'colour'"):
        _page(ROWS, "colour")
    _, by_size = _page(ROWS, "size")
    assert by_size is not None
    for cursor in (by_size, PageMark("nonsense"), PageMark("\u00e4"), PageMark("WyJuYW1lIl0")):
        with pytest.raises(Invalid, match="not of this listing"):
            _page(ROWS, cursor=cursor)
