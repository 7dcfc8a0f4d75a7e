"""Splits the text of an expression into tokens."""

import re
from typing import Literal

import msgspec

from skafu.blueprint.expressions.errors import ExpressionInvalid
from skafu.blueprint.expressions.nodes import MAX_LENGTH
from skafu.blueprint.problems import Problem

MAX_INTEGER_DIGITS = 18
"""So that every literal fits into 64 bits."""
MAX_DECIMAL_DIGITS = 28
"""What a decimal holds without rounding."""

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<symbol>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_FOREIGN = {"=": "==", "&": "&&", "|": "||", ";": "&&", "{": "["}


class Token(msgspec.Struct, frozen=True):
    """A token; `value` is its text, for a text literal what the literal says."""

    kind: Literal["number", "name", "text", "symbol", "end"]
    value: str
    at: int
    length: int


def tokenize(text: str) -> list[Token]:
    """Split a text into tokens; the last one is of the kind "end".

    Raises:
        ExpressionInvalid: the text is too long, or has a character or literal that no expression has.
    """
    if len(text) > MAX_LENGTH:
        message = f"an expression may have {MAX_LENGTH} characters, this one has {len(text)}"
        raise ExpressionInvalid(text, (Problem(MAX_LENGTH, len(text) - MAX_LENGTH, message),))
    if surrogate := _SURROGATE.search(text):
        raise ExpressionInvalid(text, (Problem(surrogate.start(), 1, "half a character stands in the expression"),))
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionInvalid(text, (_unknown(text, at),))
        if found.lastgroup != "space":
            tokens.append(_token(text, found))
        at = found.end()
    return [*tokens, Token("end", "", len(text.rstrip()), 0)]


def _token(text: str, found: re.Match[str]) -> Token:
    at, value = found.start(), found.group()
    match found.lastgroup:
        case "number":
            _refuse_number(text, at, value)
            return Token("number", value, at, len(value))
        case "text":
            return Token("text", _unescape(text, at, value), at, len(value))
        case "name":
            return Token("name", value, at, len(value))
        case _:
            return Token("symbol", value, at, len(value))


def _refuse_number(text: str, at: int, value: str) -> None:
    whole, _, _ = value.partition(".")
    rest = text[at + len(value) : at + len(value) + 1]
    problem = None
    if len(whole) > 1 and whole.startswith("0"):
        problem = Problem(at, len(value), f"a number starts with no zeros: write {value.lstrip('0') or '0'}")
    elif len(value) > (MAX_DECIMAL_DIGITS if "." in value else MAX_INTEGER_DIGITS):
        problem = Problem(
            at, len(value), f"the number has more digits than {MAX_INTEGER_DIGITS} ({MAX_DECIMAL_DIGITS} with a point)"
        )
    elif rest.isalpha() or rest == "_":
        fix = 'write durations as duration("15m"), numbers without exponent or suffix'
        problem = Problem(at, len(value) + 1, f"the number {value} is followed by {rest!r}; {fix}", fix=fix)
    if problem:
        raise ExpressionInvalid(text, (problem,))


def _unescape(text: str, at: int, literal: str) -> str:
    for found in _ESCAPE.finditer(literal, 1, len(literal) - 1):
        code = found.group(1)
        if (code not in _ESCAPED and len(code) == 1) or "d800" <= code[1:].lower() <= "dfff":
            message = rf"\{code} means nothing in a text; write \\ for a backslash"
            raise ExpressionInvalid(text, (Problem(at + found.start(), len(code) + 1, message),))
    return _ESCAPE.sub(_character, literal[1:-1])


def _character(found: re.Match[str]) -> str:
    code = found.group(1)
    return _ESCAPED[code] if len(code) == 1 else chr(int(code[1:], 16))


def _unknown(text: str, at: int) -> Problem:
    character = text[at]
    if character in "\"'":
        return Problem(at, len(text) - at, f"the text that starts with {character} does not end with {character}")
    if character in _FOREIGN:
        meant = _FOREIGN[character]
        return Problem(
            at, 1, f"{character!r} is no operator; did you mean {meant}?", nearest=meant, fix=f"write {meant}"
        )
    return Problem(at, 1, f"{character!r} has no meaning in an expression")
