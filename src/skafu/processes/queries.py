"""Questions about processes: folds of their streams, always fresh."""

import msgspec

from skafu.kernel.identity import TenantId
from skafu.processes.course.aggregate import PROCESS, process_stream
from skafu.processes.course.process import Absent, Process, ProcessNotFound
from skafu.processes.course.words import Kind
from skafu.storage.ledger import Ledger


class StepTold(msgspec.Struct, frozen=True):
    """A step as people see it."""

    step: str
    state: str
    attempt: int
    reason: str = ""


class ProcessView(msgspec.Struct, frozen=True):
    """A process, its steps in order, and the version of its last event."""

    process: Process
    steps: tuple[StepTold, ...]
    version: int


async def process_of(ledger: Ledger, tenant: TenantId, kind: Kind, project_id: str) -> ProcessView:
    """A process as it stands.

    Raises:
        ProcessNotFound: it was never begun.
    """
    standing = await ledger.commands.state(tenant, PROCESS, process_stream(kind, project_id))
    process = standing.state
    if isinstance(process, Absent):
        raise ProcessNotFound(f"there is no {kind} of project {project_id}")
    return ProcessView(process, _steps(process), standing.version)


def _steps(process: Process) -> tuple[StepTold, ...]:
    here = process.steps.index(process.step)
    ended = process.state == "finished"
    return tuple(
        StepTold(
            step,
            "done" if ended or index < here else process.state if index == here else "waiting",
            process.attempts.get(step, 0),
            process.reason if index == here else "",
        )
        for index, step in enumerate(process.steps)
    )
