"""Methods of texts, numbers and lists, checked before they are called: some make much out of little."""

from collections.abc import Callable, Mapping
from types import BuiltinMethodType, MethodType
from typing import Any, TypeAlias

from jinja2.runtime import Macro

from skafu.scaffold.bounds.meter import LONGEST_LIST, Meter, check_length
from skafu.scaffold.bounds.weight import SCALARS, weigh

Check: TypeAlias = Callable[[Meter, Any, tuple[Any, ...], Mapping[str, Any]], None]

_SIZED = (str, bytes, list, tuple, dict)
_QUICK = frozenset({"append", "items", "keys", "values", "popitem"})


def charge_call(meter: Meter, function: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Charge for a call, and refuse one whose result would be too large.

    Raises:
        Exhausted: it would be too much.
    """
    meter.step()
    if type(function) is Macro:
        return
    for value in args:
        if type(value) not in SCALARS:
            weigh(meter, value)
    if type(function) is not BuiltinMethodType and type(function) is not MethodType:
        return
    name, owner = function.__name__, function.__self__
    if name in _QUICK:
        return
    if isinstance(owner, _SIZED):
        meter.step(len(owner) >> 4)
    if check := _CHECKS.get(name):
        check(meter, owner, args, kwargs)


def _first_number(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    del meter, owner
    for number in (*args, *kwargs.values()):
        if isinstance(number, int):
            check_length(number)


def _expandtabs(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    del meter
    width = next((one for one in (*args, *kwargs.values()) if isinstance(one, int)), 8)
    check_length(len(owner) + owner.count("\t" if isinstance(owner, str) else b"\t") * max(width, 0))


def check_replace(meter: Meter, text: Any, old: Any, new: Any, count: Any = None) -> None:  # noqa: ANN401
    """Check the replacement of a text by another."""
    meter.step(len(text) >> 4)
    if isinstance(text, str | bytes) and type(old) is type(new):
        times = text.count(old)
        if isinstance(count, int) and count >= 0:
            times = min(times, count)
        check_length(len(text) + times * max(len(new) - len(old), 0))


def _replace(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    if len(args) >= 2 and isinstance(owner, str | bytes):
        check_replace(meter, owner, args[0], args[1], args[2] if len(args) > 2 else kwargs.get("count"))


def check_join(meter: Meter, separator: Any, items: Any) -> None:  # noqa: ANN401
    """Check what a separator and items make together."""
    if hasattr(items, "__len__"):
        size = weigh(meter, items) if type(items) not in SCALARS else len(items)
        check_length(size + len(items) * len(str(separator)))


def _join(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    del kwargs
    for items in args:
        check_join(meter, owner, items)


def _translate(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    del meter, kwargs
    for table in args:
        if isinstance(table, dict):
            longest = max((len(one) for one in table.values() if isinstance(one, str)), default=1)
            check_length(len(owner) * max(longest, 1))


def charge_search(meter: Meter, text: Any, wanted: Any) -> None:  # noqa: ANN401
    """Charge for a search that tries every character of one text at every place of the other."""
    if isinstance(wanted, str | bytes) and hasattr(text, "__len__"):
        meter.step(len(text) * len(wanted) >> 8)


def _search(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    for wanted in (*args, *kwargs.values()):
        charge_search(meter, owner, wanted)


def _extend(meter: Meter, owner: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:  # noqa: ANN401
    del meter, kwargs
    for items in args:
        if hasattr(items, "__len__"):
            check_length(len(owner) + len(items), LONGEST_LIST, "a list")


_SEARCHES = ("strip", "lstrip", "rstrip", "rfind", "rindex", "rsplit", "rpartition")

_CHECKS: dict[str, Check] = {
    **dict.fromkeys(("center", "ljust", "rjust", "zfill", "to_bytes"), _first_number),
    **dict.fromkeys(_SEARCHES, _search),
    **dict.fromkeys(("extend", "update"), _extend),
    "expandtabs": _expandtabs,
    "join": _join,
    "replace": _replace,
    "translate": _translate,
}
