"""The platform under load, on SQLite and PostgreSQL: `python -m benchmarks.bench_platform [users throughput ...]`."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Figure, write_section
from benchmarks.platform import idle, sections
from benchmarks.store.places import crash, server

Measure = Callable[[Path, str | None], list[Figure]]
NOTES = {
    "idle": "`skafu up` on a store that exists, started several times; the median. PSS counts shared pages by share.",
    "users": "Each thinks for 5 s on average, then asks: 4 questions to 1 command, of one process that also does all "
    "the work behind. Signed access tokens of 10 organisations, connections kept. The load shares the two cores.",
    "throughput": "16 callers, one command after the other. The peer is a bare FastAPI route on the same server "
    "settings that inserts one row into the same database, one commit each; turn by turn, medians. Half of the "
    "processor that a command takes answers the request (0.8 ms of it, where the bare route takes 0.45 ms in all); the "
    "rest keeps the read models, the audit trail and the processes that follow each event in the same process: five "
    "documents with sixteen sorted entries, 0.7 ms even in pages of 500. One process cannot reach half of the bare "
    "route with that. An Idempotency-Key takes two commits more, one "
    "before the command and one with its answer; a project stands in more read models, with twelve sorted entries in "
    "its list.",
    "live": "Commands over HTTP at a rate, people of 5 organisations listening, and one who asks a list until it shows "
    "what was changed last. The rate goes up until p95 is above 100 ms or not all are appended.",
    "provisioning": "Of 5 organisations one asks first, for 60 %. Blueprints are generated, proven by a stand-in that "
    "takes 0.2 s (two at a time), and pushed to local repositories.",
    "soak": "Clients repeat with their Idempotency-Key until they are acknowledged, and listen again with "
    "Last-Event-ID. SQLite: `skafu up` is killed. PostgreSQL: two APIs, a worker and the server (immediate stop) are.",
}
TITLES = {
    "idle": "Platform, at rest",
    "users": "Platform, people",
    "throughput": "Platform, commands",
    "live": "Platform, events",
    "provisioning": "Platform, projects",
    "soak": "Platform, soak",
}
MEASURES: dict[str, Measure] = {
    "idle": idle.idle,
    "users": sections.users,
    "throughput": sections.throughput,
    "live": sections.live,
    "provisioning": sections.provisioning,
}


def main() -> None:
    """Measure what is named, or all."""
    wanted = [each for each in NOTES if each in sys.argv[1:]] or list(NOTES)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="skafu-bench-")))
        folder.chmod(0o755)
        databases = stack.enter_context(server(folder, dict(os.environ)))
        for name in wanted:
            figures = [*_on(name, folder / f"{name}-sqlite", None, folder)]
            figures += _on(name, folder / f"{name}-postgres", next(databases), folder)
            write_section(TITLES[name], figures, NOTES[name])


def _on(name: str, data: Path, database: str | None, folder: Path) -> list[Figure]:
    data.mkdir()
    if name == "soak":
        return sections.soak(data, database, (lambda: crash(folder)) if database else None)
    return MEASURES[name](data, database)


if __name__ == "__main__":
    main()
