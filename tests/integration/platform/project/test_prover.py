"""Proofs in processes of their own: each step is heard, and nothing is left when one is given up."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from skafu.bootstrap import project_of, read_blueprint
from skafu.contexts.project.adapters.prover import ProcessProver
from skafu.kernel.errors import Invalid
from skafu.scaffold import File
from skafu.scaffold.merging.archive import packed

if TYPE_CHECKING:
    from skafu.contexts.project.domain.run_events import RunStep

TODO = Path(__file__).parents[4] / "examples" / "todo" / "skafu.yaml"
PROVER = ProcessProver(level="model")


@pytest.fixture(scope="module")
def archive() -> bytes:
    return packed(project_of(read_blueprint(TODO), TODO.read_text()), compressed=True)


@pytest.fixture(autouse=True)
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left(rooms: Path) -> list[object]:
    """What is left below a folder of temporary rooms, and the processes that work there."""
    processes = psutil.process_iter(["cmdline"])
    working = [each for each in processes if any(str(rooms) in word for word in each.info["cmdline"] or ())]
    return [*rooms.iterdir(), *(each for each in working if each.pid != os.getpid())]


async def test_a_proof_tells_its_steps_and_leaves_its_record(archive: bytes, rooms: Path) -> None:
    heard: list[RunStep] = []
    made = await PROVER.prove(archive, heard.append)
    assert (made.proven, made.failed, made.passed) == (True, (), 2)
    assert [(each.name, each.state) for each in heard] == [
        ("model.blueprint", "started"),
        ("model.blueprint", "passed"),
        ("model.lock", "started"),
        ("model.lock", "passed"),
    ]
    assert b'"predicateType"' in made.record
    assert made.report.startswith(b"#")
    assert left(rooms) == []


async def test_a_failed_check_says_why() -> None:
    heard: list[RunStep] = []
    broken = packed(
        project_of(read_blueprint(TODO), TODO.read_text()) | {"skafu.yaml": File(b"skafu: 1\nname: Todo\n")}
    )
    made = await PROVER.prove(broken, heard.append)
    assert not made.proven
    assert "model.blueprint" in made.failed
    failed = next(each for each in heard if each.name == "model.blueprint" and each.state == "failed")
    assert any("skafu.yaml:2" in problem for problem in failed.problems)


async def test_what_is_no_project_is_refused() -> None:
    with pytest.raises(Invalid, match=r"skafu\.yaml"):
        await PROVER.prove(packed({"a.txt": File(b"")}), lambda _step: None)


async def test_a_proof_that_is_given_up_leaves_nothing(archive: bytes, rooms: Path) -> None:
    begun = asyncio.Event()
    task = asyncio.ensure_future(PROVER.prove(archive, lambda _step: begun.set()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left(rooms) == []


async def test_a_proof_that_is_given_up_before_it_has_begun_leaves_nothing(archive: bytes, rooms: Path) -> None:
    task = asyncio.ensure_future(PROVER.prove(archive, lambda _step: None))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left(rooms) == []


KILLED = """
import asyncio, sys
from pathlib import Path
from skafu.contexts.project.adapters.prover import ProcessProver
archive = Path(sys.argv[1]).read_bytes()
def hear(step):
    print("begun", flush=True)
asyncio.run(ProcessProver(level="static").prove(archive, hear))
"""


def test_a_proof_ends_with_the_process_that_wanted_it(archive: bytes, tmp_path: Path) -> None:
    file, room = tmp_path / "archive.zip", tmp_path / "room"
    file.write_bytes(archive)
    room.mkdir()
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(file)], stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(room)}
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"begun\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    for _ in range(400):
        if not left(room):
            break
        time.sleep(0.05)
    assert left(room) == []
