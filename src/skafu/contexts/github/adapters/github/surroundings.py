"""What an adapter takes from around it: the time, waiting, chance, and who hears of its calls."""

from collections.abc import Awaitable, Callable

import msgspec

from skafu.kernel.identity import Clock
from skafu.kernel.telemetry import NOBODY, Tracer


class Surroundings(msgspec.Struct, frozen=True):
    """The time, waiting, chance, and who hears of calls.

    Attributes:
        clock: the present moment.
        sleep: waits so many seconds.
        chance: a number from 0 up to 1, itself left out.
        tracer: hears of each call.
    """

    clock: Clock
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]
    tracer: Tracer = NOBODY
