"""Where a description comes from: the command line, a file, or standard input."""

import sys
from pathlib import Path

from skafu.kernel.errors import Invalid, NotFound

LIMIT_BYTES = 100_000
STANDARD_INPUT = "-"


def description_of(source: str) -> str:
    """The text of a description.

    Args:
        source: the text itself, the path of a file that holds it, or `-` for standard input.

    Raises:
        Invalid: it is too long, or no text.
        NotFound: it can only be meant as the path of a file, and there is none.
        OSError: the file can't be read.
    """
    if source == STANDARD_INPUT:
        return _text(sys.stdin.buffer.read(LIMIT_BYTES + 1), "standard input")
    if _exists(source):
        with Path(source).open("rb") as file:
            return _text(file.read(LIMIT_BYTES + 1), source)
    if _looks_like_a_path(source):
        raise NotFound(f"there is no file {source}", fix="give a file that exists, or the description itself in quotes")
    return _text(source.encode(errors="surrogateescape"), "the description")


def _exists(source: str) -> bool:
    """Whether there is something of that name; a sentence is no name, and some are too long to be one."""
    try:
        return bool(source.strip()) and Path(source).exists()
    except (OSError, ValueError):
        return False


def _looks_like_a_path(source: str) -> bool:
    words = source.split()
    return len(words) == 1 and ("/" in source or bool(Path(source).suffix.strip(".")))


def _text(content: bytes, place: str) -> str:
    if len(content) > LIMIT_BYTES:
        raise Invalid(f"{place} is longer than {LIMIT_BYTES // 1000} kB", fix="describe the system in its main points")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{place} is no text in UTF-8 (byte {error.start + 1})", fix="save it as UTF-8") from error
