"""The events that are handled, as they are read."""

from typing import Annotated, Any

import msgspec


class Event(msgspec.Struct, frozen=True):
    """An event.

    Attributes:
        id: its id; the same event may come several times.
        detail: what it says.
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    detail: dict[str, Any]
