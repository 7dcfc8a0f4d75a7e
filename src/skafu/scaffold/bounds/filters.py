"""Filters and tests of a template, each with a charge before it works and one for what it made."""

from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, TypeAlias

from jinja2 import pass_context
from jinja2.utils import _PassArg

from skafu.scaffold.bounds.filter_checks import CHECKS
from skafu.scaffold.bounds.weight import SCALARS, measure, weigh

if TYPE_CHECKING:
    from skafu.scaffold.bounds.context import MeteredContext

Function: TypeAlias = Callable[..., Any]

_QUICK = frozenset({"bool", "count", "d", "default", "first", "length", "type_debug"})
_SMALL = 64
_COMPARING = frozenset({"==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge", "<", "lt", "lessthan"})
_TESTS = _COMPARING | {"<=", "le", "in", "contains"}


def bounded_filters(filters: Mapping[str, Function]) -> dict[str, Function]:
    """Put a charge on every filter that does more than look."""
    return {name: one if name in _QUICK else _bounded(name, one) for name, one in filters.items()}


def bounded_tests(tests: Mapping[str, Any]) -> dict[str, Function]:
    """Put a charge on the tests that compare."""
    return {name: _bounded(name, one) if name in _TESTS else one for name, one in tests.items()}


@lru_cache(maxsize=1024)
def _bounded(name: str, function: Function) -> Function:
    check = CHECKS.get(name)
    passed = _PassArg.from_obj(function)

    # With the context as an argument, jinja2 works nothing out while it compiles, where nobody counts.
    @pass_context
    @wraps(function)
    def bounded(context: "MeteredContext", *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        meter = context.meter
        meter.step()
        given = args if all(map(_is_small, args)) else tuple(_charged(context, one) for one in args)
        if kwargs:
            for one in kwargs.values():
                _charged(context, one)
        if check is not None:
            check(meter, given, kwargs)
        if passed is None:
            return measure(meter, function(*given, **kwargs))
        first = {
            _PassArg.context: context,
            _PassArg.eval_context: context.eval_ctx,
            _PassArg.environment: context.environment,
        }[passed]
        return measure(meter, function(first, *given, **kwargs))

    return bounded


def _is_small(value: Any) -> bool:  # noqa: ANN401
    kind = type(value)
    return len(value) <= _SMALL if kind is str else kind in SCALARS


def _charged(context: "MeteredContext", value: Any) -> Any:  # noqa: ANN401
    kind = type(value)
    if kind is str:
        if len(value) > _SMALL:
            context.step(len(value) >> 3)
        return value
    if kind in SCALARS:
        return value
    if hasattr(value, "__next__"):
        return context.each(value)
    weigh(context.meter, value)
    if hasattr(value, "__len__"):
        context.step(len(value))
    return value
