"""The process beside: gives up network, children and files, looks into one template, says what it found, and ends."""

import sys
from datetime import UTC, datetime
from typing import Final

import msgspec

from skafu.contexts.template.adapters.inspecting import inspect
from skafu.contexts.template.adapters.side_inspector import CATEGORIES, Said, place_of
from skafu.kernel.errors import SkafuError
from skafu.scaffold.merging.archive import unpacked
from skafu.workspace.worker_pool.lockdown import WorkerLimits, close_network, limit

LIMITS: Final = WorkerLimits(memory_bytes=1_500_000_000, cpu_seconds=60, lifetime_cpu_seconds=90)


def main() -> None:
    """Serve one request."""
    close_network()
    limit(LIMITS)
    try:
        said = Said(inspect(unpacked(sys.stdin.buffer.read()), place_of(datetime.now(UTC))))
    except SkafuError as error:
        category = next((name for name, each in CATEGORIES.items() if isinstance(error, each)), "Unavailable")
        said = Said(error=category, message=error.message, fix=error.fix)
    except (RecursionError, MemoryError):
        said = Said(error="Refused", message="the template takes too much memory", fix="look for what repeats")
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
