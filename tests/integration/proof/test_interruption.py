import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
from generated_projects import generate


def test_ctrl_c_ends_everything_and_leaves_nothing(tmp_path: Path) -> None:
    project = generate("todo", tmp_path / "project")
    before = sorted(path.name for path in project.rglob("*"))
    room = tmp_path / "room"
    room.mkdir()
    # Whoever runs the tests in the background has switched Ctrl-C off; a person's shell has not.
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from skafu.entrypoints.cli.main import run; run()"
    )
    command = [sys.executable, "-c", program, "prove", str(project), "--level", "static"]
    environment = {**os.environ, "TMPDIR": str(room)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as proof:
        assert proof.stdout
        lines = [proof.stdout.readline() for _ in range(3)]  # two of the model, and the first of the static checks
        family = psutil.Process(proof.pid).children(recursive=True)
        proof.send_signal(signal.SIGINT)
        code = proof.wait(timeout=20)

    assert "static." in lines[2]
    assert code == 130
    assert family
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert list(room.iterdir()) == []
    assert sorted(path.name for path in project.rglob("*")) == before
