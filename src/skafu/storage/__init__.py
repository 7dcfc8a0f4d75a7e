"""The ports of what is kept: events, documents, checkpoints, contents. Adapters: `skafu.storage.adapters`."""

from skafu.storage.blobs import BlobId, Blobs, blob_id
from skafu.storage.checkpoints import (
    Change,
    Checkpoints,
    CheckpointState,
    Claim,
    ClaimLost,
    DocumentKey,
    ReadModels,
)
from skafu.storage.codec import EventCodec, PlainCodec, Row, StoredEvent
from skafu.storage.documents import (
    FIRST_PAGE,
    Body,
    Collection,
    Document,
    Documents,
    Found,
    NoIndex,
    PageMark,
    Query,
    Scalar,
    WrongRevision,
)
from skafu.storage.event_store import (
    ANY,
    NO_STREAM,
    STREAM_EXISTS,
    Appended,
    EventStore,
    Expected,
    ExpectedVersion,
    KeyReused,
    WrongVersion,
)
from skafu.storage.feed import ALL, Feed, Lag, Page, Shard, UnknownCursor
from skafu.storage.handling import handle
from skafu.storage.importing import Import
from skafu.storage.storage import Storage

__all__ = [
    "ALL",
    "ANY",
    "FIRST_PAGE",
    "NO_STREAM",
    "STREAM_EXISTS",
    "Appended",
    "BlobId",
    "Blobs",
    "Body",
    "Change",
    "CheckpointState",
    "Checkpoints",
    "Claim",
    "ClaimLost",
    "Collection",
    "Document",
    "DocumentKey",
    "Documents",
    "EventCodec",
    "EventStore",
    "Expected",
    "ExpectedVersion",
    "Feed",
    "Found",
    "Import",
    "KeyReused",
    "Lag",
    "NoIndex",
    "Page",
    "PageMark",
    "PlainCodec",
    "Query",
    "ReadModels",
    "Row",
    "Scalar",
    "Shard",
    "Storage",
    "StoredEvent",
    "UnknownCursor",
    "WrongRevision",
    "WrongVersion",
    "blob_id",
    "handle",
]
