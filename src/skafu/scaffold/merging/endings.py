"""Line endings are merged apart from lines, so that a file that became CRLF does not conflict in each of its lines."""

from dataclasses import replace
from typing import Literal

from skafu.scaffold.tree import File

Ending = Literal["lf", "crlf", "mixed", ""]
LOOKED_AT = 8000
"""How many bytes git looks at for a NUL when it asks whether a file is text."""


def is_binary(content: bytes) -> bool:
    """Whether git takes some bytes for binary."""
    return b"\0" in content[:LOOKED_AT]


def ending_of(file: File | None) -> Ending:
    """How the lines of a file end; empty when it has none, or is no text."""
    if file is None or file.link is not None or b"\n" not in file.content or is_binary(file.content):
        return ""
    pairs, ends, returns = (file.content.count(one) for one in (b"\r\n", b"\n", b"\r"))
    if not pairs:
        return "lf" if not returns else "mixed"
    return "crlf" if pairs == ends == returns else "mixed"


def with_line_feeds(file: File) -> File:
    """A file whose lines end with CRLF, with line feeds instead."""
    return replace(file, content=file.content.replace(b"\r\n", b"\n"))


def with_ending(file: File, ending: Ending) -> File:
    """A file whose lines end with line feeds, with the ending asked for."""
    if ending != "crlf" or file.link is not None or is_binary(file.content):
        return file
    return replace(file, content=file.content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def merged_ending(base: Ending, ours: Ending, theirs: Ending) -> Ending:
    """The ending that a merged file has: the project's, unless only the template changed it."""
    if not ours:
        return theirs
    return theirs if theirs and base == ours else ours
