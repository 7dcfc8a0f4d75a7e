"""Projects over HTTP: names, lists, changes, history, time travel, and a new life after the end."""

import pytest
from platform_under_test import Running
from project_calls import begun, generated, proven, shown


async def test_a_project_begins_and_is_listed(running: Running) -> None:
    made = await running.visitor().post("/projects", {"name": "book-shop", "description": "People buy books."})
    assert made.status_code == 201
    project = made.json()["data"]
    assert (project["title"], project["status"], project["standing"]) == ("book-shop", "active", "nothing")
    assert made.headers["etag"] == '"1"'
    assert made.headers["location"] == f"/api/v1/projects/{project['id']}"
    await running.settle()
    (row,) = (await running.visitor("viewer").get("/projects")).json()["data"]
    assert (row["id"], row["summary"], row["created_by"]) == (project["id"], "People buy books.", "developer-of-0ace")


async def test_a_name_is_taken_until_the_project_is_deleted(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    taken = await running.visitor().post("/projects", {"name": "shop"})
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "PROJECT_NAME_TAKEN")
    assert (await running.visitor("admin").ask("DELETE", place)).status_code == 204
    assert (await running.visitor().get(place)).status_code == 404
    await running.settle()
    assert (await running.visitor().get("/projects")).json()["data"] == []
    assert await begun(running.visitor()) == place
    project = await shown(running.visitor(), place)
    assert (project["revision"], project["version"]) == (0, 4)
    before = await shown(running.visitor(), f"{place}?at_version=2")
    assert before["revision"] == 1


