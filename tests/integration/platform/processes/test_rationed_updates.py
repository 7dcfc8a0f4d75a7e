"""Updates of a project at the daily limit of its organisation, with the quotas and tiers of the real platform."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest
from identity_under_test import Somebody, Town, town_of
from quick_project_part import QuickProjects

from skafu.contexts.identity.domain.tiers import LIMITS
from skafu.server_bootstrap import ai_part, github_part, identity_part, processes_part, template_part
from skafu.server_bootstrap.project_part import USES
from skafu.server_bootstrap.site import PartMaker, Site
from skafu.web_api.parts import Part


class CountedProjects(QuickProjects):
    """Quick projects, whose proofs are counted as those of the real part are."""

    async def open_part(self, site: Site, /) -> Part:
        site.uses |= USES
        return await super().open_part(site)


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setitem(cast("dict[str, int]", LIMITS["free"]), "proofs", 1)
    makers: list[PartMaker] = [identity_part, template_part, ai_part, github_part, CountedProjects(), processes_part]
    async with town_of(tmp_path, makers=makers) as town:
        yield town


async def _waited(town: Town) -> None:
    """Whoever waits looks once more."""
    for each in await town.platform.queue.open():
        claimed = await town.platform.queue.look(each.id)
        if each.kind == "processes.held" and claimed is not None:
            await town.platform.queue.put_off(claimed, 0)
    await town.settle()


async def _tier(owner: Somebody, tier: str) -> None:
    answer = await owner.ask("PUT", f"/organisations/{owner.organisation_id}/tier", json={"tier": tier})
    assert answer.status_code == 204, answer.text


async def _update(ann: Somebody, place: str) -> dict[str, object]:
    answer = await ann.get(f"{place}/processes/update")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


async def test_an_update_at_the_daily_limit_waits_for_a_higher_tier(town: Town) -> None:
    ann = await town.owner()
    await _tier(ann, "free")
    begun = {"name": "shop", "blueprint": "one", "provision": True}
    place = f"/projects/{(await ann.post('/projects', begun)).json()['data']['id']}"
    await town.settle()
    assert (await ann.get(f"{place}/processes/provisioning")).json()["data"]["state"] == "finished"
    saved = await ann.post(f"{place}/revisions", {"blueprint": "two", "message": "more"})
    assert saved.status_code in {200, 201}, saved.text
    await town.settle()
    update = await _update(ann, place)
    assert (update["state"], update["step"], update["pull_request"]) == ("running", "proof", "")
    assert str(update["reason"]).startswith("the tier 'free' allows 1 proofs a day; 1 are used")
    assert "by itself" in str(update["next_action"])
    assert "T00:00:0" in str(update["again_at"])
    rows = (await ann.get("/processes?kind=update")).json()["data"]
    assert [(row["state"], row["reason"]) for row in rows] == [("running", update["reason"])]
    await _waited(town)
    assert (await _update(ann, place))["step"] == "proof"
    await _tier(ann, "team")
    await _waited(town)
    update = await _update(ann, place)
    assert (update["state"], update["reason"], update["again_at"]) == ("finished", "", None)
    assert update["pull_request"]
