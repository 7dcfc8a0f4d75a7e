"""Reads TOML into entries: tables, their keys, and arrays with an item a line."""

import re
import tomllib
from collections.abc import Iterator, Sequence

from skafu.scaffold.merging.bracketed import bracketed, opened
from skafu.scaffold.merging.entries import Block, Entry, Unreadable, lines_of
from skafu.scaffold.merging.values import Plain

_TABLE = re.compile(r"\s*(\[\[?[^\[\]]+\]\]?)\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*((?:[\w.-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*=""")


def read_toml(text: str) -> tuple[Block, Plain]:
    """Read a document: its entries, and what it holds.

    Raises:
        Unreadable: it is no TOML, or a value can't be told apart by lines.
    """
    lines = lines_of(text) if text else []
    plain = _toml(text)
    statements = list(_statements(lines))
    tables = [at for at, one in enumerate(statements) if _is_table(one)]
    first = _start(statements, tables[0]) if tables else len(statements)
    top = _keys(statements[:first])
    entries = dict(top.entries)
    # What stands below the last key and above the first table belongs to that table.
    loose = top.end
    for at, place in enumerate(tables):
        end = _start(statements, tables[at + 1]) if at + 1 < len(tables) else len(statements)
        lead = loose + "".join(map("".join, statements[_start(statements, place) : place]))
        loose = ""
        name = _name(statements[place][0], entries)
        text_of = "".join(map("".join, statements[place:end]))
        entries[name] = Entry(lead, text_of, statements[place][0], _keys(statements[place + 1 : end]))
    return Block("mapping", entries, loose), plain


def _toml(text: str) -> Plain:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable from error


def _statements(lines: Sequence[str]) -> Iterator[list[str]]:
    """A key with all lines of its value, the line of a table, or an empty or commented line."""
    gathered: list[str] = []
    depth = 0
    for line in lines:
        gathered.append(line)
        alone = len(gathered) == 1 and (_is_blank(line) or _TABLE.match(line) is not None)
        depth = 0 if alone else depth + opened(line)
        if alone or (depth <= 0 and _is_whole("".join(gathered))):
            yield gathered
            gathered, depth = [], 0
    if gathered:
        raise Unreadable


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _is_table(statement: Sequence[str]) -> bool:
    return len(statement) == 1 and _TABLE.match(statement[0]) is not None


def _start(statements: Sequence[Sequence[str]], table: int) -> int:
    """The first of the lines above a table that belong to it: the comments right above it, and empty lines above."""
    start = table
    while start and statements[start - 1][0].lstrip().startswith("#"):
        start -= 1
    while start and not statements[start - 1][0].strip():
        start -= 1
    return start


def _name(line: str, entries: dict[str, Entry]) -> str:
    """The name of a table; the further ones of an array of tables are counted."""
    found = _TABLE.match(line)
    name = found[1] if found else ""
    return next(one for one in (name, *(f"{name} {number}" for number in range(2, 10_000))) if one not in entries)


def _keys(statements: Sequence[list[str]]) -> Block:
    entries: dict[str, Entry] = {}
    lead = ""
    for statement in statements:
        if len(statement) == 1 and _is_blank(statement[0]):
            lead += statement[0]
            continue
        found = _KEY.match(statement[0])
        if found is None or found[1] in entries:
            raise Unreadable
        entries[found[1]] = Entry(lead, "".join(statement), statement[0], _items(statement), statement[-1])
        lead = ""
    return Block("mapping", entries, lead)


def _items(statement: Sequence[str]) -> Block | None:
    if len(statement) < 2 or not statement[0].rstrip().endswith("[") or statement[-1].strip() != "]":
        return None
    try:
        return bracketed(statement[1:-1], read_item=_item, bare_last=False)
    except Unreadable:
        return None


def _item(text: str) -> Plain:
    return _toml(f"item = {text}")["item"]
