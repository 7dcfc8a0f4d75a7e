"""Runs the command line in process, as a shell would: words in; exit code, output and errors out."""

import io
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skafu.entrypoints.cli.main import run


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int | str | None
    output: str
    errors: str


class CommandLine:
    """The command `skafu`, with what it prints."""

    def __init__(self, captured: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._captured = captured
        self._monkeypatch = monkeypatch

    def __call__(self, *words: str | Path, stdin: bytes = b"") -> Ended:
        """Run one command.

        Args:
            words: the words after `skafu`.
            stdin: what is piped in.
        """
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._captured.readouterr()
        with pytest.raises(SystemExit) as stopped:
            run([str(word) for word in words])
        said = self._captured.readouterr()
        return Ended(stopped.value.code, said.out, said.err)


@pytest.fixture
def skafu(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield CommandLine(capsys, monkeypatch)
    for number, handler in handlers.items():
        signal.signal(number, handler)
