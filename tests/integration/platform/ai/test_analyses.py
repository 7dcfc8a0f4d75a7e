"""Analyses over HTTP: asked for, followed, ended; from memory the second time; and never above the budget."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from platform_under_test import Running, platform_of
from shop_blueprint import SHOP, changed

from skafu.contexts.ai.adapters.memory import MemoryAgent
from skafu.contexts.ai.ports import Agent, AgentStep
from skafu.kernel.errors import Invalid
from skafu.kernel.event_types import EventTypes
from skafu.server_bootstrap import ai_part
from skafu.server_bootstrap.site import Site
from skafu.storage.dispatching import Aggregate
from skafu.web_api.parts import Part

BOOKS = "An online bookstore. Customers place orders, and the warehouse ships them."


@dataclass
class WithAgents:
    """Makes the AI context with other agents."""

    agents: Sequence[Agent]
    EVENT_TYPES: EventTypes = field(default=ai_part.EVENT_TYPES)
    AGGREGATES: tuple[Aggregate, ...] = field(default=ai_part.AGGREGATES)

    async def open_part(self, site: Site, /) -> Part:
        return ai_part.ai_part(site, tuple(self.agents))


def costing() -> MemoryAgent:
    return MemoryAgent(SHOP, name="model", tokens=60, most=80, steps=[AgentStep("thinking", "about it")])


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[ai_part]) as running:
        yield running


@pytest.fixture
def model() -> MemoryAgent:
    return costing()


@pytest.fixture
async def modelled(tmp_path: Path, model: MemoryAgent) -> AsyncIterator[Running]:
    broken = MemoryAgent("", name="broken", most=30, error=Invalid("it says nothing", fix="say more"))
    async with platform_of(tmp_path, makers=[WithAgents([model, broken])]) as running:
        yield running


async def analysed(running: Running, body: dict[str, object], **more: object) -> dict[str, object]:
    asked = await running.visitor().post("/ai/analyses", body, **more)
    assert asked.status_code == 202, asked.json()
    await running.settle()
    found = await running.visitor("viewer").get(asked.headers["location"].removeprefix("/api/v1"))
    data: dict[str, object] = found.json()["data"]
    return data


async def test_a_description_becomes_a_draft_step_by_step(running: Running) -> None:
    found = await analysed(running, {"project_id": "p1", "description": BOOKS})

    assert (found["status"], found["tokens"], found["cached"]) == ("completed", 0, False)
    steps = (await running.visitor().get(f"/ai/analyses/{found['id']}/steps")).json()["data"]
    assert [each["name"] for each in steps][:3] == ["intake", "story", "entities"]
    assert steps[0]["said"] == "2 sentences"
    assert [each["number"] for each in steps] == list(range(1, len(steps) + 1))
    draft = (await running.visitor().get(f"/ai/drafts/{found['draft_id']}")).json()["data"]
    assert "name: PlaceOrder" in draft["blueprint"]
    assert draft["difference"][2].startswith("@@ -0,0 +1,")
    assert (draft["project_id"], draft["analysis_id"], draft["status"]) == ("p1", found["id"], "open")


async def test_a_draft_is_compared_with_the_present_blueprint(modelled: Running) -> None:
    present = changed(("summary: Sells things.", "summary: Old."))
    found = await analysed(modelled, {"description": BOOKS, "agent": "model", "present": present})

    draft = (await modelled.visitor().get(f"/ai/drafts/{found['draft_id']}")).json()["data"]
    assert [line for line in draft["difference"][2:] if line[0] in "+-"] == [
        "-summary: Old.",
        "+summary: Sells things.",
    ]


async def test_the_same_words_are_answered_from_memory(modelled: Running, model: MemoryAgent) -> None:
    first = await analysed(modelled, {"description": BOOKS, "agent": "model"})
    again = await analysed(modelled, {"description": f"  {BOOKS.replace(' ', '  ')}\r\n", "agent": "model"})

    assert (first["tokens"], first["cached"]) == (60, False)
    assert (again["tokens"], again["cached"], again["status"]) == (0, True, "completed")
    assert model.calls == 1
    (month,) = (await modelled.visitor().get("/ai/usage")).json()["data"]
    assert (month["asked"], month["answered_from_memory"], month["hit_rate"]) == (2, 1, 0.5)
    assert (month["calls"], month["tokens"]) == (1, 60)


async def test_another_organisation_pays_for_its_own_answer(modelled: Running, model: MemoryAgent) -> None:
    await analysed(modelled, {"description": BOOKS, "agent": "model"})
    await modelled.visitor("other").post("/ai/analyses", {"description": BOOKS, "agent": "model"})
    await modelled.settle()

    assert model.calls == 2


async def test_a_call_that_the_budget_does_not_reach_for_is_not_made(modelled: Running, model: MemoryAgent) -> None:
    set_budget = await modelled.visitor("admin").ask("PUT", "/ai/budget", json={"tokens": 100})
    assert set_budget.json()["data"]["left"] == 100
    await analysed(modelled, {"description": BOOKS, "agent": "model"})

    for words in ("Customers book rooms.", "Customers rent cars."):
        refused = await analysed(modelled, {"description": words, "agent": "model"})
        assert refused["status"] == "failed"
        assert refused["failure"] == {
            "code": "BUDGET_USED_UP",
            "reason": refused["failure"]["reason"],  # type: ignore[index]
            "fix": "wait for the next month, or let an admin raise the budget",
        }

    assert model.calls == 1
    left = (await modelled.visitor().get("/ai/budget")).json()["data"]
    assert (left["used"], left["set_aside"], left["left"]) == (60, 0, 40)
    (month,) = (await modelled.visitor().get("/ai/usage")).json()["data"]
    assert month["limit_reached_at"]


async def test_a_failed_call_counts_with_all_that_was_set_aside(modelled: Running) -> None:
    failed = await analysed(modelled, {"description": BOOKS, "agent": "broken"})

    assert failed["status"] == "failed"
    assert failed["failure"] == {"code": "VALIDATION_ERROR", "reason": "it says nothing", "fix": "say more"}
    assert (await modelled.visitor().get("/ai/budget")).json()["data"]["used"] == 30


async def test_what_is_no_description_fails_with_the_planners_words(running: Running) -> None:
    failed = await analysed(running, {"description": "xyzzy qwert"})

    assert failed["status"] == "failed"
    assert "too few English words" in str(failed["failure"])
    listed = (await running.visitor().get("/ai/analyses")).json()["data"]
    assert [each["failure"] for each in listed] == [failed["failure"]]


async def test_a_repeated_request_is_one_analysis(running: Running) -> None:
    key = {"Idempotency-Key": "once"}
    first = await analysed(running, {"description": BOOKS}, headers=key)
    again = await analysed(running, {"description": BOOKS}, headers=key)

    assert first["id"] == again["id"]
    assert len((await running.visitor().get("/ai/analyses")).json()["data"]) == 1


async def test_a_blueprint_is_reviewed(running: Running) -> None:
    text = changed(("sort: sku", "sort: skuu"), ("after: 15 minutes", "after: 15 minuts"))
    found = await analysed(running, {"project_id": "p1", "blueprint": text})

    assert (found["status"], found["draft_id"], found["recommendations"]) == ("completed", "", 2)
    rows = (await running.visitor().get(f"/ai/recommendations?analysis_id={found['id']}&sort=created_at")).json()[
        "data"
    ]
    assert [each["code"] for each in rows] == ["unknown_column", "wrong_duration"]
    assert rows[0]["change"] == [{"kind": "set_value", "at": ["services", 0, "queries", 0, "sort"], "value": "sku"}]
    assert (rows[0]["reason"], rows[0]["fix"]) == ("there is no such column", "Write sku.")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"description": BOOKS, "blueprint": SHOP},
        {"description": ""},
        {"description": BOOKS, "agent": "nobody"},
        {"description": BOOKS, "more": 1},
        {"description": 5},
        {"description": "x" * 100_001},
    ],
)
async def test_a_wrong_request_is_refused(running: Running, body: dict[str, object]) -> None:
    assert (await running.visitor().post("/ai/analyses", body)).status_code == 422
