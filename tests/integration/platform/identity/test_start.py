"""`skafu up` prints a link by which the owner comes in, from a real process."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx


@asynccontextmanager
async def _up(data: Path) -> AsyncIterator[tuple[str, str]]:
    """The address of a server, and the end of the link that it has printed."""
    command = [sys.executable, "-m", "skafu.entrypoints.cli", "up", "--data", str(data), "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SKAFU_")}
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    try:
        assert process.stdout is not None
        told = ""
        async with asyncio.timeout(60):
            while "#owner=" not in told:
                told += (await process.stdout.readline()).decode()
        address = re.search(r"ready at (\S+)", told)
        link = re.search(r"Sign in within an hour, once: (\S+)/sign-in#owner=([\w-]+)", told)
        assert address is not None
        assert link is not None
        assert link.group(1) == address.group(1)
        yield address.group(1), link.group(2)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.communicate()


async def _entered(address: str, link: str) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"{address}/api/v1") as client:
        answer = await client.post("/auth/link", json={"link": link})
        assert answer.status_code == 200, answer.text
        assert (await client.post("/auth/link", json={"link": link})).status_code == 403
        token = {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}
        me = (await client.get("/auth/me", headers=token)).json()["data"]
        return {name: me[name] for name in ("user_id", "organisation_id", "role", "name")}


async def test_the_owner_comes_in_by_the_link_that_was_printed_after_each_start(tmp_path: Path) -> None:
    async with _up(tmp_path) as (address, link):
        first = await _entered(address, link)
    async with _up(tmp_path) as (address, link):
        assert await _entered(address, link) == first
    assert (first["role"], first["name"]) == ("admin", "Owner")
