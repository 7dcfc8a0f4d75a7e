"""The operators that make much out of little, checked before they work."""

from typing import Any

from skafu.scaffold.bounds.formats import check_percent
from skafu.scaffold.bounds.meter import LONGEST_LIST, LONGEST_NUMBER, LONGEST_TEXT, Exhausted, Meter, check_length
from skafu.scaffold.bounds.weight import measure

INTERCEPTED = frozenset({"+", "*", "**", "%", "//"})
_SEQUENCES = (str, bytes, list, tuple)
_SMALL = 2**31


def check_operands(meter: Meter, operator: str, left: Any, right: Any) -> None:  # noqa: ANN401 - any value
    """Refuse what an operator would make too much of.

    Raises:
        Exhausted: the result would be too long, or would take too long.
    """
    if isinstance(left, int) and isinstance(right, int):
        if not (-_SMALL < left < _SMALL and -_SMALL < right < _SMALL) or operator == "**":
            _check_numbers(operator, left, right)
    elif operator == "*":
        _check_repetition(left, right)
    elif operator == "+" and isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        check_length(len(left) + len(right), *_limit(left))
    elif operator == "%" and isinstance(left, str):
        check_percent(meter, left, right)


def _check_numbers(operator: str, left: int, right: int) -> None:
    bits, other = left.bit_length(), right.bit_length()
    size = bits * max(right, 0) if operator == "**" else bits + other if operator == "*" else max(bits, other)
    if size > LONGEST_NUMBER:
        raise Exhausted(f"a number may have at most {LONGEST_NUMBER} bits")


def _check_repetition(left: Any, right: Any) -> None:  # noqa: ANN401
    for items, times in ((left, right), (right, left)):
        if isinstance(items, _SEQUENCES) and isinstance(times, int):
            check_length(len(items) * times, *_limit(items))


def _limit(items: object) -> tuple[int, str]:
    return (LONGEST_TEXT, "a text") if isinstance(items, str | bytes) else (LONGEST_LIST, "a list")


def measured(meter: Meter, result: Any) -> Any:  # noqa: ANN401
    """Charge for the result of an operator, and give it."""
    return result if type(result) is int else measure(meter, result)
