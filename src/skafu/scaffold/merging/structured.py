"""Merging YAML, TOML and JSON by key where they conflict as text; what is not certain stays a conflict."""

from collections.abc import Callable, Iterator

from skafu.scaffold.merging.entries import Block, Unreadable, merged_text
from skafu.scaffold.merging.values import Clash, Plain, merge_values

ENDINGS = (".yml", ".yaml", ".toml", ".json")
LARGEST = 200_000
"""Bytes; a larger document is nothing that people write, but a lock or data."""


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
    if not path.endswith(ENDINGS) or max(map(len, (base, ours, theirs))) > LARGEST:
        return None
    try:
        texts = [one.decode() for one in (base, ours, theirs)]
        merged = _merged(path, *texts)
    except (UnicodeDecodeError, Clash, Unreadable):
        return None
    return merged.encode() if _keeps_lines(texts[0], texts[1], merged) else None


def _merged(path: str, base: str, ours: str, theirs: str) -> str:
    read = _reader_of(path)
    sides = [read(text) for text in (base, ours, theirs)]
    expected = merge_values(*(plain for _, plain in sides))
    merged = merged_text(*(block for block, _ in sides))
    merged = merged if ours.endswith("\n") or not ours else merged.removesuffix("\n")
    if read(merged)[1] != expected:
        raise Clash
    return merged


def _reader_of(path: str) -> Callable[[str], tuple[Block, Plain]]:
    """What reads a document by its ending; the other readers are not imported."""
    if path.endswith(".json"):
        from skafu.scaffold.merging.bracketed import read_json

        return read_json
    if path.endswith(".toml"):
        from skafu.scaffold.merging.toml_entries import read_toml

        return read_toml
    from skafu.scaffold.merging.yaml_entries import read_yaml

    return read_yaml


def _keeps_lines(base: str, ours: str, merged: str) -> bool:
    """Whether every line that is in the project but not in the template is still there; commas at ends do not count."""
    before, after = set(_lines(base)), set(_lines(merged))
    return all(line in after for line in _lines(ours) if line not in before)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line.strip().rstrip(",")
