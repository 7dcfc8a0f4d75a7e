"""Many projects that are wanted at once: each comes to its proven repository, once, and nobody waits for all others."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import ROOT
from benchmarks.platform.caller import Caller
from benchmarks.platform.installation import Installation
from benchmarks.platform.records import events_of, store_of
from benchmarks.platform.town import Place, settled, succeeded
from skafu.contexts.github.domain.events import RepositoryCreated
from skafu.contexts.project.domain.run_events import RunFinished
from skafu.kernel.identity import TenantId
from skafu.processes.course.events import ProcessFinished, ProcessStepFailed
from skafu.storage import Storage

ORGANISATIONS = 5
LARGE = 0.6
"""The share of the first organisation, which asks before the others."""
BLUEPRINT = ROOT / "examples" / "todo" / "skafu.yaml"
LIMIT = 1500.0
"""Seconds after which the bench waits no longer."""


@dataclass
class Course:
    """What came of it.

    Attributes:
        wanted: projects.
        finished: of which organisation each was that was finished, in order.
        twice: projects with a second repository, proof or end.
        failed: steps that failed.
        together: proofs at the same time, at most.
        megabytes: memory of all processes, at most.
        seconds: until all were finished.
    """

    wanted: int
    finished: list[str] = field(default_factory=list)
    twice: int = 0
    failed: int = 0
    together: int = 0
    megabytes: float = 0.0
    seconds: float = 0.0

    def waited_for(self, first: str) -> int:
        """How many projects of the large organisation were finished before the last one of the others."""
        others = [number for number, each in enumerate(self.finished) if each != first]
        return self.finished[: others[-1]].count(first) if others else 0


async def provisioned(place: Installation, wanted: int, notes: Path) -> tuple[Course, str]:
    """Ask for projects, and watch until all are there; also the id of the organisation that has asked for most."""
    process = place.processes[0]
    places = await settled(process, ORGANISATIONS, 0)
    course, over = Course(wanted), threading.Event()
    watching = threading.Thread(target=_watch, args=(place, course, over))
    watching.start()
    begun = time.monotonic()
    try:
        await _asked(process.address, places, wanted)
        async with store_of(place) as storage:
            while len(course.finished) < wanted and time.monotonic() < begun + LIMIT:
                await asyncio.sleep(1)
                await _looked(storage, places, course)
    finally:
        over.set()
        watching.join()
    course.seconds = time.monotonic() - begun
    course.together = _together(notes)
    return course, places[0].organisation_id


async def _asked(address: str, places: Sequence[Place], wanted: int) -> None:
    """All requests at once; those of the large organisation come first."""
    large = round(wanted * LARGE)
    blueprint = BLUEPRINT.read_text()
    whose = [places[0]] * large + [places[1 + each % (ORGANISATIONS - 1)] for each in range(wanted - large)]
    await asyncio.gather(*(_ask(address, each.token, number, blueprint) for number, each in enumerate(whose)))


async def _ask(address: str, token: str, number: int, blueprint: str) -> None:
    caller = Caller(address, token)
    body = {"name": f"wanted-{number}", "blueprint": blueprint, "provision": True}
    succeeded(await caller.ask("POST", "/projects", body, idempotency_key=f"wanted-{number}"))
    await caller.close()


async def _looked(storage: Storage, places: Sequence[Place], course: Course) -> None:
    done: list[tuple[float, str]] = []
    seen: Counter[tuple[str, str]] = Counter()
    failed = 0
    for each in places:
        async for event in events_of(storage, TenantId(each.organisation_id)):
            match event.event:
                case ProcessFinished(project_id=project):
                    done.append((event.recorded_at.timestamp(), each.organisation_id))
                    seen["end", project] += 1
                case RunFinished(kind=kind):
                    seen[kind, event.event.project_id] += 1
                case RepositoryCreated():
                    seen["repository", event.event.name] += 1
                case ProcessStepFailed():
                    failed += 1
    course.finished = [organisation for _, organisation in sorted(done)]
    course.twice, course.failed = sum(1 for times in seen.values() if times > 1), failed


def _watch(place: Installation, course: Course, over: threading.Event) -> None:
    while not over.wait(0.5):
        course.megabytes = max(course.megabytes, place.megabytes())


def _together(notes: Path) -> int:
    """The most proofs that were under way at one time."""
    now = most = 0
    for line in sorted(notes.read_text().splitlines()) if notes.exists() else ():
        now += 1 if line.endswith("begun") else -1
        most = max(most, now)
    return most
