"""Filters that make much out of little, or that take long for a short text, checked before they work."""

from collections.abc import Callable, Mapping, Sized
from typing import Any, TypeAlias

from skafu.scaffold.bounds.formats import check_percent
from skafu.scaffold.bounds.meter import LONGEST_LIST, Exhausted, Meter, check_length
from skafu.scaffold.bounds.methods import charge_search, check_join, check_replace
from skafu.scaffold.bounds.weight import weigh

Check: TypeAlias = Callable[[Meter, tuple[Any, ...], Mapping[str, Any]], None]

_MOST_DIGITS = 1_000
_WIDEST_INDENT = 1_000


def _argument(args: tuple[Any, ...], kwargs: Mapping[str, Any], place: int, name: str, default: Any = None) -> Any:  # noqa: ANN401
    return args[place] if len(args) > place else kwargs.get(name, default)


def _numbers(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[int]:
    return [one for one in (*args[1:], *kwargs.values()) if isinstance(one, int)]


def _padded(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    for number in _numbers(args, kwargs):
        check_length(number)
        meter.step(max(number, 0) >> 3)


def _indent(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    width = _argument(args, kwargs, 1, "width", 4)
    size = len(width) if isinstance(width, str) else width if isinstance(width, int) else 0
    text = str(args[0]) if args else ""
    meter.step(len(text) >> 3)
    check_length(len(text) + (text.count("\n") + 2) * size)


def _format(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    check_percent(meter, str(args[0]) if args else "", kwargs or args[1:])


def _replace(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    old, new = (_argument(args, kwargs, place, name, "") for place, name in ((1, "old"), (2, "new")))
    check_replace(meter, str(args[0]), str(old), str(new), _argument(args, kwargs, 3, "count"))


def _join(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    separator = str(_argument(args, kwargs, 1, "d", ""))
    if args and hasattr(args[0], "__next__"):
        # Its length is not known: what it gives is counted as it comes, in `each`.
        check_length(len(separator), 1_000, "the separator of a generator")
    elif args:
        check_join(meter, separator, args[0])


def _counted(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    for number in _numbers(args, kwargs):
        check_length(number, LONGEST_LIST, "a list")
        meter.step(max(number, 0))


def _rounded(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    del meter
    if any(abs(number) > _MOST_DIGITS for number in _numbers(args, kwargs)):
        raise Exhausted(f"a number is rounded to at most {_MOST_DIGITS} digits")


def _sum(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    start = _argument(args, kwargs, 2, "start", 0)
    if isinstance(start, list | tuple) and args:
        if not isinstance(args[0], Sized):
            raise Exhausted("lists from a generator can't be summed up; make a list of it first")
        # Python copies the sum so far for each of them.
        meter.step(len(args[0]) * weigh(meter, args[0]) >> 6)


def _words(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Charge for filters that cut long words piece by piece."""
    del kwargs
    text = str(args[0]) if args else ""
    longest = max(map(len, text.split()), default=0)
    meter.step(len(text) + (longest * longest >> 10))


def _tags(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    del kwargs
    text = str(args[0]) if args else ""
    meter.step(len(text) * text.count("<") >> 10)


def _trim(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    charge_search(meter, str(args[0]), _argument(args, kwargs, 1, "chars"))


def _written(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Check filters that write values with an indent: it may stand before each of them, at each depth."""
    size = sum(weigh(meter, one) for one in args[:1])
    meter.step(size >> 2)
    for one in (*args[1:], *kwargs.values()):
        width = len(one) if isinstance(one, str) else one if isinstance(one, int) else 0
        if width > _WIDEST_INDENT:
            raise Exhausted(f"an indent may have at most {_WIDEST_INDENT} characters")
        check_length(size * max(width, 1))


def _comment(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    text = str(args[0]) if args else ""
    sizes = [len(one) for one in (*args[1:], *kwargs.values()) if isinstance(one, str)]
    counts = [max(one, 1) for one in _numbers(args, kwargs)]
    meter.step(len(text) >> 2)
    check_length((len(text) + sum(counts) + 10) * (max(sizes, default=0) + 10))


def _combined(meter: Meter, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    del kwargs
    size = weigh(meter, list(args))
    # Lists that are merged without doubles are compared item by item.
    meter.step(size * size >> 10)


CHECKS: dict[str, Check] = {
    **dict.fromkeys(("center", "zfill", "ljust", "rjust"), _padded),
    **dict.fromkeys(("batch", "slice"), _counted),
    **dict.fromkeys(("wordwrap", "urlize", "truncate"), _words),
    **dict.fromkeys(
        ("tojson", "pprint", "to_json", "to_nice_json", "to_yaml", "to_nice_yaml", "jsonify", "xmlattr"), _written
    ),
    "combine": _combined,
    "comment": _comment,
    "format": _format,
    "indent": _indent,
    "join": _join,
    "replace": _replace,
    "round": _rounded,
    "striptags": _tags,
    "sum": _sum,
    "trim": _trim,
}
