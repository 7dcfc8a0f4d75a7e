"""A tracer that remembers what it heard."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from skafu.kernel.telemetry import Attributes


@dataclass
class Listener:
    """Fills `Tracer`: spans in the order in which they ended, those with an error marked."""

    heard: list[tuple[str, Attributes]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @contextmanager
    def span(self, name: str, attributes: Attributes, /) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.failed.append(name)
            raise
        finally:
            self.heard.append((name, attributes))

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]
