"""Pages of listings: cursor, limit, order, and which fields are wanted."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from fastapi import Depends, Query
from pydantic import AwareDatetime

from skafu.kernel.errors import Invalid
from skafu.storage import FIRST_PAGE, PageMark
from skafu.storage import Query as Question
from skafu.storage.documents import Scalar

MOST = 200


class Span(msgspec.Struct, frozen=True):
    """When the things were made that are wanted.

    Attributes:
        after: at this moment or later.
        before: before this moment.
        field: what says of a thing when it was made.
    """

    after: datetime | None = None
    before: datetime | None = None
    field: str = "created_at"

    def by(self, field: str) -> "Span":
        """The same, where another field says it."""
        return Span(self.after, self.before, field)


ALWAYS: Final = Span()


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

    def keep_to(self, order: str) -> None:
        """Refuse another order than the one that a listing has; "-" before its field turns it round.

        Raises:
            Invalid: another one is wanted.
        """
        wanted = f"-{self.sort}" if self.descending else self.sort
        if wanted not in {"", order}:
            raise Invalid(f"nothing can be sorted by {wanted[:40]!r} here", fix=f"known is: {order}")

    def question(
        self,
        *,
        sorts: Mapping[str, tuple[str, ...]],
        default: str,
        made: Span = ALWAYS,
        **where: Scalar,
    ) -> Question:
        """The question to the documents of a read model.

        Args:
            sorts: the orders that the listing has, each with the fields of its index.
            default: the order without `sort`, with "-" for descending.
            made: when they were made; its field is one of `sorts`.
            where: the values that fields must have; those without a value are left out.

        Raises:
            Invalid: there is no such order, or it does not go with a span.
        """
        if made.after or made.before:
            default = f"-{made.field}"
            if self.sort not in {"", made.field}:
                words = "created_after and created_before do not go with another order"
                raise Invalid(words, fix=f"leave `sort` out, or sort by {made.field}")
        name, descending = (self.sort, self.descending) if self.sort else (default.lstrip("-"), default.startswith("-"))
        if name not in sorts:
            raise Invalid(f"nothing can be sorted by {name[:40]!r} here", fix=f"known are: {', '.join(sorts)}")
        given = {field: value for field, value in where.items() if value is not None}
        return Question(
            given,
            sorts[name],
            descending=descending,
            limit=self.limit,
            after=self.cursor,
            at_least=_text(made.after) if made.after else msgspec.UNSET,
            below=_text(made.before) if made.before else msgspec.UNSET,
        )


def _text(moment: datetime) -> str:
    """The least text of a moment: documents hold moments with and without fractions, and all sort behind it."""
    there = moment.astimezone(UTC)
    second, _, fraction = there.replace(tzinfo=None).isoformat(timespec="milliseconds").partition(".")
    return f"{second}.{fraction.rstrip('0')}" if fraction.strip("0") else second


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


async def created(
    created_after: Annotated[AwareDatetime | None, Query(description="Only those made then or later.")] = None,
    created_before: Annotated[AwareDatetime | None, Query(description="Only those made before.")] = None,
) -> Span:
    """When the things were made that a request asks for.

    Raises:
        Invalid: that is in another age.
    """
    return Span(near(created_after), near(created_before))


def near(moment: datetime | None) -> datetime | None:
    """A moment of a request, when it is one that can be counted with in every time zone.

    Raises:
        Invalid: it is in another age.
    """
    if moment is not None and not 1900 < moment.year < 2200:
        raise Invalid("a moment lies too far away", fix="give moments of this century")
    return moment


Created = Annotated[Span, Depends(created)]
Pages = Annotated[Paging, Depends(paging)]
Fields = Annotated[frozenset[str] | None, Depends(fields)]
