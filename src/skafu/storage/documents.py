"""The port of documents: JSON objects in collections, found by declared indexes."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NewType, Protocol

import msgspec

from skafu.kernel.errors import Conflict, Invalid
from skafu.kernel.identity import TenantId

Body = Mapping[str, object]
"""What a document holds: an object that JSON can write."""

Scalar = str | int | float | bool | None
"""What a declared field can be compared by."""

PageMark = NewType("PageMark", str)
"""Where a page of findings ended. Opaque; good for the same question only."""

FIRST_PAGE = PageMark("")


class Collection(msgspec.Struct, frozen=True):
    """A named set of documents.

    Attributes:
        name: unique in the store.
        indexes: the fields that documents are found by. Each is a tuple of field names (`"owner.id"` looks inside):
            an index answers a question that fixes its first fields and sorts by all or none of the others.
    """

    name: str
    indexes: tuple[tuple[str, ...], ...] = ()


class Document(msgspec.Struct, frozen=True):
    """A document as it stands.

    Attributes:
        key: its name in the collection.
        body: what it holds.
        revision: counts its writes, from 1.
    """

    key: str
    body: dict[str, object]
    revision: int


class Query(msgspec.Struct, frozen=True):
    """A question that one declared index can answer.

    Attributes:
        where: fields and the value that each must have; a list in a document matches by any of its elements.
        order: fields to sort by; without any, by key. Null comes first, then false, true, numbers, texts.
        at_least: a bound on the first field of `order`.
        below: a bound on the first field of `order`, itself left out.
        descending: the other way round.
        limit: documents on a page.
        after: the mark of the page before.
    """

    where: Mapping[str, Scalar] = MappingProxyType({})
    order: tuple[str, ...] = ()
    at_least: Scalar | msgspec.UnsetType = msgspec.UNSET
    below: Scalar | msgspec.UnsetType = msgspec.UNSET
    descending: bool = False
    limit: int = 50
    after: PageMark = FIRST_PAGE


class Found(msgspec.Struct, frozen=True):
    """A page of documents, and the mark of the next page when there is one."""

    documents: tuple[Document, ...]
    next: PageMark | None = None


class WrongRevision(Conflict):
    """Somebody else wrote the document first."""

    def __init__(self, collection: str, key: str, expected: int, actual: int) -> None:
        """Say what was expected and what is there."""
        super().__init__(
            f"document {key!r} of {collection!r} is at revision {actual}, not {expected}",
            fix="read the document again",
        )
        self.expected = expected
        self.actual = actual


class NoIndex(Invalid):
    """No declared index answers a question."""

    def __init__(self, collection: Collection, query: Query) -> None:
        """Say which index would."""
        wanted = (*query.where, *query.order)
        super().__init__(
            f"no index of {collection.name!r} answers where {sorted(query.where)} order {list(query.order)}",
            fix=f"declare the index {wanted!r}",
        )


class Documents(Protocol):
    """Documents of read models and small states. Each call stays within one tenant."""

    async def get(self, tenant: TenantId, collection: Collection, keys: Sequence[str]) -> dict[str, Document]:
        """The documents among these keys that exist."""

    async def put(
        self, tenant: TenantId, collection: Collection, key: str, body: Body, *, expected: int | None = None
    ) -> int:
        """Write a document whole.

        Args:
            tenant: whose document it is.
            collection: where it belongs.
            key: its name there.
            body: what it is to hold.
            expected: the revision that must be there, 0 for none; without one, whatever is there is replaced.

        Returns:
            Its new revision.

        Raises:
            WrongRevision: the document is not as expected.
            Invalid: JSON cannot write it, or an indexed field cannot be compared.
        """

    async def delete(self, tenant: TenantId, collection: Collection, key: str, *, expected: int | None = None) -> None:
        """Remove a document; nothing happens when there is none, unless a revision is expected.

        Raises:
            WrongRevision: the document is not as expected.
        """

    async def find(self, tenant: TenantId, collection: Collection, query: Query) -> Found:
        """A page of the documents that a question is about.

        Raises:
            NoIndex: no declared index answers it.
            Invalid: the mark is not of this question, or a value cannot be compared.
        """
