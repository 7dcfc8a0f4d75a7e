"""What compiled templates call while they run: the context of jinja2, with a meter."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Context
from markupsafe import Markup, escape

from skafu.scaffold.bounds.meter import LONGEST_TEXT, Meter
from skafu.scaffold.bounds.weight import SCALARS, measure, weigh
from skafu.scaffold.run import RUN

_OVERHEAD = 16
"""What a short text takes beyond its characters."""


class MeteredContext(Context):
    """A context that counts.

    Attributes:
        meter: of the rendering.
        step: charges steps; bound here because every loop calls it.
    """

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Callable[[Context], Iterator[str]]],
        globals: dict[str, Any] | None = None,  # noqa: A002 - jinja2 passes it by this name
    ) -> None:
        """Find the meter of the rendering; a text on its own gets one of its own."""
        super().__init__(environment, parent, name, blocks, globals)
        run = parent.get(RUN)
        self.meter: Meter = Meter() if run is None else run.meter
        self.step = self.meter.step

    def text(self, value: Any) -> str:  # noqa: ANN401 - whatever a template puts out
        """Turn a value into text for the output."""
        if type(value) is not str:
            if type(value) not in SCALARS:
                weigh(self.meter, value)
            value = str(value)
        meter, size = self.meter, len(value)
        meter.room -= size + _OVERHEAD
        if meter.room < 0 or size > LONGEST_TEXT:
            meter.grow(size)
        return value  # type: ignore[no-any-return]

    def escaped(self, value: Any) -> Markup:  # noqa: ANN401
        """Turn a value into escaped text for the output."""
        if type(value) not in SCALARS:
            weigh(self.meter, value)
        found = escape(value)
        self.meter.grow(len(found))
        return found

    def joined(self, parts: Iterable[str]) -> str:
        """Join the output of a block."""
        parts = list(parts)
        self.meter.grow(sum(map(len, parts)))
        return "".join(parts)

    def tilde(self, join: Callable[[Iterable[Any]], str], values: tuple[Any, ...]) -> str:
        """Join values with `~`."""
        size = 0
        for value in values:
            kind = type(value)
            size += len(value) if kind is str else 16 if kind in SCALARS else weigh(self.meter, value)
        self.meter.grow(size)
        return join(values)

    def operand(self, value: Any) -> Any:  # noqa: ANN401
        """Charge for a value that is compared."""
        kind = type(value)
        if kind is str:
            if len(value) > 1000:
                self.step(len(value) >> 6)
        elif kind not in SCALARS:
            weigh(self.meter, value)
        return value

    def sliced(self, value: Any) -> Any:  # noqa: ANN401
        """Charge for a part of a value."""
        return measure(self.meter, value)

    def each(self, values: Iterable[Any]) -> Iterator[Any]:
        """Charge for every item, also for those that are passed over."""
        for value in values:
            self.step()
            yield value


def meter_of(context: Context) -> Meter:
    """Give the meter that a context counts with."""
    return context.meter if isinstance(context, MeteredContext) else Meter()
