"""Several processes in one store: they start at once, write at once, and die like kill -9."""

import asyncio
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from postgres_databases import fresh_database
from storage_samples import ACME, numbers_of
from writing_process import started, store_at

from skafu.kernel.events import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

PROCESSES = 8
ENDLESS = 1_000_000


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> "Iterator[str]":
    """Where a store is to be that nobody has opened yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "store.db")
    else:
        with fresh_database(request.getfixturevalue("postgres_server")) as address:
            yield address


def _acknowledged(process: "Popen[str]", many: int) -> set[int]:
    assert process.stdout is not None
    return {int(line) for line in islice(process.stdout, many)}


def _killed(process: "Popen[str]") -> set[int]:
    """Kill it; what it had said until then."""
    process.kill()
    assert process.stdout is not None
    said = {int(line) for line in process.stdout if line.endswith("\n")}
    process.stdout.close()
    assert process.wait() == -9
    return said


async def _everything(address: str) -> list[tuple[str, int, int]]:
    """Stream, version and number of each event, by the feed; streams and feed agree."""
    async with store_at(address) as storage:
        seen: list[tuple[str, int, int]] = []
        cursor = START
        while (await storage.feed.lag(cursor)).events:
            page = await storage.feed.read(cursor)
            seen += [(each.stream, each.version, numbers_of([each])[0]) for each in page.events]
            cursor = page.cursor
        for stream in {each[0] for each in seen}:
            read = await storage.events.read_stream(ACME, stream)
            own = [(version, number) for name, version, number in seen if name == stream]
            assert own == [(each.version, numbers_of([each])[0]) for each in read]
            assert [version for version, _ in own] == list(range(1, len(own) + 1))
    return seen


def test_many_processes_start_at_once_and_write_to_one_stream(address: str) -> None:
    processes = [started(address, "shared", 25) for _ in range(PROCESSES)]
    said = [_acknowledged(process, 25) for process in processes]
    for process in processes:
        assert process.wait() == 0
        assert process.stdout is not None
        process.stdout.close()
    assert said == [set(range(25))] * PROCESSES
    seen = asyncio.run(_everything(address))
    assert sorted(number for _, _, number in seen) == sorted(list(range(25)) * PROCESSES)


def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(address: str) -> None:
    survivor = started(address, "survivor", ENDLESS)
    said: dict[str, set[int]] = {"survivor": _acknowledged(survivor, 1)}
    for number in range(4):
        victim = started(address, f"victim-{number}", ENDLESS)
        said[f"victim-{number}"] = _acknowledged(victim, 7 * number + 3) | _killed(victim)
    said["survivor"] |= _killed(survivor)
    seen = asyncio.run(_everything(address))
    for stream, numbers in said.items():
        there = [number for name, _, number in seen if name == stream]
        assert numbers <= set(there)
        assert len(set(there)) == len(there)
        assert len(there) <= len(numbers) + 8