async def test_a_repeated_request_begins_one_project(running: Running) -> None:
    key = {"Idempotency-Key": "once"}
    first = await running.visitor().post("/projects", {"name": "shop"}, headers=key)
    again = await running.visitor().post("/projects", {"name": "shop"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Shop"},
        {"name": "shop--x"},
        {"name": "a" * 41},
        {"name": ""},
        {"name": 7},
        {},
        {"name": "shop", "title": "x" * 201},
        {"name": "shop", "description": "x" * 100_001},
        {"name": "shop", "blueprint": ""},
        {"name": "shop", "provision": True},
        {"name": "shop", "blueprint": "WRONG", "provision": True},
        {"name": "shop", "more": 1},
        [],
        "shop",
    ],
)
async def test_what_is_wrong_is_refused_in_the_error_format(running: Running, body: object) -> None:
    answer = await running.visitor().post("/projects", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert (await running.visitor().get("/projects")).json()["data"] == []


async def test_title_and_description_change_and_stale_changes_are_refused(running: Running) -> None:
    place = await begun(running.visitor(), description="old")
    changed = await running.visitor().ask("PATCH", place, json={"title": "New"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (changed.json()["data"]["title"], changed.json()["data"]["description"]) == ("New", "old")
    stale = await running.visitor().ask("PATCH", place, json={"title": "Newer"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    same = await running.visitor().get(place, headers={"If-None-Match": '"2"'})
    assert same.status_code == 304


async def test_an_archived_project_is_read_only(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    assert (await running.visitor().post(f"{place}/archive")).json()["data"]["status"] == "archived"
    refused = await running.visitor().post(f"{place}/generate", {})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "PROJECT_IS_ARCHIVED")
    await running.settle()
    archived = (await running.visitor().get("/projects?status=archived")).json()["data"]
    assert [each["name"] for each in archived] == ["shop"]
    assert (await running.visitor().get("/projects?status=active")).json()["data"] == []
    assert (await running.visitor().post(f"{place}/restore")).json()["data"]["status"] == "active"


async def test_the_list_is_paged_sorted_filtered_and_sparse(running: Running) -> None:
    for name in ("beta", "alpha", "gamma"):
        await begun(running.visitor(), name)
    await running.settle()
    first = (await running.visitor().get("/projects?sort=name&limit=2&fields=name")).json()
    assert first["data"] == [{"name": "alpha"}, {"name": "beta"}]
    following = first["meta"]["page"]["next"]
    rest = (await running.visitor().get("/projects", params={"sort": "name", "limit": 2, "cursor": following})).json()
    assert [each["name"] for each in rest["data"]] == ["gamma"]
    assert rest["meta"]["page"]["next"] is None
    newest = (await running.visitor().get("/projects?sort=-name&standing=nothing&status=active")).json()["data"]
    assert [each["name"] for each in newest] == ["gamma", "beta", "alpha"]
    for wrong in ("?sort=size", "?limit=0", "?limit=201", "?cursor=junk", "?status=gone", "?fields=nothing", "?x=1"):
        assert (await running.visitor().get(f"/projects{wrong}")).status_code == 422, wrong


async def test_history_says_who_when_and_what_led_to_it(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    await proven(running, place)
    history = (await running.visitor("viewer").get(f"{place}/history")).json()["data"]
    assert [each["type"] for each in history if each["type"] != "ProofStarted"] == [
        "ProjectCreated",
        "BlueprintRevised",
        "GenerationRequested",
        "ProjectGenerated",
        "ProofRequested",
        "ProjectProven",
    ]
    made = next(each for each in history if each["type"] == "ProjectGenerated")
    assert [each["type"] for each in made["causes"]] == ["RunFinished", "GenerationRequested"]
    assert (made["actor_kind"], made["actor"]) == ("system", "project.tell")
    assert made["causes"][-1]["by"] == "person developer-of-0ace"
    asked = next(each for each in history if each["type"] == "GenerationRequested")
    assert made["correlation_id"] == asked["correlation_id"]
    page = (await running.visitor().get(f"{place}/history?limit=2")).json()
    assert page["meta"]["page"]["next"] == "2"
    rest = (await running.visitor().get(f"{place}/history?limit=200&cursor=2")).json()["data"]
    assert [each["version"] for each in rest] == list(range(3, len(history) + 1))
    assert (await running.visitor().get(f"{place}/history?cursor=-1")).status_code == 422


async def test_a_project_is_shown_as_it_stood(running: Running) -> None:
    place = await begun(running.visitor(), blueprint="one")
    await running.visitor().ask("PATCH", place, json={"title": "Later"})
    assert (await shown(running.visitor(), f"{place}?at_version=1"))["title"] == "shop"
    history = (await running.visitor().get(f"{place}/history")).json()["data"]
    moment = history[1]["at"]
    then = (await running.visitor().get(place, params={"at": moment})).json()["data"]
    assert (then["title"], then["revision"]) == ("shop", 1)
    for wrong in ("?at_version=0", "?at=yesterday", "?at=2026-01-01T00:00:00", "?at_version=1&at=2026-01-01T00:00:00Z"):
        assert (await running.visitor().get(f"{place}{wrong}")).status_code == 422, wrong
    assert (await running.visitor().get(f"{place}?at=2001-01-01T00:00:00Z")).status_code == 404
    newest = len(history)
    assert (await shown(running.visitor(), f"{place}?at_version={newest}"))["version"] == newest
    not_yet = await running.visitor().get(f"{place}?at_version={newest + 1}")
    assert (not_yet.status_code, not_yet.json()["error"]["code"]) == (404, "PROJECT_VERSION_NOT_FOUND")


async def test_projects_are_found_by_name_state_and_age(running: Running) -> None:
    visitor = running.visitor()
    await begun(visitor)
    later = (await visitor.post("/projects", {"name": "later"})).json()["data"]["created_at"]
    await running.settle()

    async def found(query: dict[str, str]) -> list[str]:
        answer = await visitor.get("/projects", params=query)
        assert answer.status_code == 200, answer.text
        return [each["name"] for each in answer.json()["data"]]

    since, until = {"created_after": later}, {"created_before": later}
    assert await found({"name": "shop"}) == ["shop"]
    assert await found({"name": "sho"}) == []
    assert await found({"name": "shop", "status": "archived"}) == []
    assert await found({"name": "shop", "standing": "nothing", "status": "active"}) == ["shop"]
    assert await found(since) == ["later"]
    assert await found(until) == ["shop"]
    assert await found({**since, "name": "shop"}) == []
    assert await found({**until, "name": "shop"}) == ["shop"]
    assert await found({**until, "status": "active"}) == ["shop"]
    wrong = await visitor.get("/projects", params={**since, "sort": "name"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
