"""The work that lets projects hear of their runs, and ends the runs of projects that are gone."""

from skafu.contexts.project.application.aggregates import RUN, run_stream
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain import run_events as r
from skafu.contexts.project.domain.events import ProjectDeleted
from skafu.contexts.project.domain.run import Run
from skafu.kernel.events import Event
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work


class Telling:
    """Tells a project what became of its run: the run has the word, the project follows."""

    def __init__(self, ledger: Ledger) -> None:
        """Take what it works with."""
        self._ledger = ledger

    async def perform(self, work: Work) -> None:
        """Send the project the command that follows from an event of its run."""
        command = _command(work.event.event)
        if command is not None:
            await self._ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:done")

    async def gave_up(self, work: Work, _why: GivenUp) -> None:
        """Only a store that is gone keeps a project from hearing: try again, until it is back."""
        await self.perform(work)


def _command(event: Event) -> c.ProjectCommand | None:
    match event:
        case r.RunStarted(kind="prove", attempt=1):
            return c.RecordProofStart(event.project_id, event.run_id)
        case r.RunFinished():
            return c.RecordResult(event.project_id, event)
        case r.RunFailed():
            return c.RecordBreakdown(event.project_id, event.run_id, event.reason, event.fix, cancelled=False)
        case r.RunCancelled():
            return c.RecordBreakdown(event.project_id, event.run_id, event.reason, "", cancelled=True)
        case _:
            return None


class Releasing:
    """Cancels the runs that a deleted project has left behind."""

    def __init__(self, ledger: Ledger) -> None:
        """Take what it works with."""
        self._ledger = ledger

    async def perform(self, work: Work) -> None:
        """Cancel what is still open; a run that was not opened yet finds out by itself that nobody waits for it."""
        event = work.event.event
        for run_id in event.runs if isinstance(event, ProjectDeleted) else ():
            standing = await self._ledger.commands.state(work.tenant, RUN, run_stream(run_id))
            run = standing.state
            if isinstance(run, Run) and run.open:
                command = c.CancelRun(run_id, run.project_id, run.kind, run.revision, "the project was deleted")
                await self._ledger.commands.send(work.tenant, command, origin=work.origin, key=f"{work.id}:{run_id}")

    async def gave_up(self, work: Work, _why: GivenUp) -> None:
        """Only a store that is gone stands in the way: try again, until it is back."""
        await self.perform(work)
