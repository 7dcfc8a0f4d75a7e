"""A connection that waits for the server without setting the event loop up anew for each piece of an answer.

An answer comes in pieces of 8 kB. The driver's own wait adds and removes a reader, a timer and a future for each; a
page of events has dozens, and that cost more than to read them.
"""

import asyncio
from typing import Any, Final, Generic, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.waiting import READY_R, READY_W, WAIT_R, WAIT_W, Ready

RV = TypeVar("RV")

_INTERVAL: Final = 0.1
_SECONDS_TO_CANCEL: Final = 5.0


class Connection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """A connection of the store's pools."""

    async def wait(
        self,
        gen: PQGen[RV],
        interval: float = _INTERVAL,
        timeout: float | None = None,  # noqa: ASYNC109 - the driver's signature
    ) -> RV:
        """Let a conversation with the server go on until it has ended.

        Args:
            gen: the conversation, as the driver steers it.
            interval: for waits with a time limit, which are the driver's own.
            timeout: seconds, or none.
        """
        if timeout is not None:
            return await super().wait(gen, interval, timeout)
        try:
            return await _Conversation(gen, self.pgconn.socket).result()
        except asyncio.CancelledError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                await self._give_up(gen)
            raise

    async def _give_up(self, gen: PQGen[RV]) -> None:
        """End the statement that nobody waits for any more; a connection that cannot is closed."""
        try:
            await self.cancel_safe(timeout=_SECONDS_TO_CANCEL)
            await super().wait(gen, timeout=_SECONDS_TO_CANCEL)
        except psycopg.errors.QueryCanceled:
            pass
        except BaseException:  # noqa: BLE001
            self.pgconn.finish()


class _Conversation(Generic[RV]):
    """A conversation that goes on whenever the socket can, and wakes who waits for it once, at its end."""

    def __init__(self, gen: PQGen[RV], descriptor: int) -> None:
        self._gen = gen
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[RV] = self._loop.create_future()
        self._watched = 0

    async def result(self) -> RV:
        """What it comes to."""
        try:
            self._step(None)
            return await self._end
        finally:
            self._watch(0)

    def _step(self, ready: Ready | None) -> None:
        if self._end.done():
            return
        try:
            wanted = next(self._gen) if ready is None else self._gen.send(ready)
        except StopIteration as ended:
            self._end.set_result(ended.value)
        except Exception as error:  # noqa: BLE001
            self._end.set_exception(error)
        else:
            if wanted != self._watched:
                self._watch(wanted)

    def _watch(self, wanted: int) -> None:
        """Watch for these things from now on, and for no others."""
        come, gone = wanted & ~self._watched, self._watched & ~wanted
        self._watched = wanted
        if come & WAIT_R:
            self._loop.add_reader(self._descriptor, self._step, READY_R)
        if come & WAIT_W:
            self._loop.add_writer(self._descriptor, self._step, READY_W)
        if gone & WAIT_R:
            self._loop.remove_reader(self._descriptor)
        if gone & WAIT_W:
            self._loop.remove_writer(self._descriptor)
