"""What generations and proofs share: a run is opened, started, and ended by whoever is first."""

from typing import TYPE_CHECKING

from skafu.contexts.project.application.aggregates import PROJECT, RUN, project_stream, run_stream
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain.events import GenerationRequested, ProofRequested
from skafu.contexts.project.domain.project import Absent
from skafu.contexts.project.domain.run import Run
from skafu.contexts.project.domain.run_events import RunFinished, RunKind
from skafu.kernel.events import Event
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work

if TYPE_CHECKING:
    from skafu.contexts.project.domain.facts import Project

Asked = GenerationRequested | ProofRequested


def kind_of(asked: Asked) -> RunKind:
    """What kind of run an event asks for."""
    return "generate" if isinstance(asked, GenerationRequested) else "prove"


def opening(asked: Asked) -> c.OpenRun:
    """The command that opens the run of an event; to repeat it does nothing."""
    return c.OpenRun(asked.run_id, asked.project_id, kind_of(asked), asked.revision)


async def begun(ledger: Ledger, work: Work, asked: Asked) -> Run | None:
    """Open and start the run of some work.

    Returns:
        The run; none when there is nothing to be done for it any more.
    """
    await _send(ledger, work, opening(asked), "open")
    if not await _is_waited_for(ledger, work, asked):
        reason = "the project does not wait for it any more"
        command = c.CancelRun(asked.run_id, asked.project_id, kind_of(asked), asked.revision, reason)
        await _send(ledger, work, command, "unwanted")
        return None
    await _send(ledger, work, c.StartRun(asked.run_id, work.attempt), f"start {work.attempt}")
    standing = await ledger.commands.state(work.tenant, RUN, run_stream(asked.run_id))
    run = standing.state
    if isinstance(run, Run) and run.state == "cancelled":
        # Cancelled before the project asked for it: the project has not heard, or not understood.
        told = c.RecordBreakdown(run.project_id, run.run_id, run.reason, "", cancelled=True)
        await ledger.commands.send(work.tenant, told, origin=work.origin, key=f"{work.id}:cancelled")
    return run if isinstance(run, Run) and run.open else None


async def finish(ledger: Ledger, work: Work, result: RunFinished) -> None:
    """Put on record what a run came to."""
    await _send(ledger, work, c.FinishRun(result.run_id, result), "done")


async def fail(ledger: Ledger, work: Work, asked: Event, why: GivenUp) -> None:
    """Put on record that a run broke off."""
    if isinstance(asked, Asked):
        await _send(ledger, work, opening(asked), "open")
        await _send(ledger, work, c.FailRun(asked.run_id, why.message, why.fix), "failed")


async def _is_waited_for(ledger: Ledger, work: Work, asked: Asked) -> bool:
    standing = await ledger.commands.state(work.tenant, PROJECT, project_stream(asked.project_id))
    if isinstance(standing.state, Absent):
        return False
    project: Project = standing.state.project
    pending = project.generating if isinstance(asked, GenerationRequested) else project.proving
    return pending is not None and pending.run_id == asked.run_id


async def _send(ledger: Ledger, work: Work, command: c.RunCommand, step: str) -> None:
    await ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:{step}")
