"""Two processes of the API and a worker are restarted one after the other under load: no request fails."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from benchmarks.platform.caller import Answer, Caller
from benchmarks.platform.clients import Heard, follower
from benchmarks.platform.installation import Installation, Process, installation
from benchmarks.platform.soak import compared
from benchmarks.platform.town import Place, settled

CLIENTS = 6


@dataclass
class Balancer:
    """Sends each request to a server that says it is ready, in turn, as a load balancer does."""

    servers: list[Process]
    answered: int = 0
    failed: list[str] = field(default_factory=list)
    ready: set[str] = field(default_factory=set)
    _turn: Iterator[int] = field(default_factory=count)

    async def look(self) -> None:
        """Ask the servers again and again who is ready."""
        while True:
            for address in [each.address for each in self.servers if each.process.poll() is None]:
                if await _is_ready(address):
                    self.ready.add(address)
                else:
                    self.ready.discard(address)
            await asyncio.sleep(0.05)

    async def ask(self, token: str, method: str, path: str, body: object = None, **headers: str) -> None:
        """Who is not ready is left out; a connection that is refused goes to the next server."""
        for _ in range(200):
            address = self.servers[next(self._turn) % len(self.servers)].address
            if address not in self.ready:
                await asyncio.sleep(0.01)
                continue
            caller = Caller(address, token)
            try:
                answer = await caller.ask(method, path, body, connection="close", **headers)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
                continue
            except (OSError, EOFError) as error:
                self.failed.append(f"{method} {path}: {error!r}")
                return
            self._told(method, path, answer)
            return
        self.failed.append(f"{method} {path}: nobody takes it")

    def _told(self, method: str, path: str, answer: Answer) -> None:
        self.answered += 1
        if answer.status != 200:
            self.failed.append(f"{method} {path}: {answer.status} {answer.body[:200]!r}")


async def _is_ready(address: str) -> bool:
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{address}/readyz", timeout=2)).status_code == 200
    except httpx.HTTPError:
        return False


async def _client(balancer: Balancer, home: Place, number: int, stop: asyncio.Event) -> None:
    project = home.projects[number]
    for each in count():
        if stop.is_set():
            return
        await balancer.ask(home.token, "PATCH", f"/projects/{project}", {"title": f"{number}-{each}"})
        await balancer.ask(home.token, "GET", f"/projects/{project}")


async def test_a_rolling_restart_fails_no_request(tmp_path: Path, postgres_database: str) -> None:
    with installation(tmp_path, postgres_database) as place:
        apis = [place.up("--no-workers"), place.up("--no-workers")]
        worker = place.worker()
        (home,) = await settled(apis[0], 1, CLIENTS)
        balancer, stop = Balancer(apis), asyncio.Event()
        looking = asyncio.create_task(balancer.look())
        heard = Heard()
        listening = asyncio.create_task(follower([each.address for each in apis], home.token, 0, heard))
        clients = [asyncio.create_task(_client(balancer, home, number, stop)) for number in range(CLIENTS)]
        await asyncio.sleep(0.5)
        for number in range(2):
            await _restarted(place, apis, number)
        assert await asyncio.to_thread(worker.stop) == 0
        stop.set()
        await asyncio.gather(*clients)
        for task in (listening, looking):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert not balancer.failed, balancer.failed[:5]
    assert balancer.answered > CLIENTS
    assert heard.cuts, "nobody was let go"
    assert compared(heard.events, list(dict.fromkeys(heard.events))) == (0, 0)


async def _restarted(place: Installation, apis: list[Process], number: int) -> None:
    """One process stops when it is told to, and a new one comes in its stead; the other serves meanwhile."""
    old = apis[number]
    port = old.address.rpartition(":")[2]
    assert await asyncio.to_thread(old.stop) == 0
    apis[number] = place.up("--no-workers", port=int(port))
    await asyncio.to_thread(lambda: apis[number].address)
    await asyncio.sleep(0.3)
