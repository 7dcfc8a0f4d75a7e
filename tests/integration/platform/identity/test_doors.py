"""Who is let in where: every route of identity, tried by nobody, by tokens and by another organisation."""

from uuid import UUID

import pytest
from identity_under_test import Somebody, Town

NOBODYS = str(UUID(int=5))
OPEN = {
    ("POST", "/auth/sign-in"),
    ("POST", "/auth/link"),
    ("POST", "/auth/refresh"),
    ("POST", "/auth/password-reset"),
    ("POST", "/auth/password"),
    ("GET", "/auth/providers"),
    ("GET", "/auth/oidc/{provider}"),
    ("GET", "/auth/oidc/{provider}/callback"),
}
PEOPLE_ONLY = {
    ("POST", "/auth/switch", '{"organisation_id": "00000000-0000-0000-0000-000000000005"}'),
    ("POST", "/auth/sign-out", ""),
    ("PATCH", "/auth/me", '{"name": "x"}'),
    ("PUT", "/auth/me/password", '{"password": "another good one"}'),
    ("POST", "/auth/invitations", '{"link": "x"}'),
    ("GET", "/auth/me/sessions", ""),
    ("POST", "/organisations", '{"name": "x"}'),
    ("POST", "/members/leave", ""),
    ("POST", "/tokens", '{"name": "x"}'),
    ("GET", "/privacy/export", ""),
    ("POST", "/privacy/erase", '{"confirm": "erase me"}'),
}


async def _routes(town: Town) -> list[tuple[str, str]]:
    paths = (await town.client.get("/api/v1/openapi.json")).json()["paths"]
    ours = [(each, methods) for each, methods in paths.items() if each != "/api/v1/stream"]
    return [
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in ours
        for method in methods
        if path.startswith("/api/v1/")
    ]


async def _tried(who: Somebody, method: str, path: str) -> int:
    for name in ("user_id", "organisation_id", "invitation_id", "token_id", "session_id"):
        path = path.replace(f"{{{name}}}", NOBODYS)
    return (await who.ask(method, path.replace("{provider}", "none"), json={})).status_code


async def test_nobody_gets_further_than_the_doors(town: Town) -> None:
    routes = await _routes(town)
    assert len(routes) > 30
    answers = {(method, path): await _tried(town.nobody, method, path) for method, path in routes}
    assert {each for each, status in answers.items() if status != 401} == OPEN
    assert set(answers.values()) <= {200, 401, 403, 404, 422}
    for junk in ("junk", "skafu_junk", "skafu_" + "A" * 86, "a.b.c", "A" * 5000):
        assert (await town.nobody.with_token(junk).get("/members")).status_code == 401


async def test_a_token_cannot_do_what_its_person_alone_may(town: Town) -> None:
    ann = await town.owner()
    issued = (await ann.post("/tokens", {"name": "ci", "role": "admin"})).json()["data"]["token"]
    token = ann.with_token(issued)
    assert (await token.get("/members")).status_code == 200
    for method, path, body in sorted(PEOPLE_ONLY):
        answer = await token.ask(method, path, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "NOT_THE_PERSON"), path


