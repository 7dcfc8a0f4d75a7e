"""Marks of pages cannot be bent to show more than the question asked for."""

import base64

import pytest

from skafu.kernel.errors import Invalid
from skafu.storage import Collection, PageMark, Query
from skafu.storage.indexing import entries_of, mark_of, stretch_of

TASKS = Collection("tasks", (("owner", "due"), ("labels", "tags")))


def test_a_forged_mark_stays_within_the_question() -> None:
    query = Query(where={"owner": "me"}, order=("due",))
    whole = stretch_of(TASKS, query)
    for place in (b"", b"\xff", whole.low + b"\x06"):
        for descending in (False, True):
            asked = Query(where={"owner": "me"}, order=("due",), descending=descending)
            forged = Query(where={"owner": "me"}, order=("due",), descending=descending, after=mark_of(asked, place))
            stretch = stretch_of(TASKS, forged)
            assert whole.low <= stretch.low
            assert stretch.high <= whole.high


def test_a_mark_belongs_to_its_question() -> None:
    mark = mark_of(Query(where={"owner": "me"}), b"x")
    for query in (
        Query(where={"owner": "you"}, after=mark),
        Query(where={"owner": "me"}, descending=True, after=mark),
        Query(after=PageMark("~")),
        Query(after=PageMark(base64.b64encode(b"abc").decode())),
    ):
        with pytest.raises(Invalid, match="not of this question"):
            stretch_of(TASKS, query)


def test_lists_do_not_multiply_without_end() -> None:
    with pytest.raises(Invalid, match="places"):
        entries_of(TASKS, "k", {"labels": list(range(100)), "tags": list(range(100))})
    assert len(entries_of(TASKS, "k", {"labels": [1, 2, 2], "tags": ["a", "b"]})) == 2 + 4
