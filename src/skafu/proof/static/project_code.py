"""Checks the Python code of a project with its own tools and settings: ruff, ruff format, mypy."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.sandbox import Completed
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import answer_of, last_words

RUFF, FORMAT, MYPY = "static.ruff", "static.format", "static.mypy"


def check_ruff(subject: Subject) -> list[CheckResult]:
    """Lint with ruff, and see that every file is laid out as `ruff format` does it."""
    python = subject.toolbox.project_environment(subject.root)
    version = f"ruff {version_in(python, 'ruff')}"
    lint, layout = Timed(RUFF, "static", version), Timed(FORMAT, "static", version)
    ruff = str(python.with_name("ruff"))
    count = f"{len(subject.matching('.py'))} files"
    linted = _ruff(subject, ruff, "check")
    checked = lint.result(count, (_ruff_problem(subject.root, one) for one in linted))
    layout.begun = time.monotonic()
    formatted = _ruff(subject, ruff, "format", "--check")
    return [checked, layout.result(count, (_layout_problem(subject.root, one) for one in formatted))]


def _ruff(subject: Subject, ruff: str, *command: str) -> list[dict[str, Any]]:
    argv = [ruff, *command, "--no-cache", "--output-format", "json", "."]
    said: list[dict[str, Any]] = answer_of("ruff", subject.runs.run(argv, cwd=subject.root))
    return said


def _ruff_problem(root: Path, said: dict[str, Any]) -> Problem:
    message = f"{said['code']}: {said['message']}"
    return Problem(message, _place(root, said), said["location"]["row"], fix=said.get("url") or "")


def _layout_problem(root: Path, said: dict[str, Any]) -> Problem:
    message = "not laid out as `ruff format` does it"
    return Problem(message, _place(root, said), said["location"]["row"], fix="Run `ruff format`.")


def _place(root: Path, said: dict[str, Any]) -> str:
    path = Path(said["filename"])
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def check_mypy(subject: Subject) -> list[CheckResult]:
    """Check all types, strictly."""
    python = subject.toolbox.project_environment(subject.root)
    timed = Timed(MYPY, "static", f"mypy {version_in(python, 'mypy')}")
    # What mypy knows about the dependencies holds for every project with the same ones; it checks by digest.
    cache = subject.toolbox.home / "mypy" / python.parents[1].name
    cache.mkdir(parents=True, exist_ok=True)
    options = ["--strict", "--output", "json", "--no-error-summary", "--cache-dir", str(cache)]
    done = subject.runs.run([str(python), "-m", "mypy", *options], cwd=subject.root)
    return [timed.result(f"{len(subject.matching('.py'))} files, strict", _type_problems(done))]


def _type_problems(done: Completed) -> Iterator[Problem]:
    unread = []
    for line in done.stdout.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            unread.append(line)
            continue
        if said["severity"] == "error":
            yield Problem(
                f"{said['message']} [{said['code']}]", said["file"], max(said["line"], 0), fix=said["hint"] or ""
            )
    if done.exit_code not in (0, 1) or (done.exit_code and unread):
        yield Problem(f"mypy failed: {last_words(done)}")


def version_in(python: Path, package: str) -> str:
    """Give the version of a package in a virtual environment; `?` when it is not there.

    Args:
        python: the environment's interpreter.
        package: its name, as in its `.dist-info` folder.
    """
    found = python.parents[1].glob(f"lib/python*/site-packages/{package}-*.dist-info")
    return next((path.name.removeprefix(f"{package}-").removesuffix(".dist-info") for path in found), "?")
