"""Templates over HTTP: uploaded, looked into, shown, warned of, deleted."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from platform_under_test import Running, platform_of
from template_zips import BROKEN, GREETING, zip_with_link, zipped

from skafu.contexts.template.adapters.memory import MemoryRepositories
from skafu.contexts.template.ports import Fetched
from skafu.kernel.event_types import EventTypes
from skafu.scaffold import FileTree
from skafu.server_bootstrap import template_part
from skafu.server_bootstrap.site import Site
from skafu.storage.dispatching import Aggregate
from skafu.web_api.parts import Part

ADDRESS = "https://github.com/owner/greeting.git"
COMMITS = {
    (ADDRESS, "v1"): Fetched(FileTree(GREETING), "a" * 40),
    (ADDRESS, ""): Fetched(FileTree({**GREETING, "new.txt": b"new"}), "b" * 40),
}


class WithRepositories:
    """Makes the template context with repositories in memory."""

    EVENT_TYPES: EventTypes = template_part.EVENT_TYPES
    AGGREGATES: tuple[Aggregate, ...] = template_part.AGGREGATES

    async def open_part(self, site: Site, /) -> Part:
        return template_part.template_part(site, MemoryRepositories(COMMITS))


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Running]:
    async with platform_of(tmp_path, makers=[WithRepositories()]) as running:
        yield running


async def upload(
    running: Running,
    content: bytes,
    place: str = "/templates?name=greeting",
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    return await running.visitor().ask("POST", place, content=content, headers=headers or {})


async def known(running: Running, files: dict[str, bytes] = GREETING, name: str = "greeting") -> dict[str, Any]:
    made = await upload(running, zipped(files), f"/templates?name={name}")
    assert made.status_code == 202, made.json()
    await running.settle()
    found: dict[str, Any] = (await running.visitor().get(f"/templates/{made.json()['data']['id']}")).json()["data"]
    return found


async def own(running: Running, query: str = "") -> list[dict[str, Any]]:
    rows = (await running.visitor().get(f"/templates{query}")).json()["data"]
    return [each for each in rows if not each["shipped"]]


async def test_a_zip_becomes_a_template_that_can_be_used(running: Running) -> None:
    found = await known(running)

    assert (found["status"], found["version"], found["usable_version"], found["format"]) == ("valid", 1, 1, "copier")
    version = (await running.visitor("viewer").get(f"/templates/{found['id']}/versions/0")).json()["data"]
    assert [(each["name"], each["default"], each["help"]) for each in version["questions"]] == [
        ("name", "world", "Whom to greet"),
        ("loud", "false", ""),
    ]
    assert (version["files"], version["findings"]) == (3, [])
    for query, names in (("", 1), ("?name=greeting", 1), ("?name=greet", 0), ("?name=greeting&status=invalid", 0)):
        assert [each["name"] for each in await own(running, query)] == ["greeting"] * names, query
    shipped = (await running.visitor().get("/templates?name=system")).json()["data"]
    assert [(each["name"], each["shipped"]) for each in shipped] == [("system", True)]


async def test_a_form_is_as_good_as_a_body(running: Running) -> None:
    form = await running.visitor().ask("POST", "/templates?name=form", files={"file": ("t.zip", zipped(GREETING))})
    empty = await running.visitor().ask("POST", "/templates?name=other", files={"wrong": ("t.zip", b"")})
    junk = await upload(
        running, b"junk", "/templates?name=junk", headers={"content-type": "multipart/form-data; boundary=x"}
    )

    assert form.status_code == 202
    assert empty.status_code == 422
    assert junk.status_code in {400, 422}


async def test_what_is_broken_is_shown_with_its_place_and_cannot_be_used(running: Running) -> None:
    found = await known(running, BROKEN)

    assert (found["status"], found["usable_version"]) == ("invalid", 0)
    version = (await running.visitor().get(f"/templates/{found['id']}/versions/1")).json()["data"]
    assert ("a.txt.jinja", "error") in {(each["file"], each["severity"]) for each in version["findings"]}
    preview = await running.visitor().post(f"/templates/{found['id']}/preview", {"version": 1})
    assert (preview.status_code, preview.json()["error"]["code"]) == (422, "TEMPLATE_NOT_USABLE")
    select = await running.visitor().post(f"/templates/{found['id']}/select", {"project_id": "p", "version": 1})
    assert select.status_code == 422


async def test_a_version_never_changes_and_the_next_one_has_its_number(running: Running) -> None:
    first = await known(running)
    place = f"/templates/{first['id']}/versions"

    same = await upload(running, zipped(GREETING, compressed=False), place)
    next_one = await upload(running, zipped({**GREETING, "new.txt": b"new"}), place)
    await running.settle()

    assert (same.status_code, same.json()["data"]["version"]) == (202, 1)
    assert next_one.json()["data"]["version"] == 2
    zips = [(await running.visitor().get(f"{place}/{number}/zip")).content for number in (1, 2, 0)]
    assert zips[0] != zips[1] == zips[2]
    assert (await running.visitor().get(f"{place}/3")).status_code == 404
    assert (await running.visitor().get(f"{place}/-1")).status_code == 404


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "VALIDATION_ERROR"),
        (b"PK junk", 422, "VALIDATION_ERROR"),
        (zipped({}), 422, "EMPTY_TEMPLATE"),
        (zipped({"../out.txt": b"x"}), 422, "VALIDATION_ERROR"),
        (zipped({"/abs.txt": b"x"}), 422, "VALIDATION_ERROR"),
        (zipped({"a.txt": b"x", "A.TXT": b"y"}), 422, "VALIDATION_ERROR"),
        (zip_with_link("leak.txt", "../../../../etc/passwd"), 422, "VALIDATION_ERROR"),
        (zipped({f"{at}": b"" for at in range(2001)}), 422, "REFUSED"),
        (zipped({"big": bytes(2_000_001)}), 422, "REFUSED"),
        (zipped({f"{at}": bytes(2_000_000) for at in range(26)}), 422, "REFUSED"),
        (zipped({f"{at}": bytes(1_900_000) for at in range(3)}), 422, "REFUSED"),
    ],
)
async def test_a_zip_that_no_template_is_in_is_refused(
    running: Running, content: bytes, status: int, code: str
) -> None:
    answer = await upload(running, content)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (await upload(running, zipped(GREETING))).status_code == 202


async def test_names_are_unique_in_an_organisation_and_free_again(running: Running) -> None:
    found = await known(running)

    taken = await upload(running, zipped(BROKEN), "/templates?name=GREETING")
    elsewhere = await running.visitor("other").ask("POST", "/templates?name=greeting", content=zipped(GREETING))
    shipped = await upload(running, zipped(BROKEN), "/templates?name=system")
    deleted = await running.visitor("admin").post(f"/templates/{found['id']}/delete", {"reason": "old"})
    again = await upload(running, zipped(BROKEN))

    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "TEMPLATE_NAME_TAKEN")
    assert elsewhere.status_code == 202
    assert (shipped.status_code, shipped.json()["error"]["code"]) == (422, "TEMPLATE_IS_SHIPPED")
    assert deleted.status_code == 200
    assert again.status_code == 202


@pytest.mark.parametrize("name", ["", "a b", "../x", "-x", "x" * 101, "é"])
async def test_a_name_is_one_that_people_can_type(running: Running, name: str) -> None:
    answer = await running.visitor().ask("POST", "/templates", params={"name": name}, content=zipped(GREETING))
    assert answer.status_code == 422


async def test_a_repeated_upload_is_one_template(running: Running) -> None:
    key = {"Idempotency-Key": "once"}
    first = await upload(running, zipped(GREETING), headers=key)
    again = await upload(running, zipped(GREETING), headers=key)

    assert first.json()["data"]["id"] == again.json()["data"]["id"]
    assert again.headers["idempotency-replayed"] == "true"


async def test_people_are_warned_of_what_is_deprecated(running: Running) -> None:
    old, new = await known(running), await known(running, {**GREETING, "x": b""}, "newer")
    place = f"/templates/{old['id']}/deprecate"

    nobody = await running.visitor().post(place, {"reason": "old", "successor": "nothing"})
    itself = await running.visitor().post(place, {"reason": "old", "successor": old["id"]})
    stale = await running.visitor().post(place, {"reason": "old"}, headers={"If-Match": '"1"'})
    done = await running.visitor().post(place, {"reason": "old", "successor": new["id"]})
    await running.settle()

    assert [each.status_code for each in (nobody, itself, stale, done)] == [409, 409, 412, 200]
    assert (await own(running))[0]["deprecated"] == {"reason": "old", "successor": new["id"]}
    chosen = await running.visitor().post(f"/templates/{old['id']}/select", {"project_id": "p"})
    assert chosen.status_code == 202


async def test_what_is_deleted_is_offered_no_more_and_kept_for_its_projects(running: Running) -> None:
    found = await known(running)
    place = f"/templates/{found['id']}"
    await running.visitor().post(f"{place}/select", {"project_id": "p"})
    await running.settle()

    await running.visitor("admin").post(f"{place}/delete", {"reason": "old"})
    await running.settle()

    assert await own(running) == []
    assert (await running.visitor().get(place)).json()["data"]["deleted"] is True
    assert (await running.visitor().get(f"{place}/versions/1/zip")).status_code == 200
    for path, body in (("select", {"project_id": "q"}), ("preview", {})):
        refused = await running.visitor().post(f"{place}/{path}", body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "TEMPLATE_IS_DELETED")
    rows = (await running.visitor().get(f"/templates/selections?template_id={found['id']}")).json()["data"]
    assert [(each["project_id"], each["version"]) for each in rows] == [("p", 1)]


async def test_a_repository_becomes_a_template(running: Running) -> None:
    body = {"name": "fetched", "address": ADDRESS, "at": "v1"}
    made = await running.visitor().post("/templates/from-repository", body)
    assert (made.status_code, made.json()["data"]["status"]) == (202, "fetching")
    place = made.headers["location"].removeprefix("/api/v1")
    await running.settle()
    next_one = await running.visitor().post(f"{place}/versions/from-repository", {"address": ADDRESS})
    await running.settle()

    found = (await running.visitor().get(place)).json()["data"]
    assert next_one.status_code == 202
    assert (found["status"], found["version"]) == ("valid", 2)
    assert [(each["commit"], each["address"]) for each in found["versions"]] == [
        ("a" * 40, ADDRESS),
        ("b" * 40, ADDRESS),
    ]
    assert [(each["status"], each["version"]) for each in found["fetches"]] == [("done", 1), ("done", 2)]


async def test_a_repository_that_cannot_be_had_ends_in_words(running: Running) -> None:
    body = {"name": "fetched", "address": ADDRESS, "at": "v9"}
    made = await running.visitor().post("/templates/from-repository", body)
    await running.settle()
    found = (await running.visitor().get(f"/templates/{made.json()['data']['id']}")).json()["data"]
    wrong = await running.visitor().post("/templates/from-repository", {"name": "w", "address": "file:///etc"})

    assert (found["status"], found["version"]) == ("failed", 0)
    assert [(each["status"], each["code"]) for each in found["fetches"]] == [("failed", "NOT_FOUND")]
    assert "v9" in found["fetches"][0]["reason"]
    assert wrong.status_code == 422
    assert [each["status"] for each in await own(running)] == ["failed"]
