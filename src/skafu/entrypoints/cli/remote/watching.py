"""Follows what goes on at a server until it ends: processes of projects, and runs."""

import contextlib
import sys
from collections.abc import Iterator
from typing import Final

import click
import msgspec

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.events import follow
from skafu.entrypoints.cli.remote.remote import Remote
from skafu.kernel.errors import NotFound

MARKS: Final = {"done": "✓", "passed": "✓", "failed": "✗", "cancelled": "✗", "running": "…", "not_proven": "?"}
COLOURS: Final = {"✓": "green", "✗": "red", "?": "yellow"}
SOON: Final = 0.2
TRIES: Final = 50
"""How often one looks for what has been asked for and may not have begun."""
NOT_DONE: Final = 1


def watch_process(remote: Remote, project_id: str, kind: str, again: str) -> int:
    """Follow a process to its end.

    Args:
        remote: the server.
        project_id: whose process.
        kind: provisioning, or update.
        again: the command that follows it again.

    Returns:
        The exit code: 0 when it came to a good end, 1 otherwise.

    Raises:
        NotFound: there is no such process.
    """
    told = _ProcessTold(remote)
    with _goes_on(again):
        for event in follow(remote.client):
            if event is not None and event["data"].get("project_id") != project_id:
                continue
            if event is not None and event["type"] == "project.RunProgressed":
                told.run(event)
                continue
            found = _found(remote, f"/projects/{project_id}/processes/{kind}")
            told.process(found)
            if found["state"] != "running":
                return 0 if found["state"] == "finished" else NOT_DONE
    raise AssertionError("events have no end")


def watch_run(remote: Remote, run_id: str, again: str) -> int:
    """Follow a run to its end.

    Returns:
        The exit code: 0 when its files were made or proven, 1 otherwise.

    Raises:
        NotFound: there is no such run.
    """
    told = _RunTold(remote)
    with _goes_on(again):
        for _ in follow(remote.client, about=f"run-{run_id}"):
            found = _found(remote, f"/runs/{run_id}")
            told.run(found)
            if found["state"] not in {"queued", "running"}:
                return 0 if found["verdict"] in {"generated", "proven"} else NOT_DONE
    raise AssertionError("events have no end")


class _ProcessTold:
    """What of a process has been told already."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._said = set[tuple[object, ...]]()
        self._version = 0

    def process(self, found: Json) -> None:
        """Tell the steps that stand otherwise than before."""
        if found["version"] == self._version:
            return
        self._version = found["version"]
        if self._remote.as_json:
            _say_json(found)
            return
        for step in found["steps"]:
            key = (found["round"], step["step"], step["state"], step["attempt"] if step["state"] != "done" else 0)
            if step["state"] != "waiting" and key not in self._said:
                self._said.add(key)
                again = f" (attempt {step['attempt']})" if step["state"] == "running" and step["attempt"] > 1 else ""
                _say(step["state"], f"{step['step']}{again}")
        if found["state"] != "running":
            _tell_end(found)
        elif found["reason"]:
            _say_why(found["reason"], found["next_action"])

    def run(self, event: Json) -> None:
        """Tell the checks of the run that is under way."""
        if self._remote.as_json:
            _say_json(event)
            return
        for step in event["data"]["steps"]:
            _say_step(step, indent="    ")


class _RunTold:
    """What of a run has been told already."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._said = set[tuple[str, str, int]]()
        self._version = 0

    def run(self, found: Json) -> None:
        """Tell the steps that stand otherwise than before, and the end."""
        if found["version"] == self._version:
            return
        self._version = found["version"]
        if self._remote.as_json:
            _say_json(found)
            return
        for step in found["steps"]:
            key = (step["name"], step["state"], found["attempt"])
            if key not in self._said:
                self._said.add(key)
                _say_step(step)
        if found["state"] not in {"queued", "running"}:
            good = found["verdict"] in {"generated", "proven"}
            words = f"{found['kind']}: {found['verdict'] or found['state']}"
            _say("passed" if good else "failed", f"{words} ({found['seconds']:.1f} s)")
            _say_why(found["reason"], found["fix"])


def _found(remote: Remote, path: str) -> Json:
    """What was asked for; waits a moment for what may be about to begin."""
    for _ in range(TRIES):
        with contextlib.suppress(NotFound):
            return remote.client.get(path).thing
        remote.client.wait(SOON)
    return remote.client.get(path).thing


@contextlib.contextmanager
def _goes_on(again: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nit goes on at the server; to follow it again: {again}", err=True)
        raise


def _tell_end(found: Json) -> None:
    _say_why(found["reason"], found["next_action"])
    for name in ("left", "address", "pull_request"):
        if found[name]:
            click.echo(f"{name.replace('_', ' ')}: {harmless(found[name])}")


def _say_why(reason: str, fix: str) -> None:
    if reason:
        click.echo(f"  {harmless(reason)}")
    if fix:
        click.echo(f"  next: {harmless(fix)}")


def _say_step(step: Json, indent: str = "") -> None:
    """A check that has ended; of one that has not passed, why."""
    if step["state"] not in MARKS:
        return
    seconds, summary = step.get("seconds", 0.0), step.get("summary", "")
    _say(step["state"], f"{step['name']:<26} {seconds:6.2f} s  {summary}".rstrip(), indent)
    for problem in step.get("problems", ()):
        click.echo(f"{indent}    {harmless(problem)}")


def _say(state: str, words: str, indent: str = "") -> None:
    """Tell how something stands; what is under way is told where somebody looks, and written over by what follows."""
    mark, terminal = MARKS[state], sys.stdout.isatty()
    if state == "running" and not terminal:
        return
    before, after = ("\r\x1b[K", "" if state == "running" else "\n") if terminal else ("", "\n")
    line = f"{indent}{click.style(mark, fg=COLOURS.get(mark))} {harmless(words, newlines=False)}"
    click.echo(f"{before}{line}{after}", nl=False)


def _say_json(found: object) -> None:
    click.echo(msgspec.json.encode(found))
