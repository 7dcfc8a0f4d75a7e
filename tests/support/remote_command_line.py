"""`skafu` as people run it against a server: processes of their own, with what they keep in a folder of its own."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from platform_process import PlatformProcess

SKAFU = str(Path(sys.executable).parent / "skafu")
SECONDS = 120


@dataclass
class RemoteCommandLine:
    """Runs commands in a folder; what was given and said is kept, to look for secrets in it."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SKAFU_")}
        return {**clean, "XDG_CONFIG_HOME": str(self.folder / "config"), **self.variables}

    def run(self, *words: str, given: str = "", code: int = 0) -> str:
        """What a command prints; it must end with this code."""
        self.folder.mkdir(exist_ok=True)
        done = subprocess.run(
            [SKAFU, *words],
            input=given,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self.environment(),
            timeout=SECONDS,
            check=False,
        )
        self.said += [done.stdout, done.stderr]
        assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def errors(self) -> str:
        """What the last command said beside its answer."""
        return self.said[-1]

    def json(self, *words: str, given: str = "", code: int = 0) -> Any:  # noqa: ANN401 what the API gives
        """The data that a command gives to programs."""
        return msgspec.json.decode(self.run(*words, "--json", given=given, code=code))

    @contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A command that goes on; whatever happens, it is gone at the end."""
        process = subprocess.Popen(
            [SKAFU, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env=self.environment(),
        )
        with process:
            try:
                yield process
            finally:
                process.kill()

    def at_a_terminal(self, words: Sequence[str], replies: Sequence[tuple[str, str]]) -> tuple[int, str]:
        """The exit code, and all that is seen of a command at a terminal; a reply is typed when its prompt appears."""
        outer, inner = pty.openpty()
        process = subprocess.Popen(
            [SKAFU, *words],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            cwd=self.folder,
            env={**self.environment(), "TERM": "xterm", "COLUMNS": "60"},
            start_new_session=True,
        )
        os.close(inner)
        seen = ""
        with process:
            for prompt, reply in [*replies, ("", "")]:
                before = len(seen)
                while not prompt or prompt not in seen[before:]:
                    if not (more := _read(outer)):
                        break
                    seen += more
                os.write(outer, reply.encode()) if reply else None
            code = process.wait(SECONDS)
        os.close(outer)
        return code, seen


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # nobody is at the other end any more
        return ""


def link_of(running: PlatformProcess) -> str:
    """The line with the link of the owner that `skafu up` prints."""
    return running.line("Sign in within an hour, once: ")


def interrupted(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """How a command ends after Ctrl-C."""
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=SECONDS)
    return process.returncode, output, errors
