"""Runs in which a writer and a projector die at the same time, each right before a chosen step, and what they leave."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from benchmarks.store.places import HERE
from benchmarks.store.survivor import Survivor
from benchmarks.store.victims import NEVER, Since, Turns, Wish, project, write
from skafu.storage import ANY

SINCE: tuple[Since, ...] = ("opening", "open")
SHARED = 500
"""Numbers until writers share another stream."""

SLACK = 5
"""Steps that a victim may need beyond those that were counted when nobody else was there."""

WHILE_OPENING = 8
"""One of so many runs counts steps from the opening of the store on."""


@contextmanager
def graveyard(folder: Path) -> Iterator[ForkServerContext]:
    """What starts victims: forks of a process that has imported everything, and the library that kills."""
    library = folder / "death.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "death.c", "-ldl"], check=True)
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.store.victims", "asyncio"])
    before = os.environ.get("LD_PRELOAD", "")
    os.environ["LD_PRELOAD"] = f"{library} {before}".strip()
    first = context.Process(target=int)
    first.start()
    first.join()
    os.environ["LD_PRELOAD"] = before
    yield context


@dataclass
class Victim:
    """A process and what it tells."""

    process: ForkServerProcess
    told: Connection

    def last_words(self) -> list[Any]:
        """All that it told until it died or was done."""
        self.process.join()
        said = []
        with self.told, suppress(EOFError):
            while self.told.poll():
                said.append(self.told.recv())
        return said

    @property
    def died(self) -> bool:
        """Whether it was killed.

        Raises:
            RuntimeError: it ended in another way than by our hand.
        """
        if self.process.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"a victim ended with {self.process.exitcode}")
        return self.process.exitcode != 0


@dataclass
class Grave:
    """How many died, and at how many steps of how many."""

    steps: dict[Since, int]
    many: int = 0
    places: set[tuple[Since, int]] = field(default_factory=set)

    def buried(self, victim: Victim, since: Since, step: int) -> None:
        """Count a victim."""
        if victim.died:
            self.many += 1
            self.places.add((since, step))


class Killing:
    """Kills in one store."""

    def __init__(self, context: ForkServerContext, address: str, survivor: Survivor) -> None:
        self._context = context
        self._address = address
        self._survivor = survivor
        self._next = 0
        self.writers = Grave({})
        self.projectors = Grave({})

    def learn(self) -> None:
        """Count the steps of those who are left alive."""
        for since in SINCE:
            turns = self._turns(f"learn-{since}")
            self.writers.steps[since] = self._victim(write, turns, NEVER, since).last_words()[-1]
            self.projectors.steps[since] = self._victim(project, f"learn-{since}", NEVER, since).last_words()[-1]

    async def run(self, number: int) -> None:
        """Let two die, and put right and compare what they leave."""
        since: Since = "open" if number % WHILE_OPENING else "opening"
        backlog, turns = self._turns(f"{number}-before", 1), self._turns(str(number))
        await self._survivor.repeat(backlog, {})
        place = number if since == "open" else number // WHILE_OPENING
        steps = [
            place * stride % (grave.steps[since] + SLACK) for stride, grave in ((1, self.writers), (7, self.projectors))
        ]
        writer = self._victim(write, turns, steps[0], since)
        projector = self._victim(project, f"p-{number}", steps[1], since)
        acknowledged: dict[str, int] = dict(said for said in writer.last_words() if isinstance(said, tuple))
        projector.last_words()
        for grave, victim, step in ((self.writers, writer, steps[0]), (self.projectors, projector, steps[1])):
            grave.buried(victim, since, step)
        await self._survivor.repeat(turns, acknowledged)
        await self._survivor.follow()
        await self._survivor.project(f"s-{number}")
        await self._survivor.compare(wish for wishes in (*backlog, *turns) for wish in wishes)

    def _victim(self, work: Callable[..., None], *what: object) -> Victim:
        told, telling = self._context.Pipe(duplex=False)
        process = self._context.Process(target=work, args=(self._address, *what, telling))
        process.start()
        telling.close()
        return Victim(process, told)

    def _turns(self, name: str, many: int = 2) -> Turns:
        """What is wished at once: to two streams of its own and to one that others share."""
        return [
            [
                *(Wish(f"own-{name}-{each}", self._numbers(2), 2 * turn, f"{name}-{each}-{turn}") for each in "ab"),
                Wish(f"shared-{self._next // SHARED}", self._numbers(1 + turn), ANY, f"shared-{name}-{turn}"),
            ]
            for turn in range(many)
        ]

    def _numbers(self, many: int) -> tuple[int, ...]:
        self._next += many
        return tuple(range(self._next - many, self._next))
