"""YAML merged entry by entry, as the lines that it is written in: nothing is laid out anew, comments go with keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from skafu.scaffold.merging.values import Clash, Plain, interleaved, merge_values, name_of
from skafu.scaffold.values import YAML_LOADER

_TEXT = "tag:yaml.org,2002:str"
_OTHER_LINE_ENDS = frozenset("\r\x0b\x0c\x85\u2028\u2029")


class YamlUnreadable(Exception):
    """It is no single YAML document, or written in a way that can't be merged by its lines."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key with its value, or an item of a list.

    Attributes:
        lead: the comments and empty lines above it.
        text: its lines.
        head: of a key with entries below it, the line of the key.
        inner: the entries below it, when it has some that can be told apart.
    """

    lead: str
    text: str
    head: str
    inner: "_Block | None"


@dataclass(frozen=True, slots=True)
class _Block:
    """The entries of a mapping or a list in block style, by name."""

    kind: type[yaml.Node]
    entries: dict[str, _Entry]


_NOTHING = _Block(yaml.MappingNode, {})
_NEVER = _Entry("", "", "", None)
"""An entry that was not there: no entry has an empty text."""


def merge_yaml(base: str, ours: str, theirs: str) -> str:
    """Merge three versions of a document.

    Raises:
        Clash: both sides changed one entry, each in its way.
        YamlUnreadable: one of them can't be read.
    """
    sides = [_read(text) for text in (base, ours, theirs)]
    expected = merge_values(*(plain for _, plain in sides))
    merged = "".join(_merged(*(block for block, _ in sides)))
    merged = merged if ours.endswith("\n") or not ours else merged.removesuffix("\n")
    if _read(merged)[1] != expected:
        raise Clash
    return merged


def _read(text: str) -> tuple[_Block, Plain]:
    if _OTHER_LINE_ENDS & set(text):
        raise YamlUnreadable
    try:
        root = yaml.compose(text, Loader=YAML_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlUnreadable from error
    if root is None:
        return _NOTHING, {}
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    block = _block(root, 0, len(lines), lines)
    if block is None:
        raise YamlUnreadable
    return block, _plain(root)


def _plain(node: yaml.Node) -> Plain:
    if isinstance(node, yaml.MappingNode):
        return {_name_of_key(key): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return node.value if node.tag == _TEXT else (node.tag, node.value)


def _name_of_key(key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise YamlUnreadable
    return str(key.value)


def _block(node: yaml.Node, start: int, end: int, lines: Sequence[str]) -> _Block | None:
    """The entries of a node that stands on some lines; None when they can't be told apart by lines and names."""
    if not isinstance(node, yaml.CollectionNode) or node.flow_style:
        return None
    mapping = isinstance(node, yaml.MappingNode)
    firsts = [key for key, _ in node.value] if mapping else node.value
    rows = [one.start_mark.line for one in firsts]
    columns = {_column(one, lines, dashes=not mapping) for one in firsts}
    names = [_name_of_key(one) if mapping else name_of(_plain(one)) for one in firsts]
    if len(columns) != 1 or None in columns or len(set(rows)) < len(rows) or len({*names} - {""}) < len(names):
        return None
    column = columns.pop() or 0
    above = [start, *(_lead(rows[at], rows[at - 1], column, lines) for at in range(1, len(rows))), end]
    values = [value for _, value in node.value] if mapping else node.value
    entries = {
        name: _entry(values[at], (above[at], rows[at], above[at + 1]), lines, mapping=mapping)
        for at, name in enumerate(names)
    }
    return _Block(type(node), entries)


def _column(first: yaml.Node, lines: Sequence[str], *, dashes: bool) -> int | None:
    """Where an entry starts on its line; None when something else than dashes stands before it."""
    before = lines[first.start_mark.line][: first.start_mark.column]
    if before.strip(" -") or (dashes and before.count("-") != 1):
        return None
    return before.index("-") if dashes else len(before)


def _lead(row: int, last: int, column: int, lines: Sequence[str]) -> int:
    """The first of the comments and empty lines above an entry that belong to it, not to the one before."""
    while row - 1 > last and _leads(lines[row - 1], column):
        row -= 1
    return row


def _leads(line: str, column: int) -> bool:
    bare = line.lstrip(" ")
    return not bare.strip() or (bare.startswith("#") and len(line) - len(bare) <= column)


def _entry(value: yaml.Node, rows: tuple[int, int, int], lines: Sequence[str], *, mapping: bool) -> _Entry:
    above, row, end = rows
    inside = row + 1 if mapping else row
    below = value.start_mark.line >= inside
    inner = _block(value, inside, end, lines) if below else None
    head = "".join(lines[row:inside])
    return _Entry("".join(lines[above:row]), "".join(lines[row:end]), head, inner)


def _merged(base: _Block | None, ours: _Block, theirs: _Block) -> Iterator[str]:
    before = base.entries if base is not None else {}
    if ours.entries and theirs.entries and ours.kind is not theirs.kind:
        raise Clash
    for name in interleaved(list(ours.entries), list(theirs.entries)):
        yield from _merged_entry(before.get(name), ours.entries.get(name), theirs.entries.get(name))


def _merged_entry(base: _Entry | None, ours: _Entry | None, theirs: _Entry | None) -> Iterator[str]:
    if ours is None or theirs is None:
        there = ours or theirs
        if base is None and there is not None:
            yield there.lead + there.text
        elif base is None or there is None or (base.lead, base.text) != (there.lead, there.text):
            raise Clash
        return
    was = base or _NEVER
    yield _picked(was.lead, ours.lead, theirs.lead)
    try:
        yield _picked(was.text, ours.text, theirs.text)
    except Clash:
        if ours.inner is None or theirs.inner is None:
            raise
        yield _picked(was.head, ours.head, theirs.head)
        yield from _merged(was.inner, ours.inner, theirs.inner)


def _picked(base: str, ours: str, theirs: str) -> str:
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    raise Clash