async def test_another_organisation_sees_and_changes_nothing(any_town: Town) -> None:
    ann = await any_town.owner()
    bob = await any_town.joined(ann, "bob@example.org")
    token_id = (await bob.post("/tokens", {"name": "ci"})).json()["data"]["token_id"]
    invitation_id = (await ann.post("/invitations", {"mail": "cid@example.org", "role": "viewer"})).json()["data"][
        "invitation_id"
    ]
    eve = await any_town.other_organisation(ann)
    await any_town.settle()
    own = {ann.user_id, eve.user_id}
    assert {each["user_id"] for each in (await eve.get("/members")).json()["data"]} == own
    assert (await eve.get("/tokens")).json()["data"] == []
    assert (await eve.get("/invitations")).json()["data"] == []
    assert {each["user_id"] for each in (await eve.get("/admin/users")).json()["data"]} == own
    rows = (await eve.get("/audit?limit=200")).json()["data"]
    assert not [each for each in rows if bob.user_id in str(each)]
    foreign = [
        ("GET", f"/organisations/{ann.organisation_id}", None),
        ("GET", f"/organisations/{ann.organisation_id}/quotas", None),
        ("PATCH", f"/organisations/{ann.organisation_id}", {"name": "Mine"}),
        ("PUT", f"/organisations/{ann.organisation_id}/tier", {"tier": "free"}),
        ("PATCH", f"/members/{bob.user_id}", {"role": "viewer"}),
        ("DELETE", f"/members/{bob.user_id}", None),
        ("DELETE", f"/invitations/{invitation_id}", None),
        ("DELETE", f"/tokens/{token_id}", None),
        ("POST", f"/admin/users/{bob.user_id}/sign-out", None),
        ("POST", "/auth/switch", {"organisation_id": ann.organisation_id}),
    ]
    for method, path, body in foreign:
        assert (await eve.ask(method, path, json=body)).status_code == 404, path
    assert (await bob.get("/auth/me")).json()["data"]["role"] == "developer"


@pytest.mark.parametrize("role", ["viewer", "developer"])
async def test_what_takes_an_admin_is_refused_to_others(town: Town, role: str) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org", role)
    for method, path, body in (
        ("PATCH", f"/organisations/{ann.organisation_id}", {"name": "Mine"}),
        ("PUT", f"/organisations/{ann.organisation_id}/tier", {"tier": "free"}),
        ("PATCH", f"/members/{bob.user_id}", {"role": "admin"}),
        ("DELETE", f"/members/{ann.user_id}", None),
        ("GET", "/audit", None),
        ("GET", "/audit/export", None),
        ("GET", "/admin/users", None),
        ("POST", f"/admin/users/{ann.user_id}/sign-out", None),
        ("POST", "/invitations", {"mail": "x@example.org", "role": "admin"}),
    ):
        assert (await bob.ask(method, path, json=body)).status_code == 403, path


async def test_wrong_input_is_told_and_never_breaks_anything(town: Town) -> None:
    ann = await town.owner()
    wrong: list[tuple[str, str, object]] = [
        ("POST", "/auth/sign-in", {"mail": 7, "password": []}),
        ("POST", "/auth/sign-in", {"mail": "a@b.c", "password": "x" * 501}),
        ("POST", "/auth/link", {"link": "x" * 501}),
        ("POST", "/auth/password", {"link": "é", "password": "x"}),
        ("POST", "/invitations", {"mail": "no address", "role": "viewer"}),
        ("POST", "/invitations", {"mail": "a@b.c", "role": "king"}),
        ("POST", "/tokens", {"name": "x", "scopes": ["everything"]}),
        ("POST", "/tokens", {"name": "x", "days": 366}),
        ("POST", "/tokens", {"name": ""}),
        ("POST", "/organisations", {"name": "x" * 101}),
        ("POST", "/organisations", {"name": "Acme\nBcc: eve@example.org"}),
        ("PATCH", "/auth/me", {"name": "\u0000"}),
        ("GET", "/audit?actor=%00&since=x", None),
        ("PATCH", f"/organisations/{ann.organisation_id}", {"name": "x", "tier": "team"}),
        ("GET", "/audit?since=2026-01-01T00:00:00", None),
        ("GET", "/audit?since=yesterday", None),
        ("GET", "/audit?sort=type", None),
        ("GET", "/audit?cursor=junk", None),
        ("GET", "/audit/export?format=xml", None),
        ("GET", "/members?sort=name", None),
        ("GET", "/members/not-an-id", None),
        ("PATCH", "/members/not-an-id", {"role": "viewer"}),
        ("POST", "/privacy/erase", {"confirm": "yes"}),
    ]
    for method, path, body in wrong:
        answer = await ann.ask(method, path, json=body)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert answer.json()["success"] is False
