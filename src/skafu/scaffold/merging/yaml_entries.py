"""Reads YAML into entries: block mappings and lists, however deep."""

from collections.abc import Sequence

import yaml

from skafu.scaffold.merging.entries import Block, Entry, Unreadable, lines_of
from skafu.scaffold.merging.values import Plain, name_of
from skafu.scaffold.yaml_loader import YAML_LOADER

_TEXT = "tag:yaml.org,2002:str"


def read_yaml(text: str) -> tuple[Block, Plain]:
    """Read a document: its entries, and what it holds.

    Raises:
        Unreadable: it is no single YAML document, or holds no block that can be told apart by lines.
    """
    lines = lines_of(text)
    try:
        root = yaml.compose(text, Loader=YAML_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable from error
    if root is None:
        return Block("mapping", {}), {}
    block = _block(root, 0, len(lines), lines)
    if block is None:
        raise Unreadable
    return block, _plain(root)


def _plain(node: yaml.Node) -> Plain:
    if isinstance(node, yaml.MappingNode):
        return {_name_of_key(key): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return node.value if node.tag == _TEXT else (node.tag, node.value)


def _name_of_key(key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise Unreadable
    return str(key.value)


def _block(node: yaml.Node, start: int, end: int, lines: Sequence[str]) -> Block | None:
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
    return Block("mapping" if mapping else "list", entries)


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


def _entry(value: yaml.Node, rows: tuple[int, int, int], lines: Sequence[str], *, mapping: bool) -> Entry:
    above, row, end = rows
    inside = row + 1 if mapping else row
    below = value.start_mark.line >= inside
    inner = _block(value, inside, end, lines) if below else None
    head = "".join(lines[row:inside])
    return Entry("".join(lines[above:row]), "".join(lines[row:end]), head, inner)
