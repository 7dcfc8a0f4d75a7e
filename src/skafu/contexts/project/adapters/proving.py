"""One proof in a process of its own: says each step on a line of its standard output, and leaves the record behind."""

import sys
import threading
from pathlib import Path
from typing import Final, cast

import msgspec

from skafu.contexts.project.adapters.workshop.orders import Failed, failure_of
from skafu.contexts.project.domain.run_events import RunStep, StepState
from skafu.proof.checks import CheckResult, Level, Problem
from skafu.proof.progress import Preparing, Started, Step

SHOWN_PROBLEMS: Final = 10
LONGEST: Final = 500


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a line says: a step, or why there will be no record."""

    step: RunStep | None = None
    failed: Failed | None = None


def main(folder: str, level: str) -> None:
    """Prove the project in a folder."""
    from skafu.proof.runner import prove

    lock = threading.Lock()

    def tell(line: Line) -> None:
        with lock:
            sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
            sys.stdout.buffer.flush()

    try:
        prove(Path(folder), level=cast("Level", level), progress=lambda step: tell(Line(step_of(step))))
    except Exception as error:  # noqa: BLE001 whatever it is, who asked for the proof is told
        tell(Line(failed=failure_of(error)))


def step_of(step: Step) -> RunStep:
    """A step of a proof as runs tell it."""
    match step:
        case Preparing():
            state: StepState = "preparing" if step.state == "building" else "ready"
            return RunStep(step.tool, state)
        case Started():
            return RunStep(step.name, "started")
        case CheckResult():
            problems = tuple(_told(each) for each in step.problems[:SHOWN_PROBLEMS]) if step.verdict != "passed" else ()
            return RunStep(step.name, step.verdict, round(step.seconds, 3), _short(step.summary), problems)


def _told(problem: Problem) -> str:
    place = f"{problem.file}{f':{problem.line}' if problem.line else ''}: " if problem.file else ""
    fix = f" (fix: {problem.fix})" if problem.fix else ""
    return _short(f"{place}{problem.message}{fix}")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 3]}..."


if __name__ == "__main__":
    main(*sys.argv[1:])
