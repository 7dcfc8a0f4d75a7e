"""Lives of a platform that each end by kill -9 right before one of their steps outside of memory.

Either they really do, or what kill -9 would leave is put by while one life goes on: kill -9 takes nothing from the
caches of the kernel, so that it leaves the files as they stand. With no thread that writes, that is the same thing for
half of the time.
"""

import asyncio
import gc
import importlib
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from uuid import UUID

import msgspec
from platform_ground import HandClock
from process_desk import TYPES, ProcessDesk
from stand_in_outside import World
from threadless_sqlite import threadless_sqlite

from skafu.contexts.ai.domain.events import AnalysisStepTaken
from skafu.contexts.project.domain.events import ProofStarted
from skafu.contexts.project.domain.run_events import RunProgressed, RunStarted
from skafu.processes.course.events import ProcessStepDelayed
from skafu.storage import PlainCodec, Storage
from skafu.storage.adapters.folder.blobs import FolderBlobs
from skafu.storage.replay import pages

Doing = Callable[[ProcessDesk], Awaitable[None]]
Open = Callable[[Path, HandClock], Any]
"""Gives the store of a folder."""

TOLD_ON_THE_WAY = (ProcessStepDelayed, RunProgressed, RunStarted, ProofStarted, AnalysisStepTaken)
"""Events that are there for those who watch: how many there are, and when, is nobody's promise."""
WRITES = frozenset({"append", "save", "put", "delete", "collect"})
BETWEEN_LIVES = timedelta(minutes=2)
"""Leases of those who died have ended by then."""


class Steps:
    """Counts steps. What is given is called before each, with its number, the first being 0."""

    def __init__(self, before: Callable[[int], None]) -> None:
        self._before = before
        self.taken = 0

    def __call__(self) -> None:
        self._before(self.taken)
        self.taken += 1


def nothing(_step: int) -> None:
    """Live on."""


def death_before(step: int) -> Callable[[int], None]:
    """Death strikes right before this step."""

    def strike(taken: int) -> None:
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


