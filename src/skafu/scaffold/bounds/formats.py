"""Format strings, checked before they are filled in: widths and precisions come from the template."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from jinja2 import pass_context
from jinja2.sandbox import SandboxedEscapeFormatter, SandboxedFormatter
from markupsafe import Markup

from skafu.scaffold.bounds.meter import Meter, check_length
from skafu.scaffold.bounds.weight import SCALARS, weigh

if TYPE_CHECKING:
    from jinja2 import Environment

    from skafu.scaffold.bounds.context import MeteredContext

_DIRECTIVE = re.compile(r"%(?:\([^()]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+))?")
_NUMBER = re.compile(r"\d+")
_LONGEST_DIGITS = 7


def check_percent(meter: Meter, form: str, values: Any) -> None:  # noqa: ANN401 - whatever a template fills in
    """Check `form % values`.

    Raises:
        Exhausted: the result would be too long.
    """
    directives = _DIRECTIVE.findall(form)
    largest = _largest_number(values) if any("*" in one for one in directives) else 0
    padding = sum(largest if size == "*" else _number(size) for one in directives for size in one)
    check_length(padding)
    meter.step(len(directives))
    size = _written(meter, values)
    # A mapping may be asked for the same value by every directive.
    times = len(directives) if isinstance(values, Mapping) else 1
    meter.grow(len(form) + padding + size * times)


def _written(meter: Meter, values: Any) -> int:  # noqa: ANN401
    if type(values) is str:
        return len(values)
    return 24 if type(values) in SCALARS else weigh(meter, values)


def _largest_number(values: object) -> int:
    found = values if isinstance(values, tuple) else (values,)
    return max((abs(one) for one in found if isinstance(one, int)), default=0)


def _number(digits: str) -> int:
    return int(digits[: _LONGEST_DIGITS + 1]) if digits else 0


class _Checked(SandboxedFormatter):
    """jinja2's formatter; it charges for every field."""

    def __init__(self, environment: "Environment", meter: Meter, **options: Any) -> None:  # noqa: ANN401
        super().__init__(environment, **options)
        self._meter = meter

    def convert_field(self, value: Any, conversion: Any) -> Any:  # noqa: ANN401
        self._charge(value)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:  # noqa: ANN401
        for digits in _NUMBER.findall(format_spec):
            check_length(_number(digits))
            self._meter.grow(_number(digits))
        self._charge(value)
        return super().format_field(value, format_spec)

    def _charge(self, value: Any) -> None:  # noqa: ANN401
        self._meter.step()
        self._meter.grow(_written(self._meter, value))


class _CheckedEscaping(_Checked, SandboxedEscapeFormatter):
    pass


def bounded_format(environment: "Environment", method: Callable[..., str]) -> Callable[..., str]:
    """Stand in for `str.format` or `str.format_map`.

    Args:
        environment: reads the attributes that a field asks for.
        method: the bound method.
    """
    form: Any = method.__self__  # type: ignore[attr-defined]
    is_map = method.__name__ == "format_map"

    @pass_context
    def fill(context: "MeteredContext", *args: Any, **kwargs: Any) -> str:  # noqa: ANN401
        meter = context.meter
        meter.grow(len(form))
        formatter = (
            _CheckedEscaping(environment, meter, escape=form.escape)
            if isinstance(form, Markup)
            else _Checked(environment, meter)
        )
        positional, named = _arguments(args, kwargs, is_map=is_map)
        return type(form)(formatter.vformat(form, positional, named))  # type: ignore[no-any-return]

    return update_wrapper(fill, method)


def _arguments(
    args: tuple[Any, ...], kwargs: Mapping[str, Any], *, is_map: bool
) -> tuple[Sequence[Any], Mapping[str, Any]]:
    if not is_map:
        return args, kwargs
    if kwargs:
        raise TypeError("format_map() takes no keyword arguments")
    if len(args) != 1:
        raise TypeError(f"format_map() takes exactly one argument ({len(args)} given)")
    return (), args[0]
