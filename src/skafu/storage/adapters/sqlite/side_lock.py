"""A lock beside the database: processes queue for it in the kernel, instead of asking SQLite again and again."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":

    @contextmanager
    def held(_descriptor: int) -> Iterator[None]:
        """Windows has no such lock: SQLite's own one remains."""
        yield
else:
    import fcntl

    @contextmanager
    def held(descriptor: int) -> Iterator[None]:
        """Have the lock; whoever waits gets it when this process lets go or dies."""
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def open_side_file(database: Path) -> int:
    """Open the file that is locked; close it with `os.close`."""
    return os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
