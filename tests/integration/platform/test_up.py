"""`skafu up` and `skafu worker` as people start and stop them."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from platform_process import platform_process

from skafu.settings import Settings


def test_it_starts_says_where_and_stops_in_order(tmp_path: Path) -> None:
    with platform_process("up", "--data", str(tmp_path / "data"), "--port", "0") as running:
        address = running.address()
        assert httpx.get(f"{address}/healthz").json() == {"status": "alive"}
        ready = httpx.get(f"{address}/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "ready")
        assert (ready.json()["database"], ready.json()["migrations"]) == ("answers", "applied")
        assert "skafu_http_request_seconds_bucket" in httpx.get(f"{address}/metrics").text
        assert running.stop() == 0
    lines = [json.loads(line) for line in running.logged]
    (ready_line,) = [each for each in lines if each.get("route") == "/readyz"]
    assert (ready_line["level"], ready_line["status"]) == ("INFO", 200)
    assert ready_line["request_id"] == ready.headers["x-request-id"]


def test_ctrl_c_stops_it_too_and_it_starts_again_on_the_same_data(tmp_path: Path) -> None:
    for _ in range(2):
        with platform_process("up", "--data", str(tmp_path), "--port", "0") as running:
            assert httpx.get(f"{running.address()}/readyz").status_code == 200
            assert running.stop(signal.SIGINT) == 0
    assert (tmp_path / "skafu.db").is_file()


def test_a_folder_is_meant_from_where_it_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with platform_process("up", "--data", "here", "--port", "0") as running:
        assert running.line("Skafu is ready at ").endswith(f"(data: {tmp_path / 'here'})")
    assert (tmp_path / "here" / "skafu.db").is_file()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with platform_process("up", "--data", str(tmp_path), "--port", port) as running:
            assert running.process.wait(60) == 2
    assert f"cannot listen on 127.0.0.1:{port}" in "".join(running.logged)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SKAFU_PORT": "junk"}, "setting port:"),
        ({"SKAFU_PROT": "1"}, "SKAFU_PROT is no setting"),
        ({"SKAFU_LOG_LEVEL": "LOUD"}, "setting log_level:"),
        ({"SKAFU_CONFIG": "/nowhere.toml"}, "SKAFU_CONFIG names no file"),
    ],
)
def test_wrong_settings_are_refused_by_name(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    with platform_process("up", "--data", str(tmp_path), **environment) as running:
        assert running.process.wait(60) == 2
    assert words in "".join(running.logged)
    assert not list(tmp_path.iterdir())


def test_values_of_wrong_settings_are_not_repeated(tmp_path: Path) -> None:
    config = tmp_path / "skafu.toml"
    config.write_text('database_url = "postgresql://me:hunter2@localhost/x"\nport = "hunter2"\nnothing = "hunter2"\n')
    with platform_process("up", "--data", str(tmp_path), SKAFU_CONFIG=str(config)) as running:
        assert running.process.wait(60) == 2
    assert "hunter2" not in "".join(running.logged)
    assert "setting nothing" in "".join(running.logged)


def test_api_and_workers_run_apart_on_postgres(postgres_database: str) -> None:
    with (
        platform_process("up", "--no-workers", "--port", "0", SKAFU_DATABASE_URL=postgres_database) as api,
        platform_process("worker", "--database-url", postgres_database) as worker,
    ):
        address = api.address()
        assert httpx.get(f"{address}/readyz").json()["database"] == "answers"
        worker.logs("worker started")
        assert worker.stop() == 0
        assert api.stop() == 0


def _accepted(pid: int) -> int:
    """How many connections a process has taken: what still waits to be accepted is nobody's."""
    return sum(each.status == psutil.CONN_ESTABLISHED for each in psutil.Process(pid).net_connections("tcp"))


async def test_requests_under_way_are_finished_before_it_stops(tmp_path: Path) -> None:
    with platform_process("up", "--data", str(tmp_path), "--port", "0") as running:
        address, link = running.address(), running.line("Sign in within an hour").partition("owner=")[2]
        async with httpx.AsyncClient(base_url=f"{address}/api/v1", timeout=60) as client:
            entered = await client.post("/auth/link", json={"link": link})
            head = {"Authorization": f"Bearer {entered.json()['data']['access_token']}"}
            words = {"description": "Customers place orders. The warehouse ships orders."}
            asked = [asyncio.create_task(client.post("/plan", json=words, headers=head)) for _ in range(5)]
            while _accepted(running.process.pid) < len(asked):  # noqa: ASYNC110 it is another process
                await asyncio.sleep(0.001)
            assert not any(each.done() for each in asked)
            running.process.send_signal(signal.SIGTERM)
            answers = await asyncio.gather(*asked)
        assert [each.status_code for each in answers] == [200] * 5
        assert running.process.wait(60) == 0


def test_help_names_every_command() -> None:
    command = [str(Path(sys.executable).parent / "skafu"), "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert {"up", "worker"} <= {line.split()[0] for line in said.splitlines() if line.startswith("  ")}


def test_every_setting_is_described_in_the_guide() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "guides" / "platform.md").read_text()
    for name, field in Settings.model_fields.items():
        assert f"| `{name}` |" in guide, name
        assert field.description, name
        assert field.description in guide, name
