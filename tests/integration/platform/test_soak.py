"""A short soak: processes and the database are killed under load, and nothing is lost, doubled, or missed."""

from pathlib import Path

import pytest
from own_server import OwnServer, own_server

from benchmarks.platform.installation import installation
from benchmarks.platform.soak import compared, soaked

SECONDS = 10


async def test_an_embedded_installation_that_is_killed_again_and_again(tmp_path: Path) -> None:
    with installation(tmp_path) as place:
        verdict = await soaked(place, SECONDS, None)
    assert verdict.exact, str(verdict)
    assert verdict.blows
    assert verdict.cuts
    assert verdict.acknowledged


async def test_apis_a_worker_and_a_database_that_are_killed_again_and_again(tmp_path: Path) -> None:
    with own_server() as server, installation(tmp_path, server.address) as place:
        verdict = await soaked(place, SECONDS, lambda: _crash(server))
    assert verdict.exact, str(verdict)
    assert verdict.blows
    assert verdict.acknowledged


def _crash(server: OwnServer) -> None:
    server.crash()
    server.start()


@pytest.mark.parametrize(
    ("heard", "missing", "again"),
    [("abcd", 0, 0), ("bcd", 0, 0), ("abd", 1, 0), ("abbcd", 0, 1), ("abc", 1, 0), ("acbd", 0, 1), ("", 4, 0)],
)
def test_gaps_and_repeats_are_seen(heard: str, missing: int, again: int) -> None:
    assert compared(list(heard), list("abcd")) == (missing, again)
