"""What an adapter takes from the machine: the time, waiting, and chance."""

from collections.abc import Awaitable, Callable

import msgspec

from skafu.kernel.identity import Clock


class Surroundings(msgspec.Struct, frozen=True):
    """The time, waiting, and chance.

    Attributes:
        clock: the present moment.
        sleep: waits so many seconds.
        chance: a number from 0 up to 1, itself left out.
    """

    clock: Clock
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
