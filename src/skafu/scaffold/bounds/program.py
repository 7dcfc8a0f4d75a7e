"""A regular expression as a list of instructions for `bounds.trial`, made from the tree that `re` itself parses."""

import importlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from skafu.scaffold.bounds.meter import Exhausted

# The tree of Python's own parser has no public name since `sre_parse` was renamed in 3.11.
_parser: Any = importlib.import_module("re._parser")
_MOST_INSTRUCTIONS = 5_000
_ENDLESS = int(_parser.MAXREPEAT)

Test: TypeAlias = Callable[[str], bool]
Instruction: TypeAlias = tuple[Any, ...]


@dataclass(slots=True)
class Program:
    """A row of instructions.

    They are ("char", test), ("split", first, second), ("jump", to), ("save", slot), ("same", group, folded),
    ("at", test), ("look", program, wanted, width), ("atomic", program), ("given", group, otherwise),
    ("again", slot, to) and ("end",).

    Attributes:
        code: the instructions.
        slots: how many positions a run remembers.
        repeats: whether anything is repeated, or tried in more ways than one.
    """

    code: list[Instruction] = field(default_factory=list)
    slots: int = 0
    repeats: bool = False

    @property
    def size(self) -> int:
        """How many instructions there are, those of inner programs included."""
        return len(self.code) + sum(one.size for line in self.code for one in line if isinstance(one, Program))


def compile_program(pattern: str, flags: int) -> Program:
    """Make a program of a pattern that `re` has accepted.

    Raises:
        Exhausted: it is too large.
    """
    tree = _parser.parse(pattern, flags)
    program = Program(slots=2 * tree.state.groups)
    _Writer(program, program).write(tree, tree.state.flags)
    program.code.append(("end",))
    return program


class _Writer:
    """Writes the instructions of one program; slots and repeats are counted in the outermost."""

    def __init__(self, program: Program, whole: Program) -> None:
        self._code = program.code
        self._whole = whole
        self._writers: dict[str, Callable[[Any, int], None]] = {
            "ASSERT": lambda given, flags: self._look(given, flags, wanted=True),
            "ASSERT_NOT": lambda given, flags: self._look(given, flags, wanted=False),
            "AT": self._at,
            "ATOMIC_GROUP": self._atomic,
            "BRANCH": self._branch,
            "GROUPREF": self._same,
            "GROUPREF_EXISTS": self._given,
            "MAX_REPEAT": lambda given, flags: self._repeat(given, flags, greedy=True),
            "MIN_REPEAT": lambda given, flags: self._repeat(given, flags, greedy=False),
            "POSSESSIVE_REPEAT": self._possessive,
            "SUBPATTERN": self._group,
        }

    def write(self, items: Iterable[tuple[Any, Any]], flags: int) -> None:
        for operator, given in items:
            name = str(operator)
            if name in self._writers:
                self._writers[name](given, flags)
            elif name == "FAILURE":
                self._add("char", lambda _: False)
            else:
                self._add("char", character_test(name, given, flags))

    def _add(self, *instruction: Any) -> int:  # noqa: ANN401
        self._code.append(instruction)
        if len(self._code) > _MOST_INSTRUCTIONS:
            raise Exhausted("a regular expression is too large when its repetitions are written out")
        return len(self._code) - 1

    def _inner(self, items: Any, flags: int) -> Program:  # noqa: ANN401
        program = Program()
        _Writer(program, self._whole).write(items, flags)
        program.code.append(("end",))
        return program

    def _same(self, group: Any, flags: int) -> None:  # noqa: ANN401
        self._add("same", group, bool(flags & re.IGNORECASE))

    def _look(self, given: Any, flags: int, *, wanted: bool) -> None:  # noqa: ANN401
        direction, items = given
        width = 0 if direction > 0 else items.getwidth()[0]
        self._add("look", self._inner(items, flags), wanted, width)

    def _atomic(self, items: Any, flags: int) -> None:  # noqa: ANN401
        self._add("atomic", self._inner(items, flags))

    def _possessive(self, given: Any, flags: int) -> None:  # noqa: ANN401
        program = Program()
        inner = _Writer(program, self._whole)
        inner._repeat(given, flags, greedy=True)
        program.code.append(("end",))
        self._add("atomic", program)

    def _at(self, where: Any, flags: int) -> None:  # noqa: ANN401
        self._add("at", place_test(str(where), flags))

    def _group(self, given: Any, flags: int) -> None:  # noqa: ANN401
        group, added, dropped, items = given
        if group is not None:
            self._add("save", 2 * group)
        self.write(items, (flags | added) & ~dropped)
        if group is not None:
            self._add("save", 2 * group + 1)

    def _branch(self, given: Any, flags: int) -> None:  # noqa: ANN401
        self._whole.repeats = True
        ends = []
        *others, last = given[1]
        for items in others:
            split = self._add("split", len(self._code) + 1, 0)
            self.write(items, flags)
            ends.append(self._add("jump", 0))
            self._code[split] = ("split", split + 1, len(self._code))
        self.write(last, flags)
        for end in ends:
            self._code[end] = ("jump", len(self._code))

    def _given(self, given: Any, flags: int) -> None:  # noqa: ANN401
        group, then, otherwise = given
        test = self._add("given", group, 0)
        self.write(then, flags)
        end = self._add("jump", 0)
        self._code[test] = ("given", group, len(self._code))
        self.write(otherwise or (), flags)
        self._code[end] = ("jump", len(self._code))

    def _repeat(self, given: Any, flags: int, *, greedy: bool) -> None:  # noqa: ANN401
        least, most, items = given
        self._whole.repeats = True
        for _ in range(least):
            self.write(items, flags)
        if most == _ENDLESS:
            self._endless(items, flags, greedy=greedy)
            return
        splits = []
        for _ in range(most - least):
            splits.append(self._add("split", 0, 0))
            self.write(items, flags)
        end = len(self._code)
        for split in splits:
            self._code[split] = ("split", split + 1, end) if greedy else ("split", end, split + 1)

    def _endless(self, items: Any, flags: int, *, greedy: bool) -> None:  # noqa: ANN401
        slot = self._whole.slots
        self._whole.slots += 1
        split = self._add("split", 0, 0)
        self._add("save", slot)
        self.write(items, flags)
        # A pass that reads nothing ends the repetition.
        self._add("again", slot, split)
        end = len(self._code)
        self._code[split] = ("split", split + 1, end) if greedy else ("split", end, split + 1)


