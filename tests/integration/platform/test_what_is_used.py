"""What organisations use is counted from the events of all contexts: it binds, is measured, and has its price."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from platform_under_test import ACME, Running, platform_of, principal

from skafu.contexts.ai.domain.events import TokensReserved, TokensUsed
from skafu.contexts.project.domain.events import ProjectCreated, ProofRequested
from skafu.contexts.project.domain.run_events import RunFinished
from skafu.contexts.template.domain.events import TemplateRendered
from skafu.kernel.events import Event
from skafu.kernel.identity import Actor, Origin
from skafu.storage import ANY
from skafu.web_api.quotas import Measure, QuotaExceeded

ALL_STORAGE = 1024**3
BLUEPRINT = (Path(__file__).parents[3] / "examples" / "todo" / "skafu.yaml").read_text()
RUN = RunFinished("r", "p", "prove", 1, "proven", "tree", 3, "record", "report", (), 30, 8, seconds=90.0, size=1_000)
RENDERED = TemplateRendered("r", "t", 1, "answers", "tree", 3, ALL_STORAGE)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path) as running:
        yield running


async def _happened(running: Running, stream: str, *events: Event) -> None:
    ledger = running.platform.ledger
    request = ledger.new_id()
    origin = Origin(Actor("system", "test"), request, request)
    await ledger.events.append(ACME, stream, events, expected=ANY, origin=origin)
    await running.platform.worker.catch_up()


async def _is_used_up(running: Running, measure: Measure) -> bool:
    try:
        await running.platform.site.quotas.check(principal(), measure)
    except QuotaExceeded:
        return True
    return False


async def test_tokens_of_language_models_are_used_up(running: Running) -> None:
    assert not await _is_used_up(running, "ai_tokens")
    reserved, used = TokensReserved("2026-11", "c", "rules", 200_000), TokensUsed("2026-11", "c", "rules", 200_000)
    await _happened(running, "usage-x", reserved, used)
    assert await _is_used_up(running, "ai_tokens")


async def test_proofs_are_used_up_and_none_is_begun(running: Running) -> None:
    asked = ProofRequested("p", "r", 1, "tree")
    await _happened(running, "project-x", *[asked] * 20)
    assert await _is_used_up(running, "proofs")
    refused = await running.visitor().post("/projects", {"name": "todo", "blueprint": BLUEPRINT, "provision": True})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "QUOTA_EXCEEDED")
    assert int(refused.headers["retry-after"]) > 0


async def test_projects_are_used_up_and_none_is_begun(running: Running) -> None:
    now = running.platform.ledger.clock()
    for number in range(5):
        created = ProjectCreated(f"p{number}", f"n{number}", "", "", 1, "nothing", now)
        await _happened(running, f"project-{number}", created)
    refused = await running.visitor().post("/projects", {"name": "todo"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "QUOTA_EXCEEDED")


async def test_storage_is_used_up_and_nothing_more_is_kept(running: Running) -> None:
    made = (await running.visitor().post("/projects", {"name": "todo", "blueprint": BLUEPRINT})).json()["data"]
    await _happened(running, "rendering-x", RENDERED)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("copier.yml", "name: {type: str}\n")
    shipped = (await running.visitor().get("/templates")).json()["data"][0]["id"]
    asked = (
        running.visitor().ask("POST", "/templates?name=mine", content=held.getvalue()),
        running.visitor().post("/templates/from-repository", {"name": "x", "address": "https://github.com/a/b"}),
        running.visitor().post(f"/templates/{shipped}/preview", {"answers": {}}),
        running.visitor().post(f"/projects/{made['id']}/generate", {}),
        running.visitor().post(f"/projects/{made['id']}/prove"),
    )
    for each in asked:
        refused = await each
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "QUOTA_EXCEEDED"), refused.url


async def test_files_of_runs_count_as_storage(running: Running) -> None:
    await _happened(running, "run-x", *[RUN] * 3)
    await _happened(running, "rendering-x", RENDERED)
    rations = await running.platform.site.quotas.rations(ACME, "free")  # type: ignore[attr-defined]  # identity's own
    assert {each.measure: each.used for each in rations}["storage"] == 3 * RUN.size + ALL_STORAGE


async def test_proofs_and_tokens_are_measured_and_have_their_price(running: Running) -> None:
    reserved, used = TokensReserved("2026-11", "c", "rules", 7), TokensUsed("2026-11", "c", "rules", 7)
    await _happened(running, "run-x", RUN, RUN)
    await _happened(running, "usage-x", reserved, used)
    totals = {}
    for metric in ("proof.seconds", "ai.tokens", "ai.tokens.rules"):
        series = (await running.visitor().get(f"/observability/metrics?metric={metric}")).json()["data"]
        totals[metric] = sum(each["value"] for each in series["points"])
    assert totals == {"proof.seconds": 180.0, "ai.tokens": 7.0, "ai.tokens.rules": 7.0}
    costs = (await running.visitor("admin").get("/observability/finance/cost")).json()["data"]["lines"]
    quantities = {each["service"]: each["quantity"] for each in costs}
    assert quantities["CodeBuild general1.small arm64"] == 3.0
    assert quantities["language model rules"] == 7.0
