"""Puts appends that wait at the same time into one statement: one flush of the disk then serves many callers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
from psycopg.errors import DataError, UniqueViolation

from skafu.kernel.errors import Invalid, SkafuError, Unavailable
from skafu.kernel.identity import Clock
from skafu.storage.adapters.appending import Append, first_result, fits
from skafu.storage.adapters.postgres.access import Pool, told
from skafu.storage.adapters.postgres.appending import write
from skafu.storage.adapters.postgres.connection import Connection
from skafu.storage.event_store import Appended, WrongVersion

MOST_APPENDS: Final = 256
ATTEMPTS: Final = 1000
"""For those who append to whatever version is there, while others do the same."""

REFUSED: Final = (DataError, OverflowError)
"""What the server or its driver cannot take, whoever else is in the same statement."""

_STATE = """
SELECT (SELECT max(version) FROM events WHERE tenant = %(tenant)s AND stream = %(stream)s), r.stream, r.version,
    r.position
FROM (VALUES (1)) one LEFT JOIN command_results r ON r.tenant = %(tenant)s AND r.key = %(key)s
"""


class Waiting(msgspec.Struct, eq=False):
    """An append and who waits for it."""

    append: Append
    future: "asyncio.Future[Appended]"

    def settle(self, outcome: Appended | SkafuError) -> None:
        """Tell who waits, unless they have gone."""
        if self.future.done():
            return
        if isinstance(outcome, Appended):
            self.future.set_result(outcome)
        else:
            self.future.set_exception(outcome)


class WriterLane:
    """Writes the appends of one process, one statement after the other."""

    def __init__(self, pool: Pool, clock: Clock, committed: Callable[[], None]) -> None:
        """Start; `committed` is called after each statement that wrote something."""
        self._pool = pool
        self._clock = clock
        self._committed = committed
        self._waiting: list[Waiting] = []
        self._something = asyncio.Event()
        self._closed = False
        self._task = asyncio.get_running_loop().create_task(self._live())

    async def append(self, append: Append) -> Appended:
        """Write an append; when it returns, it is on the disk of the server.

        Raises:
            WrongVersion: the stream is not as expected.
            KeyReused: the key belongs to a command on another stream.
            Unavailable: the engine has failed, or the store is closed.
        """
        if self._closed:
            raise Unavailable("the store is closed")
        waiting = Waiting(append, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._something.set()
        return await waiting.future

    async def close(self) -> None:
        """Write what waits, and end."""
        self._closed = True
        self._something.set()
        await self._task

    async def _live(self) -> None:
        try:
            while await self._there_is_something():
                await self._together(self._take())
        finally:
            self._closed = True
            for each in self._waiting:
                each.settle(Unavailable("the store is closed"))

    async def _there_is_something(self) -> bool:
        while not self._waiting:
            if self._closed:
                return False
            self._something.clear()
            await self._something.wait()
        return True

    async def _together(self, batch: list[Waiting]) -> None:
        outcome: SkafuError = Unavailable("the store is closed")
        try:
            with told():
                async with self._pool.connection() as connection:
                    await self._write(connection, batch)
        except SkafuError as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 whatever it is, those who come next are written
            outcome = Unavailable(
                f"the append has failed: {type(error).__name__}: {error}", told="the append has failed"
            )
        finally:
            for each in batch:
                each.settle(outcome)

    def _take(self) -> list[Waiting]:
        """Those who wait longest; of those who want the same stream or key, the first."""
        batch: list[Waiting] = []
        left: list[Waiting] = []
        streams, keys = set(), set()
        for each in self._waiting:
            stream, key = (each.append.tenant, each.append.stream), (each.append.tenant, each.append.key)
            if len(batch) == MOST_APPENDS or stream in streams or (each.append.key and key in keys):
                left.append(each)
            else:
                batch.append(each)
            streams.add(stream)
            keys.add(key)
        self._waiting = left
        return batch

    async def _write(self, connection: Connection, batch: list[Waiting]) -> None:
        results: dict[int, Appended] = {}
        if len(batch) > 1:
            with suppress(UniqueViolation, *REFUSED):  # each alone: who is at fault hears of it, all others go on
                results = await write(connection, [each.append for each in batch], self._clock())
        if results:
            self._committed()
        for number, each in enumerate(batch):
            result = results.get(number)
            each.settle(await self._alone(connection, each.append) if result is None else result)

    async def _alone(self, connection: Connection, append: Append) -> Appended | SkafuError:
        for _ in range(ATTEMPTS):
            try:
                for result in (await write(connection, [append], self._clock())).values():
                    self._committed()
                    return result
            except UniqueViolation:
                pass
            except REFUSED as error:
                return Invalid(f"PostgreSQL cannot take this: {error}")
            try:
                known = await _known(connection, append)
            except SkafuError as error:
                return error
            if known is not None:
                return known
        return Unavailable(f"stream {append.stream!r} is written too often", fix="try again")


async def _known(connection: Connection, append: Append) -> Appended | None:
    """The first result of the append's key; nothing when the append is worth another try.

    Raises:
        WrongVersion: the stream is not as expected.
        KeyReused: the key belongs to a command on another stream.
    """
    wanted = {"tenant": append.tenant, "stream": append.stream, "key": append.key}
    row = await (await connection.execute(_STATE, wanted)).fetchone()
    actual, stream, version, position = row or (None, None, None, None)
    if stream is not None:
        return first_result(append, stream, version, position)
    if not fits(append.expected, actual or 0):
        raise WrongVersion(append.stream, append.wanted, actual or 0)
    return None
