"""Following a process and a run: live, through cuts, to the end, with the right exit code."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from command_line import CommandLine
from scripted_api import Asked, Scripted, scripted_api
from scripted_server import event, fine, wrong

PROJECT, RUN = "0197a000-0000-7000-8000-000000000001", "0197a000-0000-7000-8000-000000000002"


def step(name: str, state: str, attempt: int = 1) -> dict[str, object]:
    return {"step": name, "state": state, "attempt": attempt, "reason": ""}


def process(version: int, state: str, *steps: dict[str, object], **more: object) -> dict[str, object]:
    told = {"reason": "", "next_action": "", "left": "", "address": "", "pull_request": ""}
    return {"version": version, "state": state, "round": 1, "steps": [*steps], **told, **more}


BEGUN = process(2, "running", step("generation", "done"), step("proof", "running"))
DONE = process(4, "finished", step("generation", "done"), step("proof", "done"), address="/here.git")
FAILED = process(
    4, "failed", step("generation", "done"), step("proof", "failed"), reason="a check failed", next_action="mend it"
)


def check(name: str, state: str, problem: str = "") -> dict[str, object]:
    problems = {"problems": [problem]} if problem else {}
    return {"name": name, "state": state, "seconds": 1.25, "summary": "57 files", **problems}


def progress(project: str, *steps: dict[str, object]) -> bytes:
    return event("7", "project.RunProgressed", {"project_id": project, "steps": steps})


@pytest.fixture
def watched(skafu: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Watches what a server tells, and fails when the stream is asked for more often than there are answers."""

    def run(looks: list[object], streams: list[bytes], *words: str) -> Any:  # noqa: ANN401 how it ended
        left, streaming = iter(looks), iter(streams)

        def answer(asked: Asked) -> Scripted:
            if asked.target.startswith("/api/v1/stream"):
                return 200, next(streaming)
            found = next(left)
            return wrong(404, "NOT_FOUND", "no such process") if found is None else fine(found)

        with scripted_api(answer) as api:
            monkeypatch.setenv("SKAFU_URL", api.address)
            monkeypatch.setenv("SKAFU_TOKEN", "skafu_t0ken")
            return skafu(*(words or ("projects", "watch", PROJECT)))

    return run


MOVED = event("9", "processes.ProcessStepDone", {"project_id": PROJECT})


def test_a_process_is_told_step_by_step(watched: Callable[..., Any]) -> None:
    others = progress("another", check("static.mypy", "failed"))
    mine = progress(PROJECT, check("static.mypy", "started"), check("static.ruff", "passed"))
    ended = watched([BEGUN, DONE], [b"retry: 1\n\n" + others + mine + MOVED])
    assert ended.code == 0
    assert ended.output.splitlines() == [
        "✓ generation",
        "    ✓ static.ruff                  1.25 s  57 files",
        "✓ proof",
        "address: /here.git",
    ]


def test_what_failed_is_told_with_what_to_do(watched: Callable[..., Any]) -> None:
    mine = progress(PROJECT, check("static.ruff", "failed", "a.py:1 unused import"))
    ended = watched([BEGUN, FAILED], [b"retry: 1\n\n" + mine + MOVED])
    assert ended.code == 1
    assert ended.output.splitlines() == [
        "✓ generation",
        "    ✗ static.ruff                  1.25 s  57 files",
        "        a.py:1 unused import",
        "✗ proof",
        "  a check failed",
        "  next: mend it",
    ]


def test_what_takes_longer_is_told_with_its_reason(watched: Callable[..., Any]) -> None:
    told = {"reason": "GitHub has not answered", "next_action": "nothing: it is tried again by itself"}
    delayed = process(3, "running", step("generation", "done"), step("push", "running"), **told)
    ended = watched([delayed, DONE], [b"retry: 1\n\n" + MOVED])
    assert ended.output.splitlines()[:3] == [
        "✓ generation",
        "  GitHub has not answered",
        "  next: nothing: it is tried again by itself",
    ]


def test_it_goes_on_through_cuts_and_says_nothing_twice(watched: Callable[..., Any]) -> None:
    ended = watched([BEGUN, BEGUN, BEGUN, DONE], [b"retry: 1\n\n" + MOVED, b"retry: 1\n\n" + MOVED])
    assert (ended.code, ended.output.count("generation")) == (0, 1)


def test_what_has_not_begun_is_waited_for(watched: Callable[..., Any]) -> None:
    assert watched([None, None, DONE], [b"retry: 1\n\n"]).code == 0


def test_programs_get_each_state_on_a_line(watched: Callable[..., Any]) -> None:
    ended = watched([BEGUN, DONE], [b"retry: 1\n\n" + MOVED], "projects", "watch", PROJECT, "--json")
    assert [msgspec.json.decode(line) for line in ended.output.splitlines()] == [BEGUN, DONE]


def test_a_run_is_followed_to_its_verdict(watched: Callable[..., Any]) -> None:
    base = {"kind": "prove", "attempt": 1, "reason": "", "fix": "", "seconds": 3.0}
    checks = [check("static.ruff", "passed"), check("static.mypy", "started")]
    running = {**base, "version": 2, "state": "running", "verdict": "", "steps": checks}
    failed = check("static.mypy", "failed")
    ended = {**base, "version": 3, "state": "finished", "verdict": "not_proven", "steps": [checks[0], failed]}
    moved = event("9", "project.RunProgressed", {})
    said = watched([running, ended], [b"retry: 1\n\n" + moved], "runs", "watch", RUN)
    assert said.code == 1
    assert said.output.splitlines() == [
        "✓ static.ruff                  1.25 s  57 files",
        "✗ static.mypy                  1.25 s  57 files",
        "✗ prove: not_proven (3.0 s)",
    ]
