"""What the README shows of Skafu as a service is what happens: its lines are run against a real process."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from platform_process import platform_process
from project_documents import ROOT, blocks_of
from remote_command_line import link_of

SHOWN = "http://127.0.0.1:8400"
SECONDS = 570
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MARK = "\x1e"


def shown(kind: str) -> list[tuple[str, list[str]]]:
    """The commands of the blocks of a kind, each with the lines that it prints."""
    commands: list[tuple[str, list[str]]] = []
    for block in blocks_of(ROOT / "README.md"):
        if block.words == ("console", kind):
            for line in block.text.splitlines():
                if line.startswith("$ "):
                    commands.append((line.removeprefix("$ "), []))
                else:
                    commands[-1][1].append(line)
    return commands


def plain(line: str, folder: Path) -> str:
    """A line without what differs each time: ids, numbers, secrets, where it was run."""
    line = re.sub(r"(?<=#owner=).*", "SECRET", line.replace(str(folder), "/srv"))
    return re.sub(r"\d+", "N", ID.sub("ID", line))


def fits(said: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether lines are what is shown; `...` stands for any."""
    if not wanted:
        return not said
    if wanted[0] == "...":
        return any(fits(said[skipped:], wanted[1:]) for skipped in range(len(said) + 1))
    return bool(said) and said[0] == wanted[0] and fits(said[1:], wanted[1:])


def run_in_one_shell(commands: Sequence[str], folder: Path, **variables: str) -> list[list[str]]:
    """What each command says, in a shell that goes on from one to the next."""
    script = "\n".join(f"printf '{MARK}'\n{command}" for command in commands)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SKAFU_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**clean, "PATH": path, "XDG_CONFIG_HOME": str(folder / "config"), **variables},
        timeout=SECONDS,
        check=False,
    )
    return [each.splitlines() for each in done.stdout.split(MARK)[1:]]


def test_comparing_sees_differences() -> None:
    assert fits(["a", "b", "c"], ["a", "...", "c"])
    assert fits(["a", "c"], ["a", "...", "c"])
    assert not fits(["a", "b"], ["a", "...", "c"])
    assert not fits(["a", "b"], ["a"])
    assert not fits([], ["a"])


def test_the_sessions_of_the_readme_happen_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ((start, greeting),) = shown("up")
    session = shown("session")
    with platform_process(*shlex.split(start)[1:], SKAFU_PORT="0") as running:
        address, link = running.address(), link_of(running).rpartition("=")[2]
        said = [plain(line.replace(address, SHOWN), tmp_path) for line in running.said]
        assert said == [plain(line, tmp_path) for line in greeting]
        lines = [command.replace(SHOWN, address) for command, _ in session]
        told = run_in_one_shell(lines, tmp_path, LINK=link)
    assert len(told) == len(session)
    for (command, wanted), lines in zip(session, told, strict=True):
        said = [plain(line.replace(address, SHOWN), tmp_path) for line in lines]
        assert fits(said, [plain(line, tmp_path) for line in wanted]), (command, lines)
    assert (tmp_path / "notes" / "skafu.yaml").is_file()
