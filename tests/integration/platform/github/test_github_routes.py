"""Who may do what, and what another organisation sees of it: nothing."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from github_platform import ACME, INSTALLATION, SYSTEM, GitHubPlatform
from platform_under_test import OTHER, platform_of

from skafu.contexts.github.domain import commands as c
from skafu.kernel.errors import Invalid
from skafu.kernel.identity import Actor, Origin
from skafu.scaffold import File
from skafu.server_bootstrap import github_part

ID = str(uuid4())
TREE = "0" * 64
ROUTES: list[tuple[str, str, Any, str]] = [
    ("POST", "/repositories", {"project_id": "p", "name": "shop"}, "developer"),
    ("GET", "/repositories", None, "viewer"),
    ("GET", f"/repositories/{ID}", None, "viewer"),
    ("POST", f"/repositories/{ID}/pushes", {"tree_id": TREE, "message": "m"}, "developer"),
    ("PUT", f"/repositories/{ID}/configuration", {}, "admin"),
    ("PUT", f"/repositories/{ID}/secrets/KEY", {"value": "s"}, "admin"),
    ("DELETE", f"/repositories/{ID}", None, "admin"),
    ("POST", f"/repositories/{ID}/pull-requests", {"tree_id": TREE, "title": "t"}, "developer"),
    ("POST", f"/repositories/{ID}/workflow-runs", {"workflow": "deliver.yaml"}, "developer"),
    ("POST", f"/repositories/{ID}/deployments", {"number": 1}, "developer"),
    ("GET", "/pull-requests", None, "viewer"),
    ("GET", f"/pull-requests/{ID}", None, "viewer"),
    ("GET", "/deployments", None, "viewer"),
    ("GET", f"/deployments/{ID}", None, "viewer"),
    ("GET", "/github/installations", None, "viewer"),
    ("POST", "/github/installations/link", None, "admin"),
    ("POST", "/github/installations", {"installation_id": 1, "code": "c", "state": "s"}, "admin"),
    ("DELETE", f"/github/installations/{INSTALLATION}", None, "admin"),
]


async def test_anonymous_people_get_401_everywhere(platform: GitHubPlatform) -> None:
    for method, path, body, _ in ROUTES:
        answer = await platform.running.anonymous.ask(method, path, json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_SIGNED_IN"), path


async def test_a_lower_role_gets_403(platform: GitHubPlatform) -> None:
    for method, path, body, role in ROUTES:
        for lower in {"viewer": [], "developer": ["viewer"], "admin": ["viewer", "developer"]}[role]:
            answer = await platform.running.visitor(lower).ask(method, path, json=body)
            assert answer.status_code == 403, (lower, path)


async def test_what_is_not_there_is_404(platform: GitHubPlatform) -> None:
    for method, path, body, role in ROUTES:
        if ID in path or str(INSTALLATION) in path:
            answer = await platform.running.visitor(role).ask(method, path, json=body)
            assert answer.status_code == 404, path


async def test_another_organisation_sees_nothing(platform: GitHubPlatform) -> None:
    await platform.connect()
    repository = await platform.repository("github")
    run = await platform.developer.post(f"/repositories/{repository}/workflow-runs", {"workflow": "deliver.yaml"})
    tree = await platform.tree({"README.md": File(b"# New\n")})
    proposed = await platform.developer.post(
        f"/repositories/{repository}/pull-requests", {"tree_id": tree, "title": "Next"}
    )
    await platform.running.settle()
    other = platform.running.visitor("other")
    replaced = {"repositories": repository, "deployments": run.json()["data"]["id"]}
    replaced["pull-requests"] = proposed.json()["data"]["id"]
    for method, path, body, _ in ROUTES:
        place = path.replace(ID, replaced.get(path.split("/")[1], ""))
        answer = await other.ask(method, place, json=body)
        if ID in path or str(INSTALLATION) in path:
            assert answer.status_code == 404, place
        elif method == "GET":
            assert answer.json()["data"] == [], place
    for _, path, _, _ in ROUTES:
        if path.split("/")[1] in replaced and ID in path and path.count("/") == 2:
            place = path.replace(ID, replaced[path.split("/")[1]])
            assert (await platform.developer.get(place)).status_code == 200, place


async def test_an_installation_serves_its_own_organisation_alone(platform: GitHubPlatform) -> None:
    await platform.connect()
    other = platform.running.visitor("other")
    wanted = {"project_id": "p", "name": "shop", "provider": "github", "owner": "acme"}
    refused = await other.post("/repositories", wanted)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "OWNER_NOT_CONNECTED")
    taken = await platform.connect("other", "code-2")
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "INSTALLATION_TAKEN")
    assert platform.fake.asked("POST", "/orgs") == 0


async def test_an_installation_that_has_changed_hands_is_let_go_at_once(platform: GitHubPlatform) -> None:
    await platform.connect()
    wanted = {"project_id": "p", "name": "shop", "provider": "github", "owner": "ACME"}
    assert (await platform.developer.post("/repositories", wanted)).status_code == 202
    send = platform.running.platform.ledger.commands.send
    origin = Origin(Actor("system", "test"), uuid4(), uuid4())
    await send(SYSTEM, c.DisconnectInstallation(INSTALLATION, ACME, "moved"), origin=origin)
    await send(SYSTEM, c.ConnectInstallation(INSTALLATION, OTHER, "Acme", "Organization", {}), origin=origin)
    refused = await platform.developer.post("/repositories", wanted | {"name": "books"})
    assert refused.json()["error"]["code"] == "OWNER_NOT_CONNECTED", "the read model is behind"


async def test_only_who_github_shows_an_installation_connects_it(platform: GitHubPlatform) -> None:
    admin = platform.admin
    address = (await admin.post("/github/installations/link")).json()["data"]["address"]
    state = address.partition("state=")[2]
    platform.fake.people["code-9"] = []

    async def tried(token: str, **changed: object) -> str:
        body = {"installation_id": INSTALLATION, "code": "code-9", "state": state} | changed
        answer = await platform.running.visitor(token).post("/github/installations", body)
        return f"{answer.status_code} {answer.json()['error']['code']}"

    assert await tried("admin") == "403 INSTALLATION_NOT_SEEN"
    assert await tried("other") == "422 STATE_REFUSED"
    assert await tried("admin", state="junk") == "422 STATE_REFUSED"
    assert await tried("admin", state=state[:-2] + "AA") == "422 STATE_REFUSED"
    assert await tried("admin", code="spent") == "422 CODE_REFUSED"


async def test_what_is_connected_is_listed_and_let_go(platform: GitHubPlatform) -> None:
    made = await platform.connect()
    assert made.status_code == 201
    (row,) = (await platform.developer.get("/github/installations")).json()["data"]
    assert row == made.json()["data"]
    assert (row["account"], row["state"]) == ("Acme", "connected")
    assert "secrets: write" in row["missing_permissions"]
    gone = await platform.admin.ask("DELETE", f"/github/installations/{INSTALLATION}")
    await platform.running.settle()
    assert gone.status_code == 204
    assert (await platform.developer.get("/github/installations")).json()["data"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/repositories", {"project_id": "p", "name": "a b"}),
        ("/repositories", {"project_id": "p", "name": "shop", "tree_id": "../../x"}),
        ("/repositories", {"project_id": "p", "name": "shop", "owner": "acme"}),
        ("/repositories", {"project_id": "p", "name": "shop", "unknown": 1}),
        ("/repositories", {"project_id": "p", "name": "shop.git"}),
        ("/repositories/junk/pushes", {"tree_id": TREE, "message": "m"}),
    ],
)
async def test_bad_input_is_told(platform: GitHubPlatform, path: str, body: dict[str, object]) -> None:
    answer = await platform.developer.post(path, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")


async def test_a_tree_of_another_organisation_is_not_pushed(platform: GitHubPlatform) -> None:
    tree = await platform.tree(tenant=OTHER)
    answer = await platform.developer.post("/repositories", {"project_id": "p", "name": "shop", "tree_id": tree})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "TREE_UNKNOWN")


async def test_without_an_app_github_says_so(tmp_path: Path) -> None:
    async with platform_of(tmp_path, makers=[github_part]) as running:
        wanted = {"project_id": "p", "name": "shop", "provider": "github", "owner": "acme"}
        refused = await running.visitor().post("/repositories", wanted)
        assert refused.json()["error"]["code"] == "HOST_NOT_SET_UP"
        assert (await running.visitor("admin").post("/github/installations/link")).status_code == 422
        assert (await running.anonymous.post("/github/webhooks", {})).status_code == 401


async def test_an_app_that_is_set_up_by_half_is_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="SKAFU_GITHUB_APP_SLUG"):
        async with platform_of(tmp_path, makers=[github_part], github_client_id="Iv1.x"):
            pytest.fail("it opened")
