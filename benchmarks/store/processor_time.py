"""Processor time that the writers and the server have used."""

import os
import resource
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """Seconds of processors: in processes that have ended, and in PostgreSQL."""

    workers: float
    server: float

    def __sub__(self, before: "Spent") -> "Spent":
        """What was spent since then."""
        return Spent(self.workers - before.workers, self.server - before.server)


def spent() -> Spent:
    """What was spent until now."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(children.ru_utime + children.ru_stime, sum(_postgres(place) for place in Path("/proc").glob("[0-9]*")))


def _postgres(process: Path) -> float:
    """The time of a server's process and of its children that have ended; nothing for other programs."""
    try:
        name, _, numbers = (process / "stat").read_text().rpartition(")")
    except OSError:
        return 0.0
    return sum(int(number) for number in numbers.split()[11:15]) / TICKS if name.endswith("(postgres") else 0.0
