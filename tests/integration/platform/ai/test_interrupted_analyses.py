"""An analysis that is cut off at any point and done again ends as it would have, and is paid for once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from platform_under_test import ACME, Running, platform_of
from shop_blueprint import SHOP

from skafu.contexts.ai.adapters.memory import LocalReviewer, MemoryAgent, MemoryAnswers
from skafu.contexts.ai.application.aggregates import ANALYSES, USAGE, analysis_stream, period_of, usage_stream
from skafu.contexts.ai.application.asking import CallPlace, Desk
from skafu.contexts.ai.application.work import Analyst, analysing
from skafu.contexts.ai.domain.analysis import Completed
from skafu.contexts.ai.domain.commands import RequestAnalysis
from skafu.contexts.ai.ports import AgentAnswer, AgentStep
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.server_bootstrap import ai_part
from skafu.storage.work import Work, WorkKind


class Cut(Exception):
    """The process ends here."""


class CutAnswers(MemoryAnswers):
    """Ends the process before or behind the moment in which an answer is kept."""

    def __init__(self, *, behind: bool) -> None:
        super().__init__()
        self.cut = True
        self.behind = behind

    async def keep(self, tenant: TenantId, question: str, answer: AgentAnswer) -> None:
        if self.cut and not self.behind:
            raise Cut
        await super().keep(tenant, question, answer)
        if self.cut:
            raise Cut


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[ai_part]) as running:
        yield running


async def asked(running: Running) -> Work:
    ledger = running.platform.ledger
    blob = await ledger.blobs.put(ACME, b"Customers place orders.")
    origin = Origin(Actor("person", "p"), ledger.new_id(), ledger.new_id())
    await ledger.commands.send(ACME, RequestAnalysis("a", "p", "description", blob, "model"), origin=origin)
    (event,) = await ledger.events.read_stream(ACME, analysis_stream("a"))
    return Work("w", "ai.analyse", ACME, event, 1)


def kind_of(running: Running, agent: MemoryAgent, answers: MemoryAnswers) -> WorkKind:
    ledger = running.platform.ledger
    return analysing(Analyst(ledger, {"model": agent}, LocalReviewer(), Desk(ledger.commands, answers)))


@pytest.mark.parametrize(("behind", "calls"), [(False, 2), (True, 1)])
async def test_a_call_is_paid_for_once(running: Running, behind: bool, calls: int) -> None:
    work = await asked(running)
    agent = MemoryAgent(SHOP, name="model", tokens=60, most=80, steps=[AgentStep("thinking", "about it")])
    answers = CutAnswers(behind=behind)
    kind = kind_of(running, agent, answers)

    with pytest.raises(Cut):
        await kind.perform(work)
    answers.cut = False
    await kind.perform(work)
    await kind.perform(work)

    ledger = running.platform.ledger
    usage = (await ledger.commands.state(ACME, USAGE, usage_stream(period_of(work.event.recorded_at)))).state
    analysis = (await ledger.commands.state(ACME, ANALYSES, analysis_stream("a"))).state
    assert agent.calls == calls
    assert (usage.used, usage.spoken_for) == (60, 60)
    assert isinstance(analysis, Completed)
    assert (analysis.result.tokens, analysis.result.cached) == (60, False)
    assert len(await ledger.events.read_stream(ACME, f"draft-{analysis.result.draft_id}")) == 1


async def test_a_call_counts_for_the_month_in_which_it_was_asked_for(running: Running) -> None:
    ledger = running.platform.ledger
    agent = MemoryAgent(SHOP, name="model", tokens=5)
    origin = Origin(Actor("person", "p"), ledger.new_id(), ledger.new_id())
    place = CallPlace(ACME, "call", datetime(2026, 2, 28, 23, 59, tzinfo=UTC), origin)

    said = [each async for each in Desk(ledger.commands, MemoryAnswers()).ask(agent, "words", place)]

    assert said[-1].tokens == 5  # type: ignore[union-attr]
    assert (await ledger.commands.state(ACME, USAGE, usage_stream("2026-02"))).state.used == 5


async def test_another_version_of_an_agent_is_asked_anew(running: Running) -> None:
    ledger = running.platform.ledger
    desk = Desk(ledger.commands, MemoryAnswers())
    first, second = (MemoryAgent(SHOP, name="model", version=version) for version in ("1", "2"))
    origin = Origin(Actor("person", "p"), ledger.new_id(), ledger.new_id())
    for number, agent in enumerate((first, first, second)):
        place = CallPlace(ACME, f"call-{number}", datetime(2026, 2, 1, tzinfo=UTC), origin)
        _ = [each async for each in desk.ask(agent, "words", place)]

    assert (first.calls, second.calls) == (1, 1)
