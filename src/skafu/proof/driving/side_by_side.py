"""Runs the parts of a check at the same time, as far as two processors and the functions behind the routes allow."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

THREADS = 4


def side_by_side(work: Callable[[T], None], parts: Iterable[T]) -> None:
    """Do the work for all parts, in threads.

    Raises:
        Exception: the first that a part raised, after all have ended.
    """
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        for done in [pool.submit(work, part) for part in parts]:
            done.result()
