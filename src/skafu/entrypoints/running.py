"""Runs the platform in this process until it is told to stop, and then stops in order."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Final

import uvicorn

from skafu.entrypoints.http.app import application
from skafu.entrypoints.http.wire import wire
from skafu.kernel.errors import Unavailable
from skafu.server_bootstrap import Platform, open_platform
from skafu.settings import Settings

_log = logging.getLogger("skafu")

KEEP_ALIVE: Final = 75
"""Seconds that a quiet connection stays open: longer than load balancers keep theirs, so that they end it."""

AtOnce = Callable[[Platform, str], Coroutine[Any, Any, None]]
"""What is done once the server answers, with its address."""


class Server(uvicorn.Server):
    """A server whose signals are somebody else's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:  # noqa: ANN401 as it is declared there
        """Leave the signals alone."""
        yield


def run(whole: Coroutine[Any, Any, None]) -> None:
    """Run something to its end on the quickest event loop that there is."""
    factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with contextlib.suppress(ImportError):
        from uvloop import new_event_loop as factory
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(whole)


async def serve(settings: Settings, at_once: AtOnce) -> None:
    """Serve the API until SIGTERM or SIGINT, and do the work that waits unless others do.

    On the way out no new requests are taken, those under way are finished, and then work goes back into the queue.

    Raises:
        Unavailable: the port is taken, or the database does not answer.
    """
    listening = _listening(settings)
    try:
        async with open_platform(settings) as platform, _background(platform, work=settings.workers):
            server = Server(
                uvicorn.Config(
                    application(platform),
                    http=wire(platform.door.clock, platform.door.new_id, settings.request_seconds),
                    ws="none",
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    server_header=False,
                    forwarded_allow_ips=settings.proxies,
                    timeout_graceful_shutdown=int(settings.drain_seconds),
                    timeout_keep_alive=KEEP_ALIVE,
                )
            )

            with _told_to_stop(_leaving(platform, server)):
                address = f"http://{settings.host}:{listening.getsockname()[1]}"
                telling = asyncio.create_task(_when_started(server, at_once, platform, address))
                await server.serve(sockets=[listening])
                await telling
    finally:
        listening.close()


def _leaving(platform: Platform, server: Server) -> Callable[[], None]:
    """What is done when somebody says stop.

    A connection that waits to be taken is lost when the socket closes. So it is closed only after those who send
    requests have had time to hear that this process is not ready any more; who says stop twice does not wait.
    """
    notice = platform.settings.notice_seconds if platform.settings.database_url else 0.0

    def leave() -> None:
        server.should_exit = True
        platform.live.close()

    def stop() -> None:
        if platform.site.leaving or not notice:
            leave()
        else:
            platform.site.leaving = True
            asyncio.get_running_loop().call_later(notice, leave)

    return stop


async def work(settings: Settings) -> None:
    """Do the work that waits and keep read models up to date, until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    async with open_platform(settings) as platform:
        with _told_to_stop(stop.set):
            async with _background(platform, work=True):
                _log.info("worker started")
                await stop.wait()
    _log.info("worker stopped")


async def _when_started(server: Server, at_once: AtOnce, platform: Platform, address: str) -> None:
    while not server.started:
        if server.should_exit:
            return
        await asyncio.sleep(0.005)
    await at_once(platform, address)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        place = f"{settings.host}:{settings.port}"
        raise Unavailable(
            f"cannot listen on {place}: {error.strerror}", fix="choose another --host or --port"
        ) from error
    return listening


@contextlib.asynccontextmanager
async def _background(platform: Platform, *, work: bool) -> AsyncIterator[None]:
    """Keep the live events going, and with `work` the read models and the work that waits."""
    ready = asyncio.Event()
    tasks = [asyncio.create_task(_for_ever("live events", lambda: platform.live.run(ready)))]
    tasks += [asyncio.create_task(_for_ever(name, run)) for name, run in platform.site.endless]
    if work:
        tasks.append(asyncio.create_task(_for_ever("read models", platform.worker.run)))
        tasks.append(asyncio.create_task(_for_ever("work", platform.runner.run)))
        tasks.append(asyncio.create_task(_for_ever("chores", platform.chores.run)))
    async with asyncio.timeout(30):
        await ready.wait()
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _for_ever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run something without end; what stops it is logged, and it starts again."""
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001 it is logged whole, and starts again
            _log.exception("%s stopped and will start again", name)
        await asyncio.sleep(1)


@contextlib.contextmanager
def _told_to_stop(stop: Callable[[], None]) -> Any:  # noqa: ANN401 a context manager
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
