"""Reads a pattern into a tree, and writes it on the way as every engine understands it."""

import re

import msgspec

from skafu.blueprint.patterns.sets import SPECIAL, Letter, letter, written
from skafu.blueprint.patterns.trees import (
    Characters,
    Choice,
    PatternInvalid,
    Ranges,
    Repeat,
    Sequence,
    Tree,
    joined,
    may_be_empty,
    others,
)

MAX_LENGTH = 200
MAX_DEPTH = 20
MAX_COUNT = 500
_COUNT = re.compile(r"\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")
_NO_BREAK = others(((10, 10), (13, 13)))
_WHOLE = "The whole text must match anyway: leave it out."


class Read(msgspec.Struct, frozen=True):
    """A pattern that was read."""

    tree: Tree
    text: str


def read_pattern(pattern: str) -> Read:
    """Read a pattern.

    Raises:
        PatternInvalid: it is too long, or not in the grammar.
    """
    if len(pattern) > MAX_LENGTH:
        raise PatternInvalid(f"a pattern has at most {MAX_LENGTH} characters, this one has {len(pattern)}")
    reader = _Reader(pattern)
    tree = reader.read()
    return Read(tree, "".join(reader.written))


class _Reader:
    """Reads from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 1 if pattern.startswith("^") else 0
        ends = pattern.endswith("$") and not pattern.endswith("\\$")
        self._end = len(pattern) - ends
        self._depth = 0
        self.written: list[str] = []

    def read(self) -> Tree:
        tree = self._choice()
        if self._at < self._end:
            raise self._refused("a ) without its (", fix="Remove it, or write \\).")
        return tree

    def _choice(self) -> Tree:
        start = self._at
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        if sum(map(may_be_empty, options)) > 1:
            raise PatternInvalid(
                "two alternatives may both be empty", start, fix="Let one of them be empty, or write ?."
            )
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Tree:
        parts: list[Tree] = []
        while self._at < self._end and self._pattern[self._at] not in "|)":
            parts.append(self._repeated())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self) -> Tree:
        start = self._at
        atom = self._atom()
        counts = self._counts()
        if counts is None:
            return atom
        least, most = counts
        if may_be_empty(atom):
            raise PatternInvalid(
                "what may be empty is repeated", start, fix="Let what is repeated be one character or more."
            )
        if self._peek() in {"?", "+", "*", "{"}:
            fix = "Keep one of them; lazy and possessive repetitions match the same texts."
            raise self._refused("a repetition is repeated", fix=fix)
        return Repeat(atom, least, most)

    def _counts(self) -> tuple[int, int | None] | None:
        for sign, counts in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return counts
        if self._peek() != "{":
            return None
        found = _COUNT.match(self._pattern, self._at, self._end)
        if found is None:
            raise self._refused("a { without numbers, such as {2,5}", fix="Write \\{ for the character.")
        least = int(found[1])
        most = least if not found[2] else int(found[3]) if found[3] else None
        if most == 0 or (most is not None and most < least) or max(least, most or 0) > MAX_COUNT:
            fix = f"Write the smaller number first, from 1 to {MAX_COUNT}; min and max of the field count more."
            raise self._refused(f"{found[0]} is no number of times", fix=fix)
        self._copy(len(found[0]))
        return least, most

    def _atom(self) -> Tree:
        start, character = self._at, self._pattern[self._at]
        if character == "(":
            return self._group()
        if character == "[":
            return Characters(self._class(), start)
        if character == "\\":
            return Characters(self._escape().ranges, start)
        self._at += 1
        if character == ".":
            self.written.append("[^\\n\\r]")
            return Characters(_NO_BREAK, start)
        if character in "^$":
            raise PatternInvalid(
                f"a {character} inside of the pattern", start, fix=f"{_WHOLE} Write \\{character} for the character."
            )
        if character in "*+?":
            raise PatternInvalid(
                f"nothing stands before {character}", start, fix=f"Write \\{character} for the character."
            )
        if character in SPECIAL:
            raise PatternInvalid(f"a {character} alone", start, fix=f"Write \\{character} for the character.")
        self.written.append(character)
        return Characters(((ord(character), ord(character)),), start)

    def _group(self) -> Tree:
        start = self._at
        self._copy(3 if self._pattern.startswith("(?:", start) else 1)
        if self._peek() == "?":
            said = "groups that start with (? are not known, but for (?:"
            raise PatternInvalid(
                said, start, fix="Say by letters what the text looks like; refuse more by an invariant."
            )
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise PatternInvalid(f"groups are nested deeper than {MAX_DEPTH} levels", start)
        tree = self._choice()
        self._depth -= 1
        if not self._take(")"):
            raise PatternInvalid("a ( without its )", start, fix="Close it, or write \\(.")
        return tree

    def _escape(self, *, inside: bool = False) -> Letter:
        found = letter(self._pattern[self._at : self._end], self._at, inside=inside)
        self._at += found.length
        self.written.append(found.text)
        return found

    def _class(self) -> Ranges:
        start = self._at
        self._copy(1)
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while self._peek() not in {"]", ""}:
            ranges += self._member()
        if not self._take("]"):
            raise PatternInvalid("a [ without its ]", start, fix="Close it, or write \\[.")
        if not ranges:
            raise PatternInvalid("brackets with nothing in them", start, fix="Write \\] for the character ].")
        found = others(joined(ranges)) if negated else joined(ranges)
        if not found:
            raise PatternInvalid("no character is left", start, fix="Let at least one character match.")
        return found

    def _member(self) -> Ranges:
        start = self._at
        first = self._class_letter()
        if self._peek() != "-" or self._pattern[self._at + 1 : self._at + 2] in {"]", ""} or self._at + 1 >= self._end:
            return first.ranges
        self._copy(1)
        last = self._class_letter()
        if not (first.is_one and last.is_one) or first.ranges[0][0] > last.ranges[0][0]:
            said = self._pattern[start : self._at]
            raise PatternInvalid(
                f"{said} is no range of characters", start, fix="Write the smaller one first, or \\- for the character."
            )
        return ((first.ranges[0][0], last.ranges[0][0]),)

    def _class_letter(self) -> Letter:
        if self._peek() == "":
            raise self._refused("a [ without its ]", fix="Close it, or write \\[.")
        if self._peek() == "\\":
            return self._escape(inside=True)
        character = self._pattern[self._at]
        self._at += 1
        self.written.append(written(ord(character), inside=True))
        return Letter(((ord(character), ord(character)),), 1, character)

    def _take(self, sign: str) -> bool:
        if self._peek() != sign:
            return False
        self._copy(1)
        return True

    def _copy(self, length: int) -> None:
        self.written.append(self._pattern[self._at : self._at + length])
        self._at += length

    def _peek(self) -> str:
        return self._pattern[self._at] if self._at < self._end else ""

    def _refused(self, message: str, *, fix: str) -> PatternInvalid:
        return PatternInvalid(message, self._at, fix=fix)
