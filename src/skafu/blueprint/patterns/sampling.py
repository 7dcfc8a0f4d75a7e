"""Finds a text that matches a regular expression, for samples."""

import re
import string
from collections.abc import Callable

_CLASSES = {"d": string.digits, "w": string.ascii_lowercase + string.digits + "_", "s": " "}
_CLASSES |= {"D": "x", "W": "-", "S": "x", "n": "\n", "t": "\t"}
_QUANTIFIER = re.compile(r"\{(\d+)(,(\d*))?\}")
MAX_REPEAT = 200


class NoMatch(ValueError):
    """The pattern uses what this module does not understand."""


def matching(pattern: str, *, least: int = 0) -> str:
    """Give the simplest text that a pattern matches as a whole.

    Args:
        pattern: a regular expression with literals, classes, groups, alternatives and quantifiers.
        least: how long the text should be where the pattern leaves a choice.

    Raises:
        NoMatch: the pattern is broken, or none of the texts tried matches it.
    """
    try:
        compiled = re.compile(pattern)
        for repeat in dict.fromkeys((0, 1, 2, 3, least)):
            text = _Sampler(pattern, repeat).sample()
            if compiled.fullmatch(text) and len(text) >= least:
                return text
    except (re.error, IndexError, RecursionError, OverflowError) as error:
        raise NoMatch(str(error)) from None
    raise NoMatch("no simple text matches")


class _Sampler:
    """Reads a pattern from left to right and writes a text that matches it."""

    def __init__(self, pattern: str, repeat: int) -> None:
        self._pattern = pattern.removeprefix("^").removesuffix("$") if not pattern.endswith("\\$") else pattern
        self._repeat = repeat
        self._at = 0
        self._turn = 0

    def sample(self) -> str:
        text = self._alternatives()
        if self._at < len(self._pattern):
            raise NoMatch("unbalanced parentheses")
        return text

    def _alternatives(self) -> str:
        first = self._sequence()
        while self._peek() == "|":
            self._at += 1
            self._sequence()
        return first

    def _sequence(self) -> str:
        text = ""
        while self._peek() not in {"", "|", ")"}:
            atom = self._atom()
            text += "".join(atom() for _ in range(self._count()))
        return text

    def _atom(self) -> Callable[[], str]:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._one_of(self._set())
        if character == "\\":
            escaped = self._take()
            if escaped in "bBAZ" or escaped.isdigit():
                raise NoMatch(f"\\{escaped}")
            return self._one_of(_CLASSES.get(escaped, escaped))
        if character in "^$":
            return str
        return self._one_of("x" if character == "." else character)

    def _one_of(self, options: str) -> Callable[[], str]:
        def choose() -> str:
            self._turn += 1
            return options[self._turn % len(options)]

        return choose

    def _group(self) -> Callable[[], str]:
        if self._pattern.startswith("?:", self._at):
            self._at += 2
        elif self._peek() == "?":
            raise NoMatch("groups with a question mark")
        text = self._alternatives()
        if self._take() != ")":
            raise NoMatch("unbalanced parentheses")
        return lambda: text

    def _set(self) -> str:
        negated = self._peek() == "^"
        self._at += negated
        options = ""
        while self._peek() != "]" or not options:
            options += self._set_member()
        self._at += 1
        return next(letter for letter in string.printable if letter not in options) if negated else options

    def _set_member(self) -> str:
        start = self._take()
        if start == "\\":
            escaped = self._take()
            return _CLASSES.get(escaped, escaped)
        if self._peek() == "-" and self._pattern[self._at + 1] != "]":
            self._at += 1
            return "".join(map(chr, range(ord(start), min(ord(self._take()), ord(start) + 100) + 1)))
        return start

    def _count(self) -> int:
        simple = {"*": self._repeat, "+": max(1, self._repeat), "?": min(1, self._repeat)}
        if self._peek() in simple:
            return simple[self._take_quantifier(1)]
        found = _QUANTIFIER.match(self._pattern, self._at)
        if not found:
            return 1
        self._take_quantifier(len(found[0]))
        least = int(found[1])
        most = int(found[3]) if found[3] else (MAX_REPEAT if found[2] else least)
        return min(max(least, self._repeat), most, MAX_REPEAT)

    def _take_quantifier(self, length: int) -> str:
        quantifier = self._pattern[self._at : self._at + length]
        self._at += length
        if self._peek() in {"?", "+"}:
            self._at += 1
        return quantifier

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]
