"""Reads what stands between brackets, an entry a line: objects and arrays of JSON, arrays of TOML."""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from skafu.scaffold.merging.entries import Block, Entry, Unreadable, lines_of
from skafu.scaffold.merging.values import Plain, name_of

_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'")
_COMMENT = re.compile(r"#.*")
_KEY = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*:')

# Reads an item of an array, its comma taken off.
ReadItem = Callable[[str], Plain]


def read_json(text: str) -> tuple[Block, Plain]:
    """Read a JSON document: its entries, and what it holds.

    Raises:
        Unreadable: it is no JSON, or not written with an entry a line.
    """
    if not text:
        return Block("mapping", {}, bare_last=True), {}
    lines = lines_of(text)
    plain = _json(text)
    first, last = lines[0].strip(), lines[-1].strip()
    if (first, last) not in {("{", "}"), ("[", "]")}:
        raise Unreadable
    inner = bracketed(lines[1:-1], read_item=_json, bare_last=True)
    outer = Entry("", text if text.endswith("\n") else f"{text}\n", lines[0], inner, lines[-1])
    return Block("mapping", {"": outer}), plain


def _json(text: str) -> Plain:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def bracketed(lines: Sequence[str], *, read_item: ReadItem, bare_last: bool) -> Block:
    """Read the lines between two brackets.

    Args:
        lines: all of them, without those of the brackets.
        read_item: reads an item of an array.
        bare_last: whether no comma may stand behind the last one.

    Raises:
        Unreadable: an entry does not start on a line of its own, or is called like another.
    """
    entries: dict[str, Entry] = {}
    kinds = set()
    lead = ""
    for text in _entries(lines):
        bare = _without_strings("".join(text)).strip()
        if not bare:
            lead += "".join(text)
            continue
        key = _KEY.match(text[0]) if bare_last else None
        kinds.add("mapping" if key else "list")
        name = str(json.loads(key[1])) if key else name_of(read_item(_item("".join(text))))
        if not name or name in entries:
            raise Unreadable
        entries[name] = _entry(lead, [*text[:-1], _with_comma(text[-1])], read_item, bare_last=bare_last)
        lead = ""
    if len(kinds) > 1:
        raise Unreadable
    return Block("list" if "list" in kinds else "mapping", entries, lead, bare_last)


def _entries(lines: Sequence[str]) -> Iterator[list[str]]:
    """Take lines together as long as a bracket is open."""
    gathered: list[str] = []
    depth = 0
    for line in lines:
        gathered.append(line)
        depth += opened(line)
        if depth == 0:
            yield gathered
            gathered = []
    if gathered:
        raise Unreadable


def opened(line: str) -> int:
    """How many brackets a line opens and leaves open; less than nothing when it closes more."""
    bare = _without_strings(line)
    return sum(bare.count(one) for one in "[{") - sum(bare.count(one) for one in "]}")


def _entry(lead: str, text: Sequence[str], read_item: ReadItem, *, bare_last: bool) -> Entry:
    inner = None
    if len(text) > 1 and text[0].rstrip().endswith(("[", "{")) and text[-1].strip() in {"],", "},"}:
        try:
            inner = bracketed(text[1:-1], read_item=read_item, bare_last=bare_last)
        except Unreadable:
            inner = None
    return Entry(lead, "".join(text), text[0], inner, text[-1])


def _without_strings(text: str) -> str:
    return _COMMENT.sub("", _STRING.sub("0", text))


def _item(text: str) -> str:
    spared = _STRING.sub(lambda found: found[0].replace("#", "\0"), text)
    return _COMMENT.sub("", spared).replace("\0", "#").strip().removesuffix(",")


def _with_comma(line: str) -> str:
    """A line with a comma behind its value, so that it is the same whether or not something follows it."""
    bare = _item(line)
    if not bare:
        raise Unreadable
    at = line.index(bare) + len(bare) if bare in line else -1
    if at < 0:
        raise Unreadable
    return line if line[at:].lstrip().startswith(",") else f"{line[:at]},{line[at:]}"
