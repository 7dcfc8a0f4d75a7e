"""Templates by strangers on the command line: whatever is done with one is done in a locked-down process."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from skafu.workspace.worker_pool import WorkerLimits, WorkerPool

_CHECK = WorkerLimits(memory_bytes=1_500_000_000, cpu_seconds=120, lifetime_cpu_seconds=150)
_CHECK_SECONDS = 300.0
"""A check renders a hundred times, so it may use more than one rendering."""


@contextmanager
def worker(*, for_check: bool = False) -> Iterator[WorkerPool]:
    """Give a pool of one worker; it is gone afterwards.

    Args:
        for_check: whether it may use as much as a check needs.

    Raises:
        Unavailable: it does not start.
    """
    pool = WorkerPool(size=1, seconds=_CHECK_SECONDS, limits=_CHECK) if for_check else WorkerPool(size=1)
    with pool:
        if not pool.warm_up():
            print("note: this system does not allow to close the network for the template", file=sys.stderr)
        yield pool
