"""Merging YAML, TOML and JSON by key where they conflict as text; what is not certain stays a conflict."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from skafu.scaffold.merging.values import Clash, merge_values

if TYPE_CHECKING:
    from skafu.scaffold.merging.documents import Document

ENDINGS = (".yml", ".yaml", ".toml", ".json")
LARGEST = 1_000_000
"""Bytes; a larger document is no settings of people."""


def merge_structured(path: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Merge three versions of a document by key, keeping the comments and the layout of `ours`.

    Args:
        path: where it stands; its ending says what it is.
        base: the version that the two others come from; empty when there is none.
        ours: as it is in the project.
        theirs: as the template makes it.

    Returns:
        The merged document; None when it is none of these kinds, can't be read, or both changed one value, or when a
        line that was added in the project would not be found again.
    """
    if not path.endswith(ENDINGS):
        return None
    # What reads them takes a tenth of a second to import, and most updates need none of it.
    from skafu.scaffold.merging.documents import DocumentUnreadable, reader_of

    read = reader_of(path)
    if read is None or max(map(len, (base, ours, theirs))) > LARGEST:
        return None
    try:
        documents = [read(one.decode()) for one in (base, ours, theirs)]
        expected = merge_values(*(one.plain() for one in documents))
        merged = _written(documents[1], documents[2], expected)
        if read(merged).plain() != expected:
            return None
    except (Clash, DocumentUnreadable, UnicodeDecodeError):
        return None
    return merged.encode() if _keeps_lines(base.decode(), ours.decode(), merged) else None


def _written(ours: "Document", theirs: "Document", expected: object) -> str:
    ours.become(expected, theirs)
    return ours.text()


def _keeps_lines(base: str, ours: str, merged: str) -> bool:
    """Whether every line that is in the project but not in the template is still there; commas at ends do not count."""
    before, after = set(_lines(base)), set(_lines(merged))
    return all(line in after for line in _lines(ours) if line not in before)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line.strip().rstrip(",")
