"""Texts by others on their way to a terminal: it must show them, and never obey them."""

import re

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but newline and tab, those that turn the direction of writing, and halves of characters."""


def harmless(text: str, *, newlines: bool = True) -> str:
    r"""Write out the characters that a terminal would obey, such as `\x1b`.

    Args:
        text: by whomever.
        newlines: whether newlines and tabs stay as they are; they become spaces otherwise.
    """
    if text.isprintable():
        return text
    kept = text if newlines else text.replace("\n", " ").replace("\t", " ")
    return _OBEYED.sub(_written_out, kept)


def _written_out(found: re.Match[str]) -> str:
    number = ord(found.group())
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
