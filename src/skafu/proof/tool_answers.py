"""Asks a tool that runs in an environment of its own: a request as JSON goes in, an answer as JSON comes out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from skafu.kernel.errors import Refused
from skafu.proof.sandbox import Completed
from skafu.proof.subject import Subject
from skafu.proof.toolbox import Tool

_SCRIPTS = Path(__file__).parent / "tools" / "scripts"
_LINES = 8

Json = Any


def ask(subject: Subject, tool: Tool, script: str, request: Mapping[str, Any]) -> Json:
    """Run a script in the environment of a Python tool.

    Args:
        subject: where to run it.
        tool: whose environment.
        script: name of the file in `tools/scripts`.
        request: what it reads from standard input.

    Raises:
        Refused: it gave no answer.
        Unavailable: the tool can't be installed.
    """
    python = subject.toolbox.python(tool)
    # An empty folder, so that no settings file of the project speaks for the tool.
    argv = [str(python), "-I", str(_SCRIPTS / script)]
    return answer_of(tool, subject.runs.run(argv, cwd=subject.out, stdin=json.dumps(request).encode()))


def answer_of(tool: str, completed: Completed) -> Json:
    """Read a tool's answer, whatever its exit code.

    Raises:
        Refused: it did not answer with JSON.
    """
    try:
        return json.loads(completed.stdout)
    except ValueError:
        raise Refused(f"{tool} gave no answer: {last_words(completed)}", fix="Run it by hand to see why.") from None


def last_words(completed: Completed) -> str:
    """Give the end of what a tool said before it failed."""
    if completed.timed_out:
        return f"not finished after {completed.seconds:.0f} s"
    said = (completed.stderr.strip() or completed.stdout.strip() or f"exit code {completed.exit_code}").splitlines()
    return "\n".join(said[-_LINES:])
