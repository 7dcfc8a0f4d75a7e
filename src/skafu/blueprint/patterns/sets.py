"""Escapes of patterns: the characters that they stand for, and how every engine writes them."""

import re

import msgspec

from skafu.blueprint.patterns.trees import PatternInvalid, Ranges, others

SPECIAL = "^$\\.*+?()[]{}|"
"""Characters that mean something, so that ECMA-262 wants them escaped."""
_IN_CLASS = "\\][^-|"
_DOUBLED = "&~"
"""What newer engines read as an operator where it stands twice; ECMA-262 does not let it be escaped."""
_SETS: dict[str, tuple[Ranges, str]] = {
    "d": (((48, 57),), "0-9"),
    "w": (((48, 57), (65, 90), (95, 95), (97, 122)), "0-9A-Z_a-z"),
    "s": (((9, 13), (32, 32)), "\\t-\\r "),
}
_CONTROLS = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11}
_NAMES = {chr(code): f"\\{name}" for name, code in _CONTROLS.items()}
_SURROGATES = (0xD800, 0xDFFF)
_CODE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))")


class Letter(msgspec.Struct, frozen=True):
    """A character or an escape: what it matches, how long it is in the pattern, and how it is written."""

    ranges: Ranges
    length: int
    text: str

    @property
    def is_one(self) -> bool:
        """Whether it stands for one character."""
        return len(self.ranges) == 1 and self.ranges[0][0] == self.ranges[0][1]


def letter(text: str, offset: int, *, inside: bool) -> Letter:
    """Read the escape that a text starts with.

    Args:
        text: starts with a backslash.
        offset: of the text in the pattern.
        inside: whether it stands in brackets.

    Raises:
        PatternInvalid: no such escape is known.
    """
    name = text[1:2]
    if name.lower() in _SETS:
        ranges, members = _SETS[name.lower()]
        if name.islower():
            return Letter(ranges, 2, members if inside else f"[{members}]")
        if not inside:
            return Letter(others(ranges), 2, f"[^{members}]")
    code = _CODE.match(text)
    if code:
        return _one(_character(int(code[1] or code[2], 16), offset), len(code[0]), inside=inside)
    if name in _CONTROLS:
        return _one(_CONTROLS[name], 2, inside=inside)
    if not name or name.isalnum():
        fix = "Write \\\\ for the character." if not name else "Write out which characters are meant, in brackets."
        raise PatternInvalid(f"the escape \\{name} is not known{' in brackets' * inside}", offset, fix=fix)
    return _one(ord(name), 2, inside=inside)


def written(code: int, *, inside: bool) -> str:
    """Write one character as every engine understands it."""
    character = chr(code)
    if character in _NAMES:
        return _NAMES[character]
    if not character.isprintable() or (inside and character in _DOUBLED):
        return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
    return f"\\{character}" if character in (_IN_CLASS if inside else SPECIAL) else character


def _character(code: int, offset: int) -> int:
    if _SURROGATES[0] <= code <= _SURROGATES[1]:
        raise PatternInvalid("half a character", offset, fix="Write the character itself.")
    return code


def _one(code: int, length: int, *, inside: bool) -> Letter:
    return Letter(((code, code),), length, written(code, inside=inside))
