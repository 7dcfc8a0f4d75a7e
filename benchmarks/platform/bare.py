"""The peer of the commands: a bare FastAPI route that inserts one row into the same database, one commit each."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from skafu.entrypoints.running import run

TABLE = "CREATE TABLE IF NOT EXISTS bench_rows (id text PRIMARY KEY, title text, metric text, threshold real)"
Insert = Callable[[tuple[str, str, str, float]], Awaitable[None]]


class Row(BaseModel):
    title: str
    metric: str
    threshold: float
    statistic: str


@asynccontextmanager
async def _sqlite(path: Path) -> AsyncIterator[Insert]:
    """One thread writes, with the durability of Skafu's store."""
    with ThreadPoolExecutor(1) as writer:
        connection = await asyncio.get_running_loop().run_in_executor(writer, _opened, path)

        def insert(row: tuple[str, str, str, float]) -> None:
            connection.execute("INSERT INTO bench_rows VALUES (?, ?, ?, ?)", row)

        async def inserting(row: tuple[str, str, str, float]) -> None:
            await asyncio.get_running_loop().run_in_executor(writer, insert, row)

        yield inserting


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE)
    return connection


@asynccontextmanager
async def _postgres(address: str) -> AsyncIterator[Insert]:
    async with AsyncConnectionPool(address, min_size=1, max_size=8, kwargs={"autocommit": True}) as pool:
        async with pool.connection() as connection:
            await connection.execute(TABLE)

        async def insert(row: tuple[str, str, str, float]) -> None:
            async with pool.connection() as connection:
                await connection.execute("INSERT INTO bench_rows VALUES (%s, %s, %s, %s)", row)

        yield insert


async def _serve(place: str) -> None:
    async with _postgres(place) if "=" in place or "://" in place else _sqlite(Path(place)) as insert:
        app = FastAPI()

        @app.post("/api/v1/rows/{identifier}", status_code=201)
        async def add(identifier: str, row: Row) -> Row:
            await insert((identifier, row.title, row.metric, row.threshold))
            return row

        config = uvicorn.Config(app, port=0, lifespan="off", log_config=None, access_log=False, server_header=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 the server has no event for it
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        sys.stdout.write(f"http://127.0.0.1:{port}\n")
        sys.stdout.flush()
        await serving


if __name__ == "__main__":
    run(_serve(sys.argv[1]))