def character_test(name: str, given: Any, flags: int) -> Test:  # noqa: ANN401 - what the parser gives
    """Give the test of one character."""
    if name == "ANY":
        return (lambda _: True) if flags & re.DOTALL else (lambda character: character != "\n")
    if name == "IN":
        items = [(str(operator), value) for operator, value in given]
        negated = items[0][0] == "NEGATE"
        tests = [character_test(*item, flags) for item in items[negated:]]
        return lambda character: any(test(character) for test in tests) != negated
    if name == "CATEGORY":
        return _category(str(given), flags)
    if name == "RANGE":
        low, high = map(chr, given)
        return _folded(lambda character: low <= character <= high, flags)
    same = _folded(lambda character: character == chr(given), flags)
    return (lambda character: not same(character)) if name == "NOT_LITERAL" else same


def _folded(test: Test, flags: int) -> Test:
    if not flags & re.IGNORECASE:
        return test
    forms = (str.lower, str.upper, str.casefold)
    return lambda character: test(character) or any(len(one := form(character)) == 1 and test(one) for form in forms)


def _category(name: str, flags: int) -> Test:
    tests: dict[str, Test] = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": _is_word}
    test = tests[name.rpartition("_")[2]]
    if flags & re.ASCII:
        unicode_test = test
        test = lambda character: character.isascii() and unicode_test(character)  # noqa: E731
    return (lambda character: not test(character)) if "NOT" in name else test


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def place_test(name: str, flags: int) -> Callable[[str, int], bool]:
    """Give the test of a place in a text."""
    if name == "AT_BEGINNING":
        if flags & re.MULTILINE:
            return lambda text, at: at == 0 or text[at - 1] == "\n"
        return lambda _, at: at == 0
    if name == "AT_END":
        if flags & re.MULTILINE:
            return lambda text, at: at == len(text) or text[at] == "\n"
        return lambda text, at: at == len(text) or (at == len(text) - 1 and text[at] == "\n")
    if name == "AT_BEGINNING_STRING":
        return lambda _, at: at == 0
    if name == "AT_END_STRING":
        return lambda text, at: at == len(text)
    word = _category("WORD", flags)

    def boundary(text: str, at: int) -> bool:
        before, after = at > 0 and word(text[at - 1]), at < len(text) and word(text[at])
        return before != after

    return boundary if name == "AT_BOUNDARY" else lambda text, at: not boundary(text, at)
