"""The port through which the parts of Skafu say what they are doing, and for how long.

A part opens a span around its work. Who listens is decided where the program is put together: nobody, unless somebody
is given. A trace goes from process to process by the correlation id, which stands on every event.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, Protocol
from uuid import UUID

Attributes = Mapping[str, str | int | UUID]
"""What is known of a piece of work. Ids are handed over as they are: to write them out is the listener's business."""


class Tracer(Protocol):
    """Hears of work that begins and ends."""

    def span(self, name: str, attributes: Attributes, /) -> AbstractContextManager[object]:
        """A piece of work, which lasts as long as the context that is returned; errors pass through it.

        Args:
            name: the kind of work: `store.append`.
            attributes: which one it is.
        """


class _Nobody:
    """Hears nothing. Its one span is shared by all work, also by work at the same time."""

    def span(self, _name: str, _attributes: Attributes, /) -> "_Nobody":
        return self

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End."""


NOBODY: Final[Tracer] = _Nobody()
"""The tracer when nobody listens."""
