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
    """Open the file that is locked; close it with `os.close`.

    Raises:
        OSError: it cannot be made.
    """
    return os.open(f"{database}.lock", os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def side_lock(database: Path) -> Iterator[None]:
    """Have the lock for once."""
    descriptor = open_side_file(database)
    try:
        with held(descriptor):
            yield
    finally:
        os.close(descriptor)
