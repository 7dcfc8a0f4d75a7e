"""The load generator: a process of its own; it reads what to do from standard input, and writes what it saw."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks.platform import closed_loop, live, users

Told = dict[str, Any]
KINDS: dict[str, Callable[[Told], Coroutine[Any, Any, Told]]] = {
    "users": users.run,
    "closed loop": closed_loop.run,
    "live": live.run,
}


def main() -> None:
    """Do it."""
    told = json.load(sys.stdin)
    found = asyncio.run(KINDS[told["kind"]](told))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
