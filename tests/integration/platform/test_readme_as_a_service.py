"""What the README shows of the service is what happens."""

import json
import subprocess
from pathlib import Path

from platform_process import platform_process
from project_documents import ROOT, blocks_of

(SERVED,) = [each.text for each in blocks_of(ROOT / "README.md") if each.words == ("sh", "served")]


def test_the_commands_begin_a_project(tmp_path: Path) -> None:
    with platform_process("up", "--data", str(tmp_path), "--port", "0") as running:
        address, link = running.address(), running.line("Sign in within an hour").partition("owner=")[2]
        script = SERVED.replace("LINK=TEXT", f"LINK={link}").replace("http://127.0.0.1:8400", address)
        assert script.count(link) == script.count(address) == 1
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, _, rest = done.stdout.partition('"errors":[]}')
    project = json.loads(first + '"errors":[]}')["data"]
    assert (project["name"], project["status"]) == ("bookstore", "active")
    listed, _, live = rest.partition('"errors":[]}')
    assert json.loads(listed + '"errors":[]}')["success"] is True
    assert "event: " in live
    assert project["id"] in live
