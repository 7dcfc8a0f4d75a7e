"""The desk: a process of its own that plans, reviews and changes, and can be stopped at any time."""

import asyncio
from contextlib import aclosing

import psutil
import pytest
from shop_blueprint import SHOP, changed

from skafu.blueprint.changes import SetValue, UnusableChange, change_text
from skafu.blueprint.changes.fixing import advise
from skafu.contexts.ai.adapters import desk
from skafu.contexts.ai.adapters.desk import DeskReviewer, RulesAgent
from skafu.contexts.ai.ports import AgentAnswer, AgentStep
from skafu.kernel.errors import Invalid, Refused
from skafu.planning.rules import plan

BOOKS = "An online bookstore. Customers place orders, and the warehouse ships them."


def children() -> set[int]:
    return {each.pid for each in psutil.Process().children() if "desk_process" in " ".join(each.cmdline())}


async def test_the_rules_say_their_steps_and_then_the_answer() -> None:
    said = [each async for each in RulesAgent().analyse(BOOKS)]

    assert [each.name for each in said if isinstance(each, AgentStep)] == [
        *("intake", "story", "entities", "commands", "reactions", "access", "queries", "blueprint")
    ]
    assert said[-1] == AgentAnswer(plan(BOOKS).written(), tuple(each.text for each in plan(BOOKS).questions))
    assert any(isinstance(each, AgentStep) and "Order" in each.said for each in said)
    assert RulesAgent().most_tokens(BOOKS) == 0


async def test_what_the_planner_refuses_is_refused_in_its_words() -> None:
    with pytest.raises(Invalid, match="too few English words") as caught:
        _ = [each async for each in RulesAgent().analyse("xyzzy qwert")]
    assert caught.value.fix


async def test_who_takes_too_long_is_stopped() -> None:
    with pytest.raises(Refused, match=r"takes longer than 0\.05 s"):
        _ = [each async for each in RulesAgent(limit_seconds=0.05).analyse(f"{BOOKS} " * 1_000)]
    assert not children()


async def test_who_listens_no_longer_leaves_no_process_behind() -> None:
    async with aclosing(RulesAgent().analyse(BOOKS)) as saying:  # type: ignore[type-var]
        first = await anext(saying)
        assert isinstance(first, AgentStep)
        assert len(children()) == 1
    await asyncio.sleep(0)
    assert not children()


async def test_a_blueprint_is_reviewed_as_it_would_be_here() -> None:
    text = changed(("sort: sku", "sort: skuu"))
    assert await DeskReviewer().advise(text) == advise(text)
    assert await DeskReviewer().advise(SHOP) == ()


async def test_changes_are_made_here_or_there_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    change = (SetValue(("summary",), "New."),)
    expected = change_text(SHOP, change)

    assert await DeskReviewer().change(SHOP, change) == expected
    monkeypatch.setattr(desk, "SMALL", 10)
    assert await DeskReviewer().change(SHOP, change) == expected
    with pytest.raises(Invalid):
        await DeskReviewer().change(SHOP, (SetValue((), 1),))
    monkeypatch.undo()
    with pytest.raises(UnusableChange):
        await DeskReviewer().change(SHOP, (SetValue((), 1),))
