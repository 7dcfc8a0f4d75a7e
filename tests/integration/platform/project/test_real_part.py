"""Projects with the parts that really plan, check, generate and prove; on SQLite and, in short, on PostgreSQL."""

import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from platform_under_test import Running, platform_of
from postgres_databases import emptied
from project_calls import begun, generated, proven, shown
from quick_project_part import QuickProjects

from skafu.bootstrap import project_of, read_blueprint
from skafu.server_bootstrap import project_part

TODO = Path(__file__).parents[4] / "examples" / "todo" / "skafu.yaml"
SHOP = "Customers place orders. The warehouse ships orders."


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[project_part]) as running:
        yield running


async def test_a_description_is_planned_and_checked_without_keeping_anything(real: Running) -> None:
    planned = (await real.visitor().post("/plan", {"description": SHOP})).json()["data"]
    assert any("place orders" in each["words"] for each in planned["elements"])
    checked = (await real.visitor().post("/check", {"blueprint": planned["blueprint"]})).json()["data"]
    assert (checked["errors"], checked["system"]) == (0, planned["name"])
    wrong = (await real.visitor().post("/check", {"blueprint": "skafu: 1\nname: Shop\n"})).json()["data"]
    assert wrong["errors"] >= 1
    assert 2 in [each["line"] for each in wrong["findings"]]
    nothing = await real.visitor().post("/plan", {"description": "Bonjour tout le monde"})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (422, "VALIDATION_ERROR")


async def test_a_blueprint_is_generated_as_a_list_a_file_or_a_zip(real: Running) -> None:
    text = TODO.read_text()
    tree = project_of(read_blueprint(TODO), text)
    body = {"blueprint": text}
    listed = (await real.visitor().post("/generate", body)).json()["data"]
    assert [each["path"] for each in listed["files"]] == list(tree)
    file = await real.visitor().post("/generate?path=Makefile", body)
    assert file.content == tree["Makefile"].content
    for asked in ("/generate?format=zip", "/generate"):
        zipped = await real.visitor().post(asked, body, headers={"Accept": "application/zip"})
        assert set(zipfile.ZipFile(io.BytesIO(zipped.content)).namelist()) == set(tree)
    wrong = await real.visitor().post("/generate", {"blueprint": "skafu: 1\nname: Shop\n"})
    assert wrong.status_code == 422
    assert wrong.json()["error"]["details"]["findings"]
    assert (await real.visitor().post("/generate?path=nowhere", body)).status_code == 404


async def test_a_project_is_generated_with_the_shipped_template(real: Running) -> None:
    text = TODO.read_text()
    place = await begun(real.visitor(), "todo", blueprint=text)
    run = await generated(real, place)
    assert run["verdict"] == "generated"
    names = [each["path"] for each in (await shown(real.visitor(), f"{place}/tree"))["files"]]
    assert names == list(project_of(read_blueprint(TODO), text))
    changed = text.replace("\nsummary: ", "\nsummary: New. ", 1)
    await real.visitor().post(f"{place}/revisions", {"blueprint": changed})
    found = await shown(real.visitor(), f"{place}/diff?older=1")
    assert [each["path"] for each in found["elements"]] == ["summary"]


async def test_a_project_lives_in_postgresql_as_well(tmp_path: Path, postgres_database: str) -> None:
    emptied(postgres_database)
    async with platform_of(tmp_path, makers=[QuickProjects()], database_url=postgres_database) as running:
        place = await begun(running.visitor(), blueprint="one")
        await generated(running, place)
        run = await proven(running, place)
        assert run["verdict"] == "proven"
        (row,) = (await running.visitor().get("/projects?standing=proven&sort=name")).json()["data"]
        assert row["name"] == "shop"
        history = (await running.visitor().get(f"{place}/history")).json()["data"]
        assert history[-1]["causes"][-1]["type"] == "ProofRequested"
        assert (await running.visitor("other").get(place)).status_code == 404
