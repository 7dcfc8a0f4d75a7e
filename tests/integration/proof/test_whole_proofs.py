"""The main job, whole, as people run it: a blueprint or a description becomes a project that is proven."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skafu.proof.driving import CHECKS, NOT_DRIVEN

ROOT = Path(__file__).parents[3]
LOCAL = ("model.blueprint", "static.mypy", "static.cfn-lint", "static.iam", "static.checkov", "tests.pytest")
EDGES = ("deployed.build", "deployed.stacks", "deployed.permissions", "deployed.lost", "deployed.cleanup")


def skafu(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Skafu as a process of its own."""
    command = [sys.executable, "-m", "skafu.entrypoints.cli.main", *map(str, arguments)]
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def proven(done: subprocess.CompletedProcess[str], project: Path) -> None:
    """The run ended well, every check is on record as passed, and the record still fits the files."""
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads((project / "proof.json").read_text())["predicate"]
    assert (found["result"], found["failedTests"]) == ("PASSED", [])
    assert {*LOCAL, *EDGES, *CHECKS} - {NOT_DRIVEN} <= set(found["passedTests"])
    assert skafu("prove", project, "--verify").returncode == 0


def test_a_blueprint_becomes_a_proven_project(tmp_path: Path) -> None:
    project = tmp_path / "todo"
    written = skafu("generate", ROOT / "examples" / "todo" / "skafu.yaml", "--output", project)
    assert written.returncode == 0, written.stderr
    proven(skafu("prove", project), project)
    with (project / "conftest.py").open("a") as file:
        file.write("\n")
    assert skafu("prove", project, "--verify").returncode == 1


@pytest.mark.timeout(900)
def test_a_description_becomes_a_proven_project(tmp_path: Path) -> None:
    project = tmp_path / "bookstore"
    proven(skafu("new", ROOT / "benchmarks" / "bookstore.txt", "--output", project, "--yes"), project)
