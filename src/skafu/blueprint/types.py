"""Types of fields, parsed from their text."""

import re
from collections.abc import Collection
from typing import Literal, get_args

import msgspec

from skafu.blueprint.problems import Problem, did_you_mean, nearest
from skafu.kernel.errors import Invalid

ScalarName = Literal[
    "id", "text", "integer", "decimal", "money", "boolean", "date", "datetime",
    "duration", "email", "url", "phone", "file",
]  # fmt: skip
SCALARS: tuple[ScalarName, ...] = get_args(ScalarName)
MAX_NESTING = 5
"""How deep a type may nest: `list of list of ...`."""
MAX_LENGTH = 500
"""How many characters the text of a type may have."""

_WORD = re.compile(r"\S+")
_OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_FOREIGN = {
    "string": "text",
    "str": "text",
    "varchar": "text",
    "uuid": "id",
    "int": "integer",
    "long": "integer",
    "number": "decimal",
    "float": "decimal",
    "double": "decimal",
    "bool": "boolean",
    "time": "datetime",
    "timestamp": "datetime",
    "interval": "duration",
    "enum": "one of",
    "array": "list of",
    "currency": "money",
}


class Scalar(msgspec.Struct, frozen=True, tag="scalar"):
    """A built-in type; `money` is an amount in minor units and a currency, `file` a reference to an upload."""

    name: ScalarName


class OneOf(msgspec.Struct, frozen=True, tag="one_of"):
    """One of a few words."""

    options: tuple[str, ...]


class Ref(msgspec.Struct, frozen=True, tag="ref"):
    """The id of an aggregate of any service."""

    aggregate: str


class Record(msgspec.Struct, frozen=True, tag="record"):
    """A value type of the service."""

    name: str


class ListOf(msgspec.Struct, frozen=True, tag="list"):
    """Any number of items, in order."""

    item: "Type"


class Maybe(msgspec.Struct, frozen=True, tag="optional"):
    """A value that may be absent."""

    item: "Type"


Type = Scalar | OneOf | Ref | Record | ListOf | Maybe


class TypeInvalid(Invalid):
    """The text of a type that says nothing that a type can be.

    Attributes:
        problem: where in the text, what was expected, and the nearest valid name.
    """

    def __init__(self, problem: Problem) -> None:
        """Carry the problem, and its message as the words for people."""
        super().__init__(problem.message, fix=problem.fix)
        self.problem = problem


def parse_type(text: str, *, records: Collection[str] | None = None, aggregates: Collection[str] | None = None) -> Type:
    """Read a type: `list of OrderLine`, `optional text`, `one of small large`, `ref Book`.

    Args:
        text: what stands in the blueprint.
        records: the value types that may be named; None accepts every name in PascalCase.
        aggregates: the aggregates that `ref` may name; None accepts every name in PascalCase.

    Returns:
        The type.

    Raises:
        TypeInvalid: the text is no type, names something unknown, or nests deeper than `MAX_NESTING`.
    """
    if len(text) > MAX_LENGTH:
        raise TypeInvalid(Problem(0, MAX_LENGTH, f"a type may have {MAX_LENGTH} characters, this one has {len(text)}"))
    return _TypeReader(text, records, aggregates).read()


def type_text(type_: Type) -> str:
    """Write a type as a blueprint says it; `parse_type` reads it back."""
    match type_:
        case Scalar(name) | Record(name):
            return name
        case Ref(aggregate):
            return f"ref {aggregate}"
        case OneOf(options):
            return f"one of {' '.join(options)}"
        case ListOf(item):
            return f"list of {type_text(item)}"
        case Maybe(item):
            return f"optional {type_text(item)}"


class _TypeReader:
    """Reads the words of one type from left to right."""

    def __init__(self, text: str, records: Collection[str] | None, aggregates: Collection[str] | None) -> None:
        self._words = [(found.group(), found.start()) for found in _WORD.finditer(text)]
        self._records = records
        self._aggregates = aggregates
        self._end = len(text.rstrip())
        self._next = 0

    def read(self) -> Type:
        read = self._type(0)
        if self._next < len(self._words):
            word, at = self._words[self._next]
            raise TypeInvalid(Problem(at, len(word), f"a type ends before {word!r}: {type_text(read)}"))
        return read

    def _take(self, expected: str) -> tuple[str, int]:
        if self._next == len(self._words):
            raise TypeInvalid(Problem(self._end, 0, f"expected {expected} at the end of the type", expected))
        self._next += 1
        return self._words[self._next - 1]

    def _type(self, depth: int) -> Type:
        word, at = self._take("a type")
        if depth > MAX_NESTING:
            raise TypeInvalid(Problem(at, len(word), f"a type nests {MAX_NESTING} levels deep at most"))
        match word:
            case "optional":
                return Maybe(self._present(depth, at, "optional optional says no more than optional"))
            case "list":
                self._of("list")
                return ListOf(self._present(depth, at, "items of a list cannot be optional: leave absent ones out"))
            case "one":
                self._of("one")
                return self._one_of()
            case "ref":
                return Ref(self._named("aggregate", self._aggregates))
            case _ if word in SCALARS:
                return Scalar(word)
            case _:
                self._next -= 1
                return Record(self._named("type", self._records))

    def _present(self, depth: int, at: int, message: str) -> Type:
        item = self._type(depth + 1)
        if isinstance(item, Maybe):
            raise TypeInvalid(Problem(at, self._end - at, message))
        return item

    def _of(self, before: str) -> None:
        word, at = self._take(f"'{before} of'")
        if word != "of":
            fix = f"write {before} of ..."
            raise TypeInvalid(Problem(at, len(word), f"expected 'of' after '{before}', got {word!r}", "of", "of", fix))

    def _one_of(self) -> OneOf:
        options = [self._take("words to choose from")]
        options += self._words[self._next :]
        self._next = len(self._words)
        words: dict[str, None] = {}
        for word, at in options:
            if not _OPTION.fullmatch(word):
                fix = "separate the words with spaces: one of small large"
                raise TypeInvalid(Problem(at, len(word), f"{word!r} is no word to choose; {fix}", "a word", "", fix))
            if word in words:
                raise TypeInvalid(Problem(at, len(word), f"{word!r} stands twice in 'one of'"))
            words[word] = None
        return OneOf(tuple(words))

    def _named(self, what: str, known: Collection[str] | None) -> str:
        expected = "the name of an aggregate" if what == "aggregate" else "a type"
        word, at = self._take(expected)
        if _PASCAL.fullmatch(word) and (known is None or word in known):
            return word
        candidates = tuple(known or ()) if what == "aggregate" else (*SCALARS, *(known or ()))
        near = _FOREIGN.get(word.lower(), "") if what == "type" else ""
        near = near or nearest(word, candidates)
        message = f"{what} {word} is not known{did_you_mean(near)}"
        fix = f"write {near}" if near else "use a built-in type or declare a value type"
        raise TypeInvalid(Problem(at, len(word), message, expected, near, fix))
