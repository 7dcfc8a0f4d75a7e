"""Where a description comes from: the command line, a file, or standard input."""

import sys
from pathlib import Path

from skafu.kernel.errors import Invalid

LIMIT_BYTES = 100_000
STANDARD_INPUT = "-"
LONGEST_NAME = 255


def description_of(source: str) -> str:
    """The text of a description.

    Args:
        source: the text itself, the path of a file that holds it, or `-` for standard input.

    Raises:
        Invalid: it is too long, or no text.
    """
    if source == STANDARD_INPUT:
        return _text(sys.stdin.buffer.read(LIMIT_BYTES + 1), "standard input")
    if len(source) <= LONGEST_NAME and "\n" not in source and "\0" not in source and Path(source).is_file():
        with Path(source).open("rb") as file:
            return _text(file.read(LIMIT_BYTES + 1), source)
    return _text(source.encode(errors="surrogateescape"), "the description")


def _text(content: bytes, place: str) -> str:
    if len(content) > LIMIT_BYTES:
        raise Invalid(f"{place} is longer than {LIMIT_BYTES // 1000} kB", fix="describe the system in its main points")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{place} is no text in UTF-8 (byte {error.start + 1})", fix="save it as UTF-8") from error
