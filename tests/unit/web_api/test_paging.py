"""What a request asks of a listing becomes a question that an index answers."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from skafu.kernel.errors import Invalid
from skafu.storage import FIRST_PAGE
from skafu.web_api.paging import Paging, Span, created

SORTS: dict[str, tuple[str, ...]] = {"name": ("name",), "begun": ("begun",)}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _page(sort: str = "", *, descending: bool = False) -> Paging:
    return Paging(FIRST_PAGE, 50, sort, descending)


def test_without_a_span_the_own_order_counts() -> None:
    question = _page().question(sorts=SORTS, default="name", kind="a", state=None)
    assert (question.order, question.descending, question.where) == (("name",), False, {"kind": "a"})
    assert question.at_least is question.below is msgspec.UNSET


def test_a_span_sorts_by_the_moment_that_it_bounds() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=2)))
    question = _page().question(sorts=SORTS, default="name", made=Span(after=there).by("begun"))
    assert (question.order, question.descending) == (("begun",), True)
    assert (question.at_least, question.below) == ("2026-03-02T12:00:00.000+00:00", msgspec.UNSET)
    turned = _page("begun").question(sorts=SORTS, default="name", made=Span(before=NOON).by("begun"))
    assert (turned.descending, turned.below) == (False, "2026-03-02T12:00:00.000+00:00")


def test_a_span_goes_with_no_other_order() -> None:
    with pytest.raises(Invalid, match="do not go with another order"):
        _page("name").question(sorts=SORTS, default="name", made=Span(after=NOON).by("begun"))


async def test_another_age_is_refused() -> None:
    assert await created(NOON, None) == Span(NOON)
    with pytest.raises(Invalid, match="too far away"):
        await created(None, datetime(1, 1, 1, tzinfo=UTC))
