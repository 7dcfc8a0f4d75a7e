"""The command line, for the tests of its commands."""

import signal
from collections.abc import Iterator

import pytest
from command_line import CommandLine


@pytest.fixture
def skafu(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield CommandLine(capsys, monkeypatch)
    for number, handler in handlers.items():
        signal.signal(number, handler)
