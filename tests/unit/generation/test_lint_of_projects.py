"""The code of every example passes the broad rule set that its own project lints itself with."""

import subprocess
from pathlib import Path

import pytest
from generated_projects import NAMES, tree_of

from skafu.workspace.formatting import ruff_binary
from skafu.workspace.pending import write_files


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("projects")
    for name in NAMES:
        write_files(tree_of(name), folder / name)
    return folder


@pytest.mark.parametrize("command", [["check", "--output-format=concise"], ["format", "--check"]])
def test_every_example_is_clean(projects: Path, command: list[str]) -> None:
    done = subprocess.run(
        [ruff_binary(), *command, "--no-cache", "."], cwd=projects, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout[:3000]) == (
        0,
        done.stdout if command[0] == "format" else "All checks passed!\n",
    )


def test_the_rule_set_is_broad() -> None:
    settings = tree_of("todo")["pyproject.toml"].content.decode()
    assert all(f'"{rule}"' in settings for rule in ("ANN", "B", "C90", "D", "PL", "S", "SIM", "TRY"))
