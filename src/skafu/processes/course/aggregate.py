"""Processes as the command bus knows them, and how long each step may take."""

from typing import Final

from skafu.processes.course import commands as c
from skafu.processes.course import process
from skafu.processes.course.words import Kind, Step
from skafu.storage.dispatching import Aggregate


def process_stream(kind: Kind, project_id: str) -> str:
    """The stream of a process."""
    return f"{kind}-{project_id}"


def _stream_of(command: c.ProcessCommand) -> str:
    return process_stream(command.kind, command.project_id)


PROCESS: Final = Aggregate(
    process,
    (
        c.BeginProcess,
        c.HearDone,
        c.HearFailed,
        c.HearDelay,
        c.HearHeld,
        c.LetIn,
        c.HearUndone,
        c.CancelProcess,
        c.RetryProcess,
    ),
    _stream_of,
)

AGGREGATES: Final = (PROCESS,)

MINUTE: Final = 60.0
SECONDS_FOR: Final[dict[Step, float]] = {
    "analysis": 30 * MINUTE,
    "blueprint": 10 * MINUTE,
    "template": 10 * MINUTE,
    "generation": 60 * MINUTE,
    "proof": 24 * 60 * MINUTE,
    "release": 10 * MINUTE,
    "repository": 60 * MINUTE,
    "push": 60 * MINUTE,
    "configuration": 60 * MINUTE,
    "proposal": 60 * MINUTE,
    "record": 10 * MINUTE,
}
"""Work is tried again by itself within these; proofs wait for each other, and are given a day."""
