"""`skafu up` and `skafu worker` as processes of their own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 60


@dataclass
class PlatformProcess:
    """A process of the platform, and what it has said."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def address(self) -> str:
        """Where it answers, once it has said so."""
        return self.line("Skafu is ready at ").split(" at ", 1)[1].split()[0]

    def line(self, beginning: str) -> str:
        """The first line that begins so, once it has been said."""
        assert self.process.stdout is not None
        for line in self.said:
            if line.startswith(beginning):
                return line
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith(beginning):
                return line.rstrip()
        raise AssertionError(f"ended with {self.process.wait(SECONDS)}: {self.said} {''.join(self.logged)}")

    def logs(self, words: str, times: int = 1) -> None:
        """Wait until words stand in so many lines of the log."""
        for _ in range(SECONDS * 20):
            if sum(words in line for line in list(self.logged)) >= times:
                return
            threading.Event().wait(0.05)
        raise AssertionError(f"{words} is not in the log: {''.join(self.logged)}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop, and give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(SECONDS)

    def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        self.process.wait(SECONDS)


@contextmanager
def platform_process(*arguments: str, **environment: str) -> Iterator[PlatformProcess]:
    """Start `skafu` with these arguments; whatever happens, it is gone at the end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SKAFU_")}
    command = [str(Path(sys.executable).parent / "skafu"), *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**clean, **environment}
    )
    running = PlatformProcess(process)
    reading = threading.Thread(target=lambda: running.logged.extend(process.stderr or ()), daemon=True)
    reading.start()
    try:
        yield running
    finally:
        process.kill()
        process.wait(SECONDS)
        reading.join(SECONDS)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
