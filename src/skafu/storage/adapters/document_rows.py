"""What a SQL engine writes for a document: its row, and only those index entries that have changed."""

import msgspec

from skafu.storage.adapters.bodies import body_bytes, document
from skafu.storage.documents import Body, Collection
from skafu.storage.indexing import Entry, entries_of

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Entry]).decode


class DocumentRow(msgspec.Struct, frozen=True):
    """A document ready to be written; the entries stand in its row too, so that they can be found when it changes."""

    key: str
    body: bytes
    entries: list[Entry]

    @property
    def entries_bytes(self) -> bytes:
        """The entries as they stand in the row."""
        return _encode(self.entries)


def document_row(collection: Collection, key: str, body: Body) -> DocumentRow:
    """A document made ready.

    Raises:
        Invalid: JSON cannot write it, or an indexed field cannot be compared.
    """
    content = body_bytes(key, body)
    return DocumentRow(key, content, entries_of(collection, key, document(key, content, 0).body))


def entry_changes(before: bytes | None, after: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The entries that go and those that come, when a row with these entries gets those."""
    known = [] if before is None else _decode(before)
    old, new = set(known), set(after)
    return [entry for entry in known if entry not in new], [entry for entry in after if entry not in old]
