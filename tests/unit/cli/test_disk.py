"""When the disk says no, or somebody ends a command in the middle: all is written or nothing, and words say why."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine
from generated_projects import EXAMPLES, generate, tree_of
from small_projects import everything

from skafu.blueprint.lock import LOCK_PATH
from skafu.workspace.folders import read_folder

TODO = EXAMPLES / "todo" / "skafu.yaml"
SHOP = "An online bookstore. Customers place orders and cancel them."
STOPPED = """
import os, sys
from skafu.entrypoints.cli.main import run
from skafu.proof import runner
left, number = int(sys.argv[1]), int(sys.argv[2])
WRITING = os.O_WRONLY | os.O_RDWR
def hook(event, arguments):
    global left
    mine = isinstance(arguments[0], (str, os.PathLike)) if arguments else False
    if mine and os.fspath(arguments[0]).startswith(sys.argv[3]):
        if event in ("os.mkdir", "os.rename") or event == "open" and arguments[2] & WRITING:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), number)
runner.prove = None
sys.addaudithook(hook)
run(sys.argv[4:])
"""
"""Runs a command that gets a signal right before one of its writes below a folder."""


def _stopped(step: int, number: signal.Signals, place: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    told = [str(step), str(int(number)), str(place), *(str(word) for word in words)]
    return subprocess.run([sys.executable, "-c", STOPPED, *told], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("step", "number"), [(2, signal.SIGINT), (60, signal.SIGTERM), (100, signal.SIGINT)])
@pytest.mark.parametrize("command", [("generate", TODO), ("new", "--yes", SHOP)])
def test_ctrl_c_leaves_nothing_behind(
    tmp_path: Path, step: int, number: signal.Signals, command: tuple[str | Path, ...]
) -> None:
    ended = _stopped(step, number, tmp_path, *command, "--output", tmp_path / "new")
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (130, "interrupted")
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("step", [2, 60])
@pytest.mark.parametrize("command", [("generate", TODO), ("new", "--yes", SHOP)])
def test_a_killed_command_leaves_no_half_project(tmp_path: Path, step: int, command: tuple[str | Path, ...]) -> None:
    ended = _stopped(step, signal.SIGKILL, tmp_path, *command, "--output", tmp_path / "new")
    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("step", "number"), [(3, signal.SIGINT), (3, signal.SIGKILL), (8, signal.SIGKILL)])
def test_an_update_that_was_stopped_is_done_as_a_whole_by_the_next(
    skafu: CommandLine, tmp_path: Path, step: int, number: signal.Signals
) -> None:
    project = generate("todo", tmp_path / "todo")
    blueprint = project / "skafu.yaml"
    blueprint.write_text(blueprint.read_text().replace("summary: ", "summary: Updated. ", 1))
    before = _generated(project)
    assert _stopped(step, number, project, "generate", blueprint, "--output", project).returncode
    assert step > 3 or _generated(project) == before
    assert skafu("generate", blueprint, "--output", project).code == 0
    assert "Updated." in (project / "README.md").read_text()
    assert not [one for one in project.rglob("*") if one.name.startswith((".staged", "pending"))]


def _generated(project: Path) -> dict[str, str]:
    return {path: said for path, said in everything(project).items() if not path.startswith(".skafu/.staged")}


def _full(monkeypatch: pytest.MonkeyPatch, number: int, place: Path) -> None:
    """Let every write below a folder fail, as a disk does: the error of a write names no file."""
    real = Path.write_bytes

    def write(path: Path, content: bytes) -> int:
        if place in path.parents:
            raise OSError(number, os.strerror(number))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write)


@pytest.mark.parametrize(
    ("number", "said", "fix"),
    [
        (errno.ENOSPC, "No space left on device", "free some space and run this again"),
        (errno.EDQUOT, "Disk quota exceeded", "free some space and run this again"),
        (errno.EROFS, "Read-only file system", "choose a place that is not read-only"),
        (errno.EACCES, "Permission denied", "choose a place that you may write to, or change its permissions"),
    ],
)
def test_a_disk_that_says_no_is_told_in_words(
    skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str, fix: str
) -> None:
    project = generate("todo", tmp_path / "todo")
    (project / "Makefile").unlink()
    before = everything(tmp_path)
    _full(monkeypatch, number, tmp_path)
    for folder in (tmp_path / "new", project):
        ended = skafu("generate", TODO, "--output", folder)
        assert (ended.code, ended.errors) == (2, f"error: {folder}: {said}\n  fix: {fix}\n")
    assert everything(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(skafu: CommandLine, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    ended = skafu("generate", TODO, "--output", tmp_path / "new")
    tmp_path.chmod(0o700)
    assert (ended.code, ended.errors.splitlines()[0]) == (2, f"error: {tmp_path}/new: Permission denied")
    assert everything(tmp_path) == {}


def test_links_inside_of_a_project_never_lead_out(skafu: CommandLine, tmp_path: Path) -> None:
    project, outside = generate("todo", tmp_path / "todo"), tmp_path / "outside"
    shutil.move(project / "docs", outside)
    (project / "docs").symlink_to(outside)
    before = everything(tmp_path)
    for option in ((), ("--force",), ("--diff",)):
        ended = skafu("generate", project / "skafu.yaml", "--output", project, *option)
        assert ended.code == 1
        assert "Skafu writes through no link" in ended.errors
    assert everything(tmp_path) == before


def test_a_linked_file_is_an_edit_and_its_target_is_never_written(skafu: CommandLine, tmp_path: Path) -> None:
    project, outside = generate("todo", tmp_path / "todo"), tmp_path / "outside.yaml"
    outside.write_text("mine")
    (project / "stack.yaml").unlink()
    (project / "stack.yaml").symlink_to(outside)
    assert skafu("generate", project / "skafu.yaml", "--output", project).code == 1
    assert skafu("generate", project / "skafu.yaml", "--output", project, "--force").code == 0
    assert outside.read_text() == "mine"
    assert (project / "stack.yaml").read_bytes() == tree_of("todo")["stack.yaml"].content


def test_what_is_yours_survives_force_and_what_was_deleted_comes_back(skafu: CommandLine, tmp_path: Path) -> None:
    project = generate("todo", tmp_path / "todo")
    rules = next(project.glob("services/*/src/*/domain/*_rules.py"))
    rules.write_text("MINE = 1\n")
    (project / "stack.yaml").unlink()
    shown = skafu("generate", project / "skafu.yaml", "--output", project, "--dry-run")
    assert shown.output == "+ stack.yaml\n"
    assert not (project / "stack.yaml").exists()
    assert skafu("generate", project / "skafu.yaml", "--output", project, "--force").code == 0
    assert rules.read_text() == "MINE = 1\n"
    rest = {path: file for path, file in tree_of("todo").items() if project / path != rules}
    assert {path: file for path, file in read_folder(project).items() if project / path != rules} == rest
    assert (project / LOCK_PATH).is_file()
