"""One measurement in a process of its own: `python -m benchmarks.store.worker SIDE CASE ADDRESS CALLERS`."""

import sys

from benchmarks.store.rates import Rate


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main() -> Rate:
    """Measure what the arguments say."""
    side, case, address, callers = sys.argv[1:]
    if side == "skafu":
        from benchmarks.store import skafu_side as chosen
    else:
        from benchmarks.store import peer_side as chosen  # type: ignore[no-redef]
    if case == "append":
        return chosen.append(address, int(callers), _ready)
    return chosen.load(address) if case == "load" else chosen.read_all(address)


if __name__ == "__main__":
    sys.stdout.write(main().text())
