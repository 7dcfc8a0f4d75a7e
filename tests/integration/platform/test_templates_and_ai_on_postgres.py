"""Templates and analyses on PostgreSQL: the same as on SQLite, seen once from the upload to the draft."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from platform_under_test import Running, platform_of
from postgres_databases import fresh_database
from pydantic import SecretStr
from shop_blueprint import changed
from template_zips import GREETING, zipped

from skafu.server_bootstrap import ai_part, template_part


@pytest.fixture
def database(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server) as address:
        yield address


@pytest.fixture
async def running(tmp_path: Path, database: str) -> AsyncIterator[Running]:
    makers = [template_part, ai_part]
    async with platform_of(tmp_path, makers=makers, database_url=SecretStr(database)) as running:
        yield running


async def test_a_template_is_uploaded_listed_and_selected(running: Running) -> None:
    made = await running.visitor().ask("POST", "/templates?name=greeting", content=zipped(GREETING))
    await running.settle()
    identifier = made.json()["data"]["id"]
    await running.visitor().post(f"/templates/{identifier}/select", {"project_id": "p"})
    await running.settle()

    rows = (await running.visitor().get("/templates?status=valid&sort=-changed_at")).json()["data"]
    assert [each["name"] for each in rows if not each["shipped"]] == ["greeting"]
    selected = (await running.visitor().get("/templates/selections")).json()["data"]
    assert [(each["project_id"], each["template_id"]) for each in selected] == [("p", identifier)]


async def test_a_blueprint_is_reviewed_and_its_recommendation_applied(running: Running) -> None:
    text = changed(("sort: sku", "sort: skuu"))
    await running.visitor().post("/ai/analyses", {"project_id": "p", "blueprint": text})
    await running.settle()
    (row,) = (await running.visitor().get("/ai/recommendations?project_id=p&status=open")).json()["data"]

    applied = await running.visitor().post(f"/ai/recommendations/{row['id']}/apply", {})
    await running.settle()

    assert applied.json()["data"]["blueprint"] == changed()
    assert (await running.visitor().get("/ai/recommendations?status=open")).json()["data"] == []
    assert (await running.visitor().get("/ai/drafts?project_id=p")).json()["data"][0]["status"] == "open"
