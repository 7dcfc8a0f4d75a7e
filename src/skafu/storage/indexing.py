"""Which entries a document has in the indexes of its collection, and which stretch of an index answers a question."""

import base64
import binascii
import zlib
from itertools import product

import msgspec

from skafu.kernel.errors import Invalid
from skafu.storage.documents import FIRST_PAGE, Body, Collection, NoIndex, PageMark, Query
from skafu.storage.sort_keys import AFTER_ALL, bounds_of_kind, sort_key

BY_KEY = ""
"""The index that every collection has."""

MOST_ENTRIES = 1000
"""Of one document in one index: lists in indexed fields multiply."""

HIGHEST_LIMIT = 1000


class Entry(msgspec.Struct, frozen=True):
    """A document's place in an index: bytes that sort as its fields do, and then by its key."""

    index: str
    place: bytes


class Stretch(msgspec.Struct, frozen=True):
    """The part of an index that answers a question: places from `low` up to `high`, itself left out."""

    index: str
    low: bytes
    high: bytes
    descending: bool
    limit: int


def index_name(fields: tuple[str, ...]) -> str:
    """What an index is called in the store."""
    return ",".join(fields)


def entries_of(collection: Collection, key: str, body: Body) -> list[Entry]:
    """The entries of a document in all indexes of its collection, that by key included.

    Raises:
        Invalid: an indexed field cannot be compared, or lists lead to more than 1000 entries in one index.
    """
    tail = sort_key(key)
    entries = [Entry(BY_KEY, tail)]
    keys = {field: _keys(body, field) for field in {each for fields in collection.indexes for each in fields}}
    for fields in collection.indexes:
        places = set(map(b"".join, product(*(keys[field] for field in fields))))
        if len(places) > MOST_ENTRIES:
            raise Invalid(f"document {key!r} has {len(places)} places in index {fields}", fix="index fewer lists")
        entries += (Entry(index_name(fields), place + tail) for place in places)
    return entries


def _keys(body: Body, field: str) -> set[bytes]:
    """What sorts as the values of a field do: several when they stand in a list."""
    value: object = body
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return set(map(sort_key, value)) if isinstance(value, list | tuple) else {sort_key(value)}


def stretch_of(collection: Collection, query: Query) -> Stretch:
    """Where the answer to a question stands.

    Raises:
        NoIndex: no declared index answers it.
        Invalid: the mark is not of this question, a bound has no order, or the limit is not within 1 to 1000.
    """
    if not 0 < query.limit <= HIGHEST_LIMIT:
        raise Invalid(f"a page cannot have {query.limit} documents", fix="ask for 1 to 1000")
    fields = _fields_of(collection, query)
    prefix = b"".join(sort_key(query.where[name]) for name in fields[: len(query.where)])
    low, high = (prefix + bound for bound in _bounds(query))
    if query.after != FIRST_PAGE:
        last = _place_of(query)
        low, high = (low, min(high, last)) if query.descending else (max(low, last + b"\0"), high)
    return Stretch(index_name(fields), low, high, query.descending, query.limit)


def _fields_of(collection: Collection, query: Query) -> tuple[str, ...]:
    if not query.where and not query.order:
        return ()
    fixed = len(query.where)
    for fields in collection.indexes:
        if set(fields[:fixed]) == set(query.where) and fields[fixed : fixed + len(query.order)] == query.order:
            return fields
    raise NoIndex(collection, query)


def _bounds(query: Query) -> tuple[bytes, bytes]:
    low, high = b"", AFTER_ALL
    if isinstance(query.at_least, msgspec.UnsetType) and isinstance(query.below, msgspec.UnsetType):
        return low, high
    if not query.order:
        raise Invalid("a bound needs a field to be a bound on", fix="name the field in `order`")
    if not isinstance(query.below, msgspec.UnsetType):
        low, high = bounds_of_kind(query.below)[0], sort_key(query.below)
    if not isinstance(query.at_least, msgspec.UnsetType):
        low = sort_key(query.at_least)
        high = bounds_of_kind(query.at_least)[1] if high == AFTER_ALL else high
    return low, high


def mark_of(query: Query, place: bytes) -> PageMark:
    """The mark of a page that ends at a place."""
    return PageMark(base64.urlsafe_b64encode(_digest(query) + place).decode().rstrip("="))


def _place_of(query: Query) -> bytes:
    text = query.after
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if raw[:4] != _digest(query):
        raise Invalid(f"the mark {text[:40]!r} is not of this question", fix="start from the first page")
    return raw[4:]


def _digest(query: Query) -> bytes:
    question = (sorted(query.where.items()), query.order, query.at_least, query.below, query.descending)
    return zlib.crc32(repr(question).encode()).to_bytes(4, "big")
