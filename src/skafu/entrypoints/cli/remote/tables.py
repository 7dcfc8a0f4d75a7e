"""Lays out what people read: columns that stand below each other, no wider than the terminal unless ids are."""

import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set

from skafu.entrypoints.cli.harmless import harmless

GAP = "  "
NARROWEST = 8
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Column = tuple[str, str]
"""A field, and the heading above it."""


def table(rows: Iterable[Mapping[str, object]], columns: Sequence[Column], width: int | None = None) -> str:
    """Rows below headings; where they are too wide, the widest columns are cut, but never ids.

    Args:
        rows: what to show.
        columns: which fields, in order.
        width: of the terminal, in cells; none when nobody looks.
    """
    lines = [[heading for _, heading in columns]]
    lines += [[shown(row.get(name)) for name, _ in columns] for row in rows]
    wanted = [max(cells_of(line[index]) for line in lines) for index in range(len(columns))]
    whole = {index for line in lines for index, text in enumerate(line) if _ID.fullmatch(text)}
    widths = _widths(wanted, whole, width)
    return "\n".join(_line(line, widths) for line in lines)


def pairs(fields: Iterable[tuple[str, object]]) -> str:
    """Names with their values; those without a value are left out."""
    said = [(name, shown(value)) for name, value in fields if value not in (None, "", [], {})]
    width = max((len(name) for name, _ in said), default=0)
    return "\n".join(f"{name:<{width}}{GAP}{value}" for name, value in said)


def shown(value: object) -> str:
    """A value on one line; what a terminal would obey is written out."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list() | tuple():
            return ", ".join(shown(each) for each in value)
        case dict():
            return ", ".join(f"{name}: {shown(each)}" for name, each in value.items())
        case str():
            return harmless(_moment(value), newlines=False)
        case _:
            return str(value)


def cells_of(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(0 if unicodedata.combining(each) else _wide(each) for each in text)


def terminal_width() -> int | None:
    """How wide the terminal is that people look at; none when the output goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _wide(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _widths(widths: list[int], whole: Set[int], most: int | None) -> list[int]:
    if most is None:
        return widths
    over = sum(widths) + len(GAP) * (len(widths) - 1) - most
    cut = [index for index in range(len(widths)) if index not in whole]
    while over > 0 and max((widths[index] for index in cut), default=0) > NARROWEST:
        widths[max(cut, key=widths.__getitem__)] -= 1
        over -= 1
    return widths


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    fitted = [_fitted(text, width) for text, width in zip(texts, widths, strict=True)]
    return GAP.join(fitted).rstrip()


def _fitted(text: str, width: int) -> str:
    if cells_of(text) > width:
        while cells_of(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - cells_of(text))


def _moment(text: str) -> str:
    """A moment as people write it, to the second; other texts stay."""
    if len(text) >= 20 and text[4:5] == text[7:8] == "-" and text[10] == "T" and text[13:14] == ":" and text[-1] == "Z":
        return f"{text[:10]} {text[11:19]}"
    return text
