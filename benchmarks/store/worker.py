"""One measurement in a process of its own: `python -m benchmarks.store.worker SIDE CASE ADDRESS CALLERS`."""

import sys
from collections.abc import Callable

from benchmarks.store.rates import Rate


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


def measures(side: str, address: str, callers: int) -> dict[str, Callable[[], Rate]]:
    """What each case measures."""
    if side == "skafu":
        from benchmarks.store import skafu_follows as follows
        from benchmarks.store import skafu_side as chosen
    else:
        from benchmarks.store import peer_follows as follows  # type: ignore[no-redef]
        from benchmarks.store import peer_side as chosen  # type: ignore[no-redef]
    return {
        "append": lambda: chosen.append(address, callers, _ready),
        "load": lambda: chosen.load(address),
        "read": lambda: chosen.read_all(address),
        "fold": lambda: follows.catch_up(address, follows.FOLDED),
        "upsert": lambda: follows.catch_up(address, follows.ONE_BY_ONE),
        "follow": lambda: follows.follow(address),
    }


def main() -> Rate:
    """Measure what the arguments say."""
    side, case, address, callers = sys.argv[1:]
    return measures(side, address, int(callers))[case]()


if __name__ == "__main__":
    sys.stdout.write(main().text())
