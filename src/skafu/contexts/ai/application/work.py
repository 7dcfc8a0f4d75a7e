"""The work of analyses: asks the agent, reviews the blueprint, and puts on record what came of it."""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Final
from uuid import UUID, uuid5

import msgspec

from skafu.blueprint.changes import Advice
from skafu.contexts.ai.application.aggregates import ANALYSES, analysis_stream
from skafu.contexts.ai.application.asking import CallPlace, Desk, Paid
from skafu.contexts.ai.domain.analysis import Running
from skafu.contexts.ai.domain.commands import (
    CompleteAnalysis,
    FailAnalysis,
    GenerateRecommendation,
    ProposeDraft,
    RecordStep,
)
from skafu.contexts.ai.domain.events import AIAnalysisRequested
from skafu.contexts.ai.ports import Agent, Reviewer
from skafu.kernel.errors import Invalid
from skafu.storage.blobs import BlobId
from skafu.storage.ledger import Ledger
from skafu.storage.work import GivenUp, Work, WorkKind

IDS: Final = UUID("b7ad93f1-6a0b-5f0e-8d56-5a4f5a6d0a11")
"""The name space of ids that follow from analyses."""
MOST_RECOMMENDATIONS: Final = 100
LIMIT_SECONDS: Final = 180.0


class Analyst(msgspec.Struct, frozen=True):
    """What the work of analyses needs.

    Attributes:
        ledger: the store.
        agents: who can be asked, by name.
        reviewer: looks at blueprints.
        desk: asks agents within the budget.
    """

    ledger: Ledger
    agents: Mapping[str, Agent]
    reviewer: Reviewer
    desk: Desk


def analysing(analyst: Analyst) -> WorkKind:
    """The work that a requested analysis asks for."""

    async def perform(work: Work) -> None:
        await _Run(analyst, work).perform()

    async def gave_up(work: Work, error: GivenUp) -> None:
        await _Run(analyst, work).gave_up(error)

    return WorkKind(
        "ai.analyse",
        (AIAnalysisRequested,),
        perform,
        gave_up,
        lambda event: event.stream,
        limit_seconds=LIMIT_SECONDS,
    )


class _Run:
    """One analysis being done."""

    def __init__(self, analyst: Analyst, work: Work) -> None:
        event = work.event.event
        if not isinstance(event, AIAnalysisRequested):
            raise Invalid(f"{type(event).__name__} asks for no analysis", fix="report this")
        self._analyst = analyst
        self._work = work
        self._asked = event
        self._steps = 0
        self._place = CallPlace(work.tenant, event.analysis_id, work.event.recorded_at, work.origin)

    async def perform(self) -> None:
        """Do it; what was done before is not done again."""
        bus = self._analyst.ledger.commands
        standing = await bus.state(self._work.tenant, ANALYSES, analysis_stream(self._asked.analysis_id))
        if not isinstance(standing.state, Running):
            return
        text = (await self._analyst.ledger.blobs.get(self._work.tenant, BlobId(self._asked.text))).decode()
        paid = await self._planned(text) if self._asked.subject == "description" else None
        blueprint = paid.answer.blueprint if paid else text
        await self._step("review", "the blueprint is checked, and changes are looked for")
        advice = (await self._analyst.reviewer.advise(blueprint))[:MOST_RECOMMENDATIONS]
        await self._conclude(blueprint, advice, paid)

    async def gave_up(self, error: GivenUp) -> None:
        """Record that there is no answer; what was set aside for a call that may have been made counts as used."""
        await self._analyst.desk.settle(None, self._place)
        command = FailAnalysis(self._asked.analysis_id, error.code or "FAILED", error.message, error.fix)
        await self._send(command, "failed")

    async def _planned(self, description: str) -> Paid:
        agent = self._analyst.agents.get(self._asked.agent)
        if agent is None:
            known = ", ".join(sorted(self._analyst.agents))
            raise Invalid(f"there is no agent {self._asked.agent!r}", fix=f"ask one of {known}")
        async with aclosing(self._analyst.desk.ask(agent, description, self._place)) as saying:
            async for said in saying:
                if isinstance(said, Paid):
                    return said
                await self._step(said.name, said.said)
        raise Invalid(f"the agent {agent.name} gave no answer", fix="say it in other words")

    async def _conclude(self, blueprint: str, advice: tuple[Advice, ...], paid: Paid | None) -> None:
        blob = await self._analyst.ledger.blobs.put(self._work.tenant, blueprint.encode())
        draft_id = ""
        for number, one in enumerate(advice):
            identifier = uuid5(IDS, f"{self._asked.analysis_id} recommendation {number}")
            await self._send(self._recommendation(str(identifier), blob, one), f"recommendation:{number}")
        if paid is not None:
            draft_id = str(uuid5(IDS, f"{self._asked.analysis_id} draft"))
            draft = ProposeDraft(draft_id, self._asked.project_id, self._asked.base, blob, self._asked.analysis_id)
            await self._send(draft, "draft")
        await self._send(
            CompleteAnalysis(
                self._asked.analysis_id,
                blob,
                draft_id,
                len(advice),
                paid.answer.questions if paid else (),
                paid.tokens if paid else 0,
                cached=bool(paid and paid.cached),
            ),
            "done",
        )

    def _recommendation(self, identifier: str, blob: str, advice: Advice) -> GenerateRecommendation:
        finding = advice.finding
        return GenerateRecommendation(
            identifier,
            self._asked.analysis_id,
            self._asked.project_id,
            blob,
            finding.code,
            finding.severity,
            finding.path,
            finding.line,
            finding.message,
            advice.reason,
            finding.fix,
            advice.change,
            advice.without,
        )

    async def _step(self, name: str, said: str) -> None:
        self._steps += 1
        await self._send(RecordStep(self._asked.analysis_id, self._steps, name, said), f"step:{self._steps}")

    async def _send(
        self,
        command: RecordStep | CompleteAnalysis | FailAnalysis | GenerateRecommendation | ProposeDraft,
        what: str,
    ) -> None:
        await self._analyst.ledger.commands.send(
            self._work.tenant, command, origin=self._work.origin, key=f"{self._work.id}:{what}"
        )
