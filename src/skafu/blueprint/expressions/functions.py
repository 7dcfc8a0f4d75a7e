"""The functions of expressions: what they take and what they give."""

import re
from collections.abc import Callable

import msgspec

from skafu.blueprint.expressions.durations import duration_parts
from skafu.blueprint.expressions.kinds import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INTEGER,
    MONEY,
    TEXT,
    AnyType,
    Kind,
    is_ordered,
    is_text,
    item_of,
    joined,
    maybe,
)
from skafu.blueprint.expressions.nodes import Node, Number, Text
from skafu.blueprint.types import ListOf
from skafu.kernel.errors import Invalid

Arguments = tuple[tuple[Node, Kind], ...]
MAX_ROUND_DIGITS = 9
_CURRENCY = re.compile("[A-Z]{3}")


class Unfit(Exception):
    """An argument is not what the function takes.

    Attributes:
        position: which argument, from 0.
        expected: what the function takes there.
    """

    def __init__(self, position: int, expected: str) -> None:
        """Say what is wrong with which argument."""
        super().__init__(expected)
        self.position = position
        self.expected = expected


class Function(msgspec.Struct, frozen=True):
    """A function that is no loop; `result` gives its kind from its arguments, or raises `Unfit`."""

    signature: str
    least: int
    most: int
    result: Callable[[Arguments], Kind]


def _takes(arguments: Arguments, position: int, expected: str, fits: Callable[[Kind], bool]) -> Kind:
    kind = arguments[position][1]
    if not isinstance(kind, AnyType) and not fits(kind):
        raise Unfit(position, expected)
    return kind


def _size(arguments: Arguments) -> Kind:
    _takes(arguments, 0, "a list or a text", lambda kind: isinstance(kind, ListOf) or is_text(kind))
    return INTEGER


def _texts(result: Kind) -> Callable[[Arguments], Kind]:
    def of_texts(arguments: Arguments) -> Kind:
        for position in range(len(arguments)):
            _takes(arguments, position, "a text", is_text)
        return result

    return of_texts


def _item(arguments: Arguments) -> Kind:
    return item_of(_takes(arguments, 0, "a list", lambda kind: isinstance(kind, ListOf)))


def _sum(arguments: Arguments) -> Kind:
    return summed(_item(arguments))


def summed(kind: Kind) -> Kind:
    """What a sum of such items is; what has no sum raises `Unfit` for the first argument."""
    if isinstance(kind, AnyType):
        return INTEGER
    if kind not in (INTEGER, DECIMAL, MONEY, DURATION):
        raise Unfit(0, "integers, decimals, money or durations")
    return kind


def _first(arguments: Arguments) -> Kind:
    return maybe(_item(arguments))


def _extreme(arguments: Arguments) -> Kind:
    result = arguments[0][1]
    for position, (_, kind) in enumerate(arguments):
        both = joined(result, kind)
        if not is_ordered(kind) or both is None:
            raise Unfit(position, "values with an order, all of one type")
        result = both
    return result


def _round(arguments: Arguments) -> Kind:
    _takes(arguments, 0, "a decimal", lambda kind: kind == DECIMAL)
    if len(arguments) == 1:
        return INTEGER
    digits = arguments[1][0]
    if not isinstance(digits, Number) or digits.value not in range(MAX_ROUND_DIGITS + 1):
        raise Unfit(1, f"the number of digits to keep, 0 to {MAX_ROUND_DIGITS}")
    return DECIMAL


def _money(arguments: Arguments) -> Kind:
    _takes(arguments, 0, "an amount in minor units, as an integer", lambda kind: kind == INTEGER)
    _takes(arguments, 1, 'a currency, like "EUR"', is_text)
    currency = arguments[1][0]
    if isinstance(currency, Text) and not _CURRENCY.fullmatch(currency.value):
        raise Unfit(1, 'a currency of three capital letters, like "EUR"')
    return MONEY


def _duration(arguments: Arguments) -> Kind:
    written = arguments[0][0]
    if not isinstance(written, Text):
        raise Unfit(0, 'a duration in quotes, like "15m" or "3 days"')
    try:
        duration_parts(written.value)
    except Invalid as invalid:
        raise Unfit(0, 'a duration like "15m", "1h30m" or "3 days" (a hundred years at most)') from invalid
    return DURATION


def _date(arguments: Arguments) -> Kind:
    _takes(arguments, 0, "a datetime", lambda kind: kind == DATETIME)
    return DATE


def _text(arguments: Arguments) -> Kind:
    _takes(arguments, 0, "an integer or a text", lambda kind: kind == INTEGER or is_text(kind))
    return TEXT


def _has(_: Arguments) -> Kind:
    return BOOLEAN


FUNCTIONS: dict[str, Function] = {
    "size": Function("size(list or text)", 1, 1, _size),
    "sum": Function("sum(list, item, number)", 1, 1, _sum),
    "first": Function("first(list, item, condition)", 1, 1, _first),
    "has": Function("has(optional)", 1, 1, _has),
    "contains": Function("contains(text, part)", 2, 2, _texts(BOOLEAN)),
    "startsWith": Function("startsWith(text, part)", 2, 2, _texts(BOOLEAN)),
    "endsWith": Function("endsWith(text, part)", 2, 2, _texts(BOOLEAN)),
    "lower": Function("lower(text)", 1, 1, _texts(TEXT)),
    "upper": Function("upper(text)", 1, 1, _texts(TEXT)),
    "trim": Function("trim(text)", 1, 1, _texts(TEXT)),
    "text": Function("text(integer)", 1, 1, _text),
    "min": Function("min(a, b)", 2, 9, _extreme),
    "max": Function("max(a, b)", 2, 9, _extreme),
    "round": Function("round(decimal) or round(decimal, digits)", 1, 2, _round),
    "money": Function('money(minor units, "EUR")', 2, 2, _money),
    "duration": Function('duration("15m")', 1, 1, _duration),
    "date": Function("date(datetime)", 1, 1, _date),
}
LOOP_SIGNATURES = {
    "sum": FUNCTIONS["sum"].signature,
    "first": FUNCTIONS["first"].signature,
    "any": "any(list, item, condition)",
    "all": "all(list, item, condition)",
    "map": "map(list, item, value)",
    "filter": "filter(list, item, condition)",
}
FOREIGN = {
    "len": "size",
    "length": "size",
    "count": "size",
    "exists": "any",
    "some": "any",
    "every": "all",
    "find": "first",
    "startswith": "startsWith",
    "endswith": "endsWith",
    "includes": "contains",
    "strip": "trim",
    "str": "text",
    "string": "text",
    "total": "sum",
}
"""Names of other languages, and what they are called here."""
