"""Lives of a platform that each end by kill -9 right before one of their steps outside of memory."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from platform_ground import HandClock
from process_desk import TYPES, ProcessDesk
from stand_in_outside import World

from skafu.contexts.ai.domain.events import AnalysisStepTaken
from skafu.contexts.project.domain.events import ProofStarted
from skafu.contexts.project.domain.run_events import RunProgressed, RunStarted
from skafu.storage import PlainCodec, Storage
from skafu.storage.adapters.folder.blobs import FolderBlobs
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.replay import pages

Doing = Callable[[ProcessDesk], Awaitable[None]]
Open = Callable[[Path, HandClock], Any]
"""Gives the store of a folder."""

TOLD_ON_THE_WAY = (RunProgressed, RunStarted, ProofStarted, AnalysisStepTaken)
"""Events that are there for those who watch: how many there are, and when, is nobody's promise."""
WRITES = frozenset({"append", "save", "put", "delete"})
BETWEEN_LIVES = timedelta(minutes=2)
"""Leases of those who died have ended by then."""


class Steps:
    """Counts steps, and dies before one of them."""

    def __init__(self, left: int | None) -> None:
        self.left = left
        self.taken = 0

    def __call__(self) -> None:
        self.taken += 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)


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
    async with sqlite_storage(folder / "skafu.db", PlainCodec(TYPES), durability="NORMAL", clock=clock) as storage:
        yield storage


class Lived(msgspec.Struct, frozen=True):
    """What a life came to: how many steps it took, the events of each stream by name, and what is there outside."""

    steps: int
    streams: dict[str, list[str]]
    effects: list[str]


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

    def live(self, doing: Doing, *, steps: int | None = None) -> Lived | None:
        """Live until all is done, or die before a step, the first being 0; none when it died."""
        self._number += 1
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            self._child(doing, steps, writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as told:
            said = told.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return None
        assert status == 0, said
        return msgspec.json.decode(said, type=Lived)

    def die(self, doing: Doing, step: int, *, least: int) -> None:
        """Die before a step. A life that finds less to put on record ends before its last steps: not before `least`."""
        lived = self.live(doing, steps=step)
        assert lived is None or step >= lived.steps >= least, step

    def _child(self, doing: Doing, steps: int | None, writer: int) -> None:
        try:
            lived = asyncio.run(asyncio.wait_for(self._life(doing, Steps(steps)), 60))
        except BaseException as error:  # noqa: BLE001 the parent is told
            os.write(writer, repr(error).encode())
            os._exit(1)
        with os.fdopen(writer, "wb") as telling:
            telling.write(msgspec.json.encode(lived))
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
            blobs: Any = Watched(FolderBlobs(self._folder / "blobs"), step)
            world = World(self._folder / "world", step)
            desk = self._desk(watched, blobs, world, clock)
            await doing(desk)
            await desk.ground.settle()
            return Lived(step.taken, await _told(storage), desk.effects)


async def _told(storage: Storage) -> dict[str, list[str]]:
    """The events of all streams, by name."""
    found: dict[str, list[str]] = {}
    async with aclosing(pages(storage.feed)) as read:
        async for page in read:
            for each in page.events:
                if not isinstance(each.event, TOLD_ON_THE_WAY):
                    found.setdefault(each.stream, []).append(type(each.event).__name__)
    return found
