"""Merging YAML, TOML and JSON by key where they conflict as text; what is not certain stays a conflict."""

from collections.abc import Iterator

from skafu.scaffold.merging.values import Clash, merge_values

YAML = (".yml", ".yaml")
ENDINGS = (*YAML, ".toml", ".json")
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
    if not path.endswith(ENDINGS) or max(map(len, (base, ours, theirs))) > LARGEST:
        return None
    try:
        texts = [one.decode() for one in (base, ours, theirs)]
        merged = _merged_yaml(*texts) if path.endswith(YAML) else _merged_values(path, *texts)
    except UnicodeDecodeError:
        return None
    return merged.encode() if merged is not None and _keeps_lines(texts[0], texts[1], merged) else None


def _merged_yaml(base: str, ours: str, theirs: str) -> str | None:
    from skafu.scaffold.merging.yaml_entries import YamlUnreadable, merge_yaml

    try:
        return merge_yaml(base, ours, theirs)
    except (Clash, YamlUnreadable):
        return None


def _merged_values(path: str, base: str, ours: str, theirs: str) -> str | None:
    from skafu.scaffold.merging.documents import DocumentUnreadable, reader_of

    read = reader_of(path)
    try:
        documents = [read(one) for one in (base, ours, theirs)]
        expected = merge_values(*(one.plain() for one in documents))
        documents[1].become(expected, documents[2])
        merged = documents[1].text()
        return merged if read(merged).plain() == expected else None
    except (Clash, DocumentUnreadable):
        return None


def _keeps_lines(base: str, ours: str, merged: str) -> bool:
    """Whether every line that is in the project but not in the template is still there; commas at ends do not count."""
    before, after = set(_lines(base)), set(_lines(merged))
    return all(line in after for line in _lines(ours) if line not in before)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line.strip().rstrip(",")
