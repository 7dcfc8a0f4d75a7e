"""How much a value is when it is written out: lists that hold the same list many times are small, and look huge."""

from collections.abc import Iterator
from typing import Any

from jinja2.utils import Namespace
from markupsafe import Markup

from skafu.scaffold.bounds.meter import Exhausted, Meter

SCALARS = frozenset({str, Markup, int, float, bool, type(None)})
_TEXTS = frozenset({str, Markup, bytes})
_ITEMS: tuple[type, ...] = (list, tuple, set, frozenset, range, type({}.keys()), type({}.values()), type({}.items()))
_CONTAINERS = (dict, *_ITEMS, Namespace)
_MEASURED = frozenset({list, tuple, dict, Markup, bytes})
_MOST_VALUES = 500_000
_MOST_CHARACTERS = 10_000_000
_DEEPEST = 100
_SMALL = 64
_OF_ONE = 12


def weigh(meter: Meter, value: Any) -> int:  # noqa: ANN401 - whatever a template makes
    """Count the characters that a value would have as text, about, and charge for the walk.

    Args:
        meter: is charged.
        value: whatever a template made.

    Raises:
        Exhausted: it is more than anybody needs.
    """
    if not isinstance(value, _CONTAINERS):
        return len(value) if type(value) in _TEXTS else _OF_ONE
    if isinstance(value, list | tuple) and len(value) <= _SMALL and SCALARS.issuperset(map(type, value)):
        return _OF_ONE * len(value) + sum(len(one) for one in value if type(one) in _TEXTS)
    return _walked(meter, value)


def _walked(meter: Meter, value: Any) -> int:  # noqa: ANN401
    level: list[Any] = [value]
    seen = characters = depth = 0
    while level:
        characters += sum(len(one) for one in level if type(one) in _TEXTS)
        containers = [one for one in level if type(one) not in SCALARS and isinstance(one, _CONTAINERS)]
        seen += len(level)
        depth += 1
        # Count before unfolding: values may be shared, and few of them look like many.
        if seen + sum(map(_size, containers)) > _MOST_VALUES or depth > _DEEPEST:
            raise Exhausted(f"a value holds more than {_MOST_VALUES} values, or itself")
        if characters > _MOST_CHARACTERS:
            raise Exhausted(f"a value holds more than {_MOST_CHARACTERS} characters")
        level = [inner for one in containers for inner in _inner(one)]
    meter.step((seen >> 3) + (characters >> 8))
    return characters + _OF_ONE * seen


def _size(value: Any) -> int:  # noqa: ANN401
    if isinstance(value, Namespace):
        value = _attributes(value)
    return 2 * len(value) if isinstance(value, dict) else len(value)


def _inner(value: Any) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(value, Namespace):
        yield from _inner(_attributes(value))
    elif isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, _ITEMS) and not isinstance(value, range):
        yield from iter(value)  # type: ignore[call-overload]


def _attributes(value: Namespace) -> dict[str, Any]:
    found: dict[str, Any] = object.__getattribute__(value, "_Namespace__attrs")
    return found


def measure(meter: Meter, value: Any) -> Any:  # noqa: ANN401
    """Charge for a value that was made, and give it."""
    kind = type(value)
    if kind is str:
        size = len(value)
        if size > _SMALL:
            meter.grow(size)
    elif kind in _MEASURED:
        size = len(value)
        meter.grow(size)
        if size > _SMALL:
            meter.step(size >> 3)
    return value
