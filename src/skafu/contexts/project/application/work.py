"""The work that projects leave to be done: files are generated and proven, and projects hear of it."""

import asyncio

from skafu.contexts.project.application.generating import Generating
from skafu.contexts.project.application.proving import Pause, Proving
from skafu.contexts.project.application.telling import Releasing, Telling
from skafu.contexts.project.domain import events as e
from skafu.contexts.project.domain import run_events as r
from skafu.contexts.project.ports import Prover, TemplateShelf, Workshop
from skafu.kernel.events import Event, RecordedEvent
from skafu.storage.ledger import Ledger
from skafu.storage.work import WorkKind


def work_kinds(
    ledger: Ledger,
    workshop: Workshop,
    prover: Prover,
    shelf: TemplateShelf,
    *,
    proof_seconds: float = 1800.0,
    pause: Pause = asyncio.sleep,
) -> tuple[WorkKind, ...]:
    """All kinds of work of this context.

    Args:
        ledger: the store.
        workshop: where files are generated.
        prover: who proves them.
        shelf: where other templates than the shipped one stand.
        proof_seconds: how long a proof may take.
        pause: waits for some seconds.
    """
    generating = Generating(ledger, workshop, shelf)
    proving = Proving(ledger, prover, pause)
    return (_generation(generating), _proof(proving, proof_seconds), *_followers(ledger))


def _generation(generating: Generating) -> WorkKind:
    return WorkKind(
        "project.generate",
        (e.GenerationRequested,),
        generating.perform,
        generating.gave_up,
        _run,
        cancelled_by=(r.RunCancelled,),
        limit_seconds=180.0,
    )


def _proof(proving: Proving, seconds: float) -> WorkKind:
    return WorkKind(
        "project.prove",
        (e.ProofRequested,),
        proving.perform,
        proving.gave_up,
        _run,
        cancelled_by=(r.RunCancelled,),
        limit_seconds=seconds,
        retries=(5.0, 30.0),
        lane="heavy",
    )


def _followers(ledger: Ledger) -> tuple[WorkKind, ...]:
    telling, releasing = Telling(ledger), Releasing(ledger)
    of_runs = (r.RunStarted, r.RunFinished, r.RunFailed, r.RunCancelled)
    return (
        WorkKind("project.tell", of_runs, telling.perform, telling.gave_up, _run),
        WorkKind("project.release", (e.ProjectDeleted,), releasing.perform, releasing.gave_up, _project),
    )


def _run(recorded: RecordedEvent[Event]) -> str:
    match recorded.event:
        case e.GenerationRequested() | e.ProofRequested() | r.RunEvent():
            return recorded.event.run_id
        case _:
            return recorded.stream


def _project(recorded: RecordedEvent[Event]) -> str:
    return recorded.event.project_id if isinstance(recorded.event, e.ProjectEvent) else recorded.stream
