"""Who may do what with projects: nobody without a token, nothing of others, and each role its share."""

from typing import NamedTuple
from uuid import UUID

import pytest
from platform_under_test import Running
from project_calls import begun, generated, proven
from quick_project_part import QuickProjects

NOWHERE = str(UUID(int=1))


class Route(NamedTuple):
    """A route, with a body that is right."""

    method: str
    path: str
    body: object = None
    role: str = "viewer"


OF_PROJECTS = (
    Route("GET", ""),
    Route("PATCH", "", {"title": "x"}, "developer"),
    Route("PUT", "/template", {"template": "system"}, "developer"),
    Route("POST", "/archive", None, "developer"),
    Route("POST", "/restore", None, "developer"),
    Route("GET", "/history"),
    Route("POST", "/revisions", {"blueprint": "two"}, "developer"),
    Route("GET", "/revisions"),
    Route("GET", "/revisions/1"),
    Route("GET", "/blueprint"),
    Route("POST", "/revisions/1/restore", {}, "developer"),
    Route("GET", "/diff?older=1"),
    Route("GET", "/tree"),
    Route("GET", "/file?path=skafu.yaml"),
    Route("GET", "/archive"),
    Route("GET", "/tree/diff?older=1"),
    Route("GET", "/proof"),
    Route("GET", "/proof/record"),
    Route("GET", "/proof/report"),
    Route("POST", "/proof/override", {"person": "Ann", "reason": "why"}, "admin"),
    Route("POST", "/generate", {}, "developer"),
    Route("POST", "/prove", None, "developer"),
    Route("DELETE", "", None, "admin"),
)
OF_RUNS = (Route("GET", ""), Route("GET", "/log"), Route("POST", "/cancel", {}, "developer"))
WITHOUT = (
    Route("GET", "/projects"),
    Route("POST", "/projects", {"name": "shop"}, "developer"),
    Route("GET", "/runs"),
    Route("POST", "/plan", {"description": "a shop"}),
    Route("POST", "/check", {"blueprint": "one"}),
    Route("POST", "/generate", {"blueprint": "one"}),
)
ALL = (
    *WITHOUT,
    *(each._replace(path=f"/projects/{NOWHERE}{each.path}") for each in OF_PROJECTS),
    *(each._replace(path=f"/runs/{NOWHERE}{each.path}") for each in OF_RUNS),
)


@pytest.mark.parametrize("route", ALL, ids=lambda each: f"{each.method} {each.path}")
async def test_nobody_gets_in_without_a_token(running: Running, route: Route) -> None:
    answer = await running.anonymous.ask(route.method, route.path, json=route.body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_SIGNED_IN")


async def test_another_organisation_sees_nothing(running: Running, quick: QuickProjects) -> None:
    quick.prover.failed = [("static.ruff",)]
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    run = await proven(running, place)
    other = running.visitor("other")
    for route in OF_PROJECTS:
        answer = await other.ask(route.method, f"{place}{route.path}", json=route.body)
        assert answer.status_code == 404, route
    for route in OF_RUNS:
        answer = await other.ask(route.method, f"/runs/{run['id']}{route.path}", json=route.body)
        assert answer.status_code == 404, route
    stale = await other.ask("PATCH", place, json={"title": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 404
    for listed in ("/projects", "/runs"):
        assert (await other.get(listed)).json()["data"] == []


async def test_two_organisations_may_use_the_same_name(running: Running) -> None:
    first = await begun(running.visitor())
    assert await begun(running.visitor("other")) != first


async def test_each_role_has_its_share(running: Running, quick: QuickProjects) -> None:
    quick.prover.failed = [("static.ruff",)]
    place = await begun(running.visitor(), blueprint="one")
    await generated(running, place)
    await proven(running, place)
    below = {"viewer": "", "developer": "viewer", "admin": "developer"}
    for route in OF_PROJECTS:
        if below[route.role]:
            lower = running.visitor(below[route.role])
            assert (await lower.ask(route.method, f"{place}{route.path}", json=route.body)).status_code == 403, route
        may = await running.visitor(route.role).ask(route.method, f"{place}{route.path}", json=route.body)
        assert may.status_code in {200, 201, 202, 204}, (route, may.text)
        await running.settle()