class Watched:
    """A part of the store; each write of it is a step."""

    def __init__(self, part: object, step: Callable[[], None], *, names: Collection[str] = WRITES) -> None:
        self._part = part
        self._step = step
        self._names = names

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 as the part has it
        found = getattr(self._part, name)
        if name not in self._names:
            return found

        def watched(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 likewise
            self._step()
            return found(*arguments, **named)

        return watched


@asynccontextmanager
async def sqlite_in(folder: Path, clock: HandClock) -> AsyncIterator[Storage]:
    """Ids and order are the same in each life, so that each takes the same steps."""
    ids = count(int(clock.now.timestamp()) << 32)
    async with threadless_sqlite(folder / "skafu.db", PlainCodec(TYPES), clock, lambda: UUID(int=next(ids))) as storage:
        yield storage


class StandingLoop(asyncio.SelectorEventLoop):
    """Its time stands still while a step is looked at from outside."""

    stood = 0.0

    def time(self) -> float:
        return super().time() - self.stood


class Lived(msgspec.Struct, frozen=True):
    """What a life came to: how many steps it took, the events of each stream by name, and what is there outside."""

    steps: int
    streams: dict[str, list[str]]
    effects: list[str]
    modules: list[str]

    @property
    def end(self) -> tuple[dict[str, list[str]], list[str]]:
        """What must be the same, however often death struck."""
        return self.streams, self.effects


class Lives:
    """The lives of one platform in a folder."""

    def __init__(
        self, folder: Path, opened: Open = sqlite_in, *, desk: Callable[..., ProcessDesk] = ProcessDesk, after: int = 0
    ) -> None:
        self._folder = folder
        self._opened = opened
        self._desk = desk
        self._number = after
        folder.mkdir(exist_ok=True)

    def live(self, doing: Doing, *, before: Callable[[int], None] = nothing) -> Lived | None:
        """Live until all is done, or until something before a step kills it; none when it died."""
        told, child = self._forked(doing, before)
        said, status = _ended(told, child)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return None
        assert status == 0, said
        lived = msgspec.json.decode(said, type=Lived)
        _know(lived.modules)
        return lived

    def deaths(self, doing: Doing, *, first: int, every: int) -> Iterator[tuple[int, "Lives"]]:
        """One life. Before each of some steps: its number, and the platform that kill -9 would leave."""
        left = self._folder.with_name(f"{self._folder.name}-left")
        ours, its = socket.socketpair()

        def put_by(step: int) -> None:
            if step % every == first:
                stood = time.monotonic()
                shutil.copytree(self._folder, left)
                its.send(step.to_bytes(4, "big"))
                its.recv(1)
                loop = asyncio.get_running_loop()
                assert isinstance(loop, StandingLoop)
                loop.stood += time.monotonic() - stood

        told, child = self._forked(doing, put_by)
        its.close()
        try:
            while step := ours.recv(4):
                yield int.from_bytes(step, "big"), Lives(left, self._opened, desk=self._desk, after=self._number)
                shutil.rmtree(left)
                ours.send(b"!")
        except GeneratorExit:
            os.kill(child, signal.SIGKILL)
            raise
        finally:
            ours.close()
            said, status = _ended(told, child)
        assert status == 0, said

    def _forked(self, doing: Doing, before: Callable[[int], None]) -> tuple[BinaryIO, int]:
        """A process that lives, and the file where it tells what it came to: a pipe would be full too soon."""
        self._number += 1
        told = (self._folder.parent / f"{self._folder.name}-told-{self._number}").open("w+b")
        child = os.fork()
        if child == 0:
            self._child(doing, Steps(before), told)
        return told, child

    def _child(self, doing: Doing, step: Steps, told: BinaryIO) -> NoReturn:
        gc.disable()
        try:
            with asyncio.Runner(loop_factory=StandingLoop) as runner:
                lived = runner.run(asyncio.wait_for(self._life(doing, step), 60))
        except BaseException as error:  # noqa: BLE001 the parent is told
            _tell(told, repr(error).encode())
            os._exit(1)
        _tell(told, msgspec.json.encode(lived))
        os._exit(0)

    async def _life(self, doing: Doing, step: Steps) -> Lived:
        clock = HandClock()
        clock.now += self._number * BETWEEN_LIVES
        async with self._opened(self._folder, clock) as storage:
            watched = msgspec.structs.replace(
                storage,
                events=Watched(storage.events, step),
                documents=Watched(storage.documents, step),
                read_models=Watched(storage.read_models, step),
            )
            blobs: Any = Watched(FolderBlobs(self._folder / "blobs", clock), step)
            world = World(self._folder / "world", step)
            desk = self._desk(watched, blobs, world, clock)
            await doing(desk)
            await desk.ground.settle()
            return Lived(step.taken, await _told(storage), desk.effects, sorted(sys.modules))


def _tell(told: BinaryIO, what: bytes) -> None:
    told.write(what)
    told.flush()


def _ended(told: BinaryIO, child: int) -> tuple[bytes, int]:
    """What a process told, and how it ended."""
    with told:
        _, status = os.waitpid(child, 0)
        told.seek(0)
        return told.read(), status


def struck(lives: Callable[[str], Lives], doing: Doing, *, first: int, every: int) -> int:
    """Really kill lives, each before another step, and compare what comes of them; how often death struck.

    With threads and programs, steps are a few more or less each time. A life may be over before the step at which
    death was to strike: it has ended like any other, then.
    """
    undisturbed = lives("undisturbed").live(doing)
    assert undisturbed is not None
    deaths = 0
    for step in range(first, undisturbed.steps, every):
        again = lives(f"died-{step}")
        ended = again.live(doing, before=death_before(step))
        deaths += ended is None
        survived = ended or again.live(doing)
        assert survived is not None, step
        assert survived.end == undisturbed.end, step
    return deaths


def _know(modules: Collection[str]) -> None:
    """Import what a life has imported, so that the next need not."""
    for each in sorted(set(modules) - set(sys.modules)):
        with suppress(ImportError):
            importlib.import_module(each)


async def _told(storage: Storage) -> dict[str, list[str]]:
    """The events of all streams, by name."""
    found: dict[str, list[str]] = {}
    async with aclosing(pages(storage.feed)) as read:
        async for page in read:
            for each in page.events:
                if not isinstance(each.event, TOLD_ON_THE_WAY):
                    found.setdefault(each.stream, []).append(type(each.event).__name__)
    return found
