"""Wakes those who wait for something new, without losing a ring between looking and waiting."""

import asyncio


class Bell:
    """Rings for everybody who listens. For one event loop."""

    def __init__(self) -> None:
        """Start silent."""
        self._next = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """What the next ring sets: take it before looking, wait for it after."""
        return self._next

    def ring(self) -> None:
        """Wake all who listen."""
        heard, self._next = self._next, asyncio.Event()
        heard.set()
