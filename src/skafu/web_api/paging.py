"""Pages of listings: cursor, limit, order, and which fields are wanted."""

from typing import Annotated

import msgspec
from fastapi import Depends, Query

from skafu.kernel.errors import Invalid
from skafu.storage import FIRST_PAGE, PageMark
from skafu.storage import Query as Question
from skafu.storage.documents import Scalar

MOST = 200


class Paging(msgspec.Struct, frozen=True):
    """Which page of a listing is wanted.

    Attributes:
        cursor: where the page before ended.
        limit: how many things.
        sort: the field to sort by, and empty for the listing's own order.
        descending: the other way round.
    """

    cursor: PageMark
    limit: int
    sort: str
    descending: bool

    def question(self, *, sorts: dict[str, tuple[str, ...]], default: str, **where: Scalar) -> Question:
        """The question to the documents of a read model.

        Args:
            sorts: the orders that the listing has, each with the fields of its index.
            default: the order without `sort`, with "-" for descending.
            where: the values that fields must have; those without a value are left out.

        Raises:
            Invalid: there is no such order.
        """
        name, descending = (self.sort, self.descending) if self.sort else (default.lstrip("-"), default.startswith("-"))
        if name not in sorts:
            raise Invalid(f"nothing can be sorted by {name[:40]!r} here", fix=f"known are: {', '.join(sorts)}")
        given = {field: value for field, value in where.items() if value is not None}
        return Question(given, sorts[name], descending=descending, limit=self.limit, after=self.cursor)


async def paging(
    cursor: Annotated[str, Query(description="`meta.page.next` of the page before.", max_length=2000)] = FIRST_PAGE,
    limit: Annotated[int, Query(description="How many on a page.", ge=1, le=MOST)] = 50,
    sort: Annotated[
        str, Query(description="The field to sort by; `-` before it turns the order round.", max_length=60)
    ] = "",
) -> Paging:
    """The page that a request asks for."""
    return Paging(PageMark(cursor), limit, sort.lstrip("-"), sort.startswith("-"))


async def fields(
    fields: Annotated[
        str | None,
        Query(description="The fields that are wanted, with commas between; all without it.", max_length=500),
    ] = None,
) -> frozenset[str] | None:
    """The fields that a request asks for."""
    if fields is None:
        return None
    return frozenset(each.strip() for each in fields.split(",") if each.strip())


Pages = Annotated[Paging, Depends(paging)]
Fields = Annotated[frozenset[str] | None, Depends(fields)]
