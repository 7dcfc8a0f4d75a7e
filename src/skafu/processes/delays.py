"""Processes are told why a step takes longer, while its work is tried again by itself."""

from collections.abc import Mapping
from typing import Final

from skafu.contexts.ai.domain.events import AIAnalysisRequested
from skafu.contexts.github.domain import events as g
from skafu.contexts.project.domain.events import GenerationRequested, ProofRequested
from skafu.kernel.events import Event
from skafu.processes.course.commands import HearDelay
from skafu.processes.course.words import KINDS, Step
from skafu.storage.ledger import Ledger
from skafu.storage.work import HearPutOff, PutOff

_STEPS: Final[Mapping[type[Event], tuple[Step, str]]] = {
    AIAnalysisRequested: ("analysis", "analysis_id"),
    GenerationRequested: ("generation", "run_id"),
    ProofRequested: ("proof", "run_id"),
    g.RepositoryRequested: ("repository", "repository_id"),
    g.TreePushRequested: ("push", "repository_id"),
    g.RepositoryConfigurationRequested: ("configuration", "repository_id"),
    g.PullRequestRequested: ("proposal", "pull_request_id"),
}
"""The events that ask for the work of a step, and the field that holds what its outcome will be known by."""


def delays(ledger: Ledger) -> HearPutOff:
    """Tells the processes that wait for a step; those that do not are not moved by it."""

    async def hear(put_off: PutOff) -> None:
        work, event = put_off.work, put_off.work.event.event
        step, field = _STEPS.get(type(event), (None, ""))
        if step is None:
            return
        project_id, ref, why = getattr(event, "project_id", ""), getattr(event, field), put_off.why
        reason = f"{why.message} ({why.fix})" if why.fix else why.message
        for kind in KINDS:
            told = HearDelay(project_id, kind, step, ref, reason, put_off.again_at)
            key = f"{work.id} {kind}:again at {put_off.again_at.isoformat()}"
            await ledger.commands.send(work.tenant, told, origin=work.origin, key=key)

    return hear
