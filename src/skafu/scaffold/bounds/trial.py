"""Plays a regular expression through on a text, way by way as `re` does, and counts; ends when there are too many."""

from typing import TypeAlias

from skafu.scaffold.bounds.program import Instruction, Program

# What is still to be tried: instruction, position, remembered positions.
_Way: TypeAlias = tuple[int, int, tuple[int, ...]]


class TooMany(Exception):
    """There are more ways than allowed."""


class Trial:
    """One pattern on one text.

    Attributes:
        steps: instructions carried out so far.
    """

    def __init__(self, program: Program, text: str, most: int) -> None:
        """Take what is tried.

        Args:
            program: the pattern.
            text: what it is tried on.
            most: how many steps are allowed.
        """
        self.steps = 0
        self._program = program
        self._text = text
        self._most = most

    def search(self, times: int | None) -> bool:
        """Find so many matches, or all; False when that takes too many steps."""
        at = found = 0
        try:
            while at <= len(self._text) and (times is None or found < times):
                end = self._match(self._program, at, (-1,) * self._program.slots)
                if end is None:
                    at += 1
                else:
                    found += 1
                    at = end[0] if end[0] > at else at + 1
        except TooMany:
            return False
        return True

    def _match(self, program: Program, at: int, known: tuple[int, ...]) -> tuple[int, tuple[int, ...]] | None:
        """Give the end of the first match at a position, and what it remembers."""
        ways: list[_Way] = [(0, at, known)]
        while ways:
            way: _Way | None = ways.pop()
            while way is not None:
                self.steps += 1
                if self.steps > self._most:
                    raise TooMany
                place, at, known = way
                line = program.code[place]
                if line[0] == "end":
                    return at, known
                if line[0] == "split":
                    ways.append((line[2], at, known))
                    way = line[1], at, known
                else:
                    way = self._step(line, place, at, known)
        return None

    def _step(self, line: Instruction, place: int, at: int, known: tuple[int, ...]) -> _Way | None:
        """Carry one instruction out; None when this way ends here."""
        kind = line[0]
        if kind == "char":
            fits = at < len(self._text) and line[1](self._text[at])
            return (place + 1, at + 1, known) if fits else None
        if kind == "save":
            return place + 1, at, (*known[: line[1]], at, *known[line[1] + 1 :])
        if kind == "jump":
            return line[1], at, known
        if kind == "again":
            return (line[2] if at > known[line[1]] else place + 1), at, known
        if kind == "at":
            return (place + 1, at, known) if line[1](self._text, at) else None
        return self._rare(line, place, at, known)

    def _rare(self, line: Instruction, place: int, at: int, known: tuple[int, ...]) -> _Way | None:
        kind = line[0]
        if kind == "given":
            return (place + 1 if known[2 * line[1] + 1] >= 0 else line[2]), at, known
        if kind == "same":
            end = self._same(line, at, known)
            return None if end is None else (place + 1, end, known)
        if kind == "atomic":
            found = self._match(line[1], at, known)
            return None if found is None else (place + 1, *found)
        _, program, wanted, width = line
        found = self._match(program, at - width, known) if at >= width else None
        if (found is not None) != wanted:
            return None
        return place + 1, at, found[1] if found is not None else known

    def _same(self, line: Instruction, at: int, known: tuple[int, ...]) -> int | None:
        _, group, folded = line
        start, end = known[2 * group], known[2 * group + 1]
        if end < 0:
            return None
        before, here = self._text[start:end], self._text[at : at + end - start]
        self.steps += len(here) >> 6
        fits = before == here or (folded and before.casefold() == here.casefold())
        return at + end - start if fits else None
