"""Organisations, members, invitations, tokens and quotas over HTTP."""

import asyncio
from uuid import UUID

from identity_under_test import PASSWORD, Town, signed_in

from skafu.kernel.identity import TenantId
from skafu.web_api.principal import Principal
from skafu.web_api.quotas import QuotaExceeded


async def test_who_is_invited_by_mail_comes_in_once_with_that_role(any_town: Town) -> None:
    ann = await any_town.owner()
    invited = await ann.post("/invitations", {"mail": "bob@example.org", "role": "viewer"})
    await any_town.settle()
    waiting = (await ann.get("/invitations")).json()["data"]
    assert [(each["mail"], each["role"]) for each in waiting] == [("bob@example.org", "viewer")]
    assert waiting[0]["invitation_id"] == invited.json()["data"]["invitation_id"]
    link = any_town.mailed_link("bob@example.org")
    body = {"link": link, "name": "Bob", "password": PASSWORD}
    assert (await any_town.nobody.post("/auth/link", {**body, "password": "short"})).status_code == 422
    assert (await any_town.nobody.post("/auth/link", {"link": link})).status_code == 422
    bob = signed_in(any_town.client, await any_town.nobody.post("/auth/link", body))
    assert (await any_town.nobody.post("/auth/link", body)).status_code == 403
    await any_town.settle()
    assert (await ann.get("/invitations")).json()["data"] == []
    members = (await bob.get("/members?sort=joined_at")).json()["data"]
    assert [(each["name"], each["mail"], each["role"]) for each in members] == [
        ("Ann", "ann@example.org", "admin"),
        ("Bob", "bob@example.org", "viewer"),
    ]
    assert (await bob.post("/invitations", {"mail": "x@example.org", "role": "viewer"})).status_code == 403


async def test_who_is_known_already_signs_in_and_accepts(town: Town) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org")
    await bob.post("/organisations", {"name": "Bobs"})
    bobs = next(each for each in (await bob.get("/organisations")).json()["data"] if each["name"] == "Bobs")
    assert (bobs["role"], bobs["tier"], bobs["members"]) == ("admin", "free", 1)
    leader = signed_in(town.client, await bob.post("/auth/switch", {"organisation_id": bobs["id"]}))
    await leader.post("/invitations", {"mail": "ANN@example.org", "role": "developer"})
    await town.settle()
    link = town.mailed_link("ANN@example.org")
    new = {"link": link, "name": "Not Ann", "password": PASSWORD}
    refused = await town.nobody.post("/auth/link", new)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SIGN_IN_FIRST")
    cid = await town.joined(ann, "cid@example.org")
    stolen = await cid.post("/auth/invitations", {"link": link})
    assert (stolen.status_code, "another mail" in stolen.text) == (422, True)
    once = {"Idempotency-Key": "once"}
    accepted = await ann.post("/auth/invitations", {"link": link}, headers=once)
    assert accepted.json()["data"]["role"] == "developer"
    repeated = await ann.post("/auth/invitations", {"link": link}, headers=once)
    assert repeated.json()["data"] == accepted.json()["data"]
    assert (await ann.post("/auth/invitations", {"link": link})).status_code == 403
    assert {each["name"] for each in (await ann.get("/organisations")).json()["data"]} == {"Acme", "Bobs"}
    away = signed_in(town.client, await ann.post("/auth/switch", {"organisation_id": bobs["id"]}))
    assert (await away.get("/auth/me")).json()["data"]["role"] == "developer"
    assert (await away.get(f"/organisations/{ann.organisation_id}")).status_code == 404


async def test_an_invitation_that_was_taken_back_is_worth_nothing(town: Town) -> None:
    ann = await town.owner()
    invited = await ann.post("/invitations", {"mail": "bob@example.org", "role": "viewer"})
    await town.settle()
    identifier = invited.json()["data"]["invitation_id"]
    assert (await ann.delete(f"/invitations/{identifier}")).status_code == 204
    assert (await ann.delete(f"/invitations/{identifier}")).status_code == 404
    body = {"link": town.mailed_link("bob@example.org"), "name": "Bob", "password": PASSWORD}
    assert (await town.nobody.post("/auth/link", body)).status_code == 403


async def test_an_invitation_that_is_taken_back_before_its_mail_is_not_sent(town: Town) -> None:
    ann = await town.owner()
    invited = await ann.post("/invitations", {"mail": "bob@example.org", "role": "viewer"})
    await ann.delete(f"/invitations/{invited.json()['data']['invitation_id']}")
    await town.settle()
    assert town.mailer.sent == {}


async def test_a_repeated_request_invites_once(town: Town) -> None:
    ann = await town.owner()
    body, key = {"mail": "bob@example.org", "role": "viewer"}, {"Idempotency-Key": "k"}
    answers = [await ann.post("/invitations", body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    await town.settle()
    assert len(town.mailer.sent) == 1


async def test_who_is_removed_is_out_at_once(any_town: Town) -> None:
    ann = await any_town.owner()
    bob = await any_town.joined(ann, "bob@example.org")
    token = bob.with_token((await bob.post("/tokens", {"name": "ci"})).json()["data"]["token"])
    assert (await token.get("/members")).status_code == 200
    assert (await ann.delete(f"/members/{bob.user_id}")).status_code == 204
    assert (await ann.delete(f"/members/{bob.user_id}")).status_code == 404
    assert (await token.get("/members")).status_code == 401
    assert (await bob.get("/members")).status_code == 401
    assert (await bob.post("/auth/refresh", {"refresh_token": bob.refresh})).status_code == 401
    again = await any_town.nobody.post("/auth/sign-in", {"mail": "bob@example.org", "password": PASSWORD})
    assert (again.status_code, again.json()["error"]["code"]) == (403, "NOT_INVITED")


async def test_roles_change_and_the_last_admin_stays(town: Town) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org")
    for attempt in (
        ann.ask("PATCH", f"/members/{ann.user_id}", json={"role": "viewer"}),
        ann.delete(f"/members/{ann.user_id}"),
        ann.post("/members/leave"),
    ):
        answer = await attempt
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "LAST_ADMIN")
    changed = await ann.ask("PATCH", f"/members/{bob.user_id}", json={"role": "admin"})
    assert changed.status_code == 204
    refreshed = signed_in(town.client, await bob.post("/auth/refresh", {"refresh_token": bob.refresh}))
    assert (await refreshed.get("/auth/me")).json()["data"]["role"] == "admin"
    assert (await ann.post("/members/leave")).status_code == 204
    last = await refreshed.post("/members/leave")
    assert last.json()["error"]["code"] == "LAST_ADMIN"


async def test_of_two_admins_who_leave_at_the_same_moment_one_stays(any_town: Town) -> None:
    ann = await any_town.owner()
    bob = await any_town.joined(ann, "bob@example.org", "admin")
    answers = await asyncio.gather(ann.post("/members/leave"), bob.post("/members/leave"))
    assert sorted(each.status_code for each in answers) == [204, 422]


async def test_an_organisation_is_renamed_on_what_one_has_seen(town: Town) -> None:
    ann = await town.owner()
    place = f"/organisations/{ann.organisation_id}"
    seen = (await ann.get(place)).headers["etag"]
    renamed = await ann.ask("PATCH", place, json={"name": "Acme Ltd"}, headers={"If-Match": seen})
    assert (renamed.status_code, renamed.json()["data"]["name"]) == (200, "Acme Ltd")
    stale = await ann.ask("PATCH", place, json={"name": "Other"}, headers={"If-Match": seen})
    assert stale.status_code == 412


async def test_only_the_owner_of_the_installation_changes_tiers_and_sees_all_people(town: Town) -> None:
    ann = await town.owner()
    eve = await town.other_organisation(ann)
    own = await eve.ask("PUT", f"/organisations/{eve.organisation_id}/tier", json={"tier": "enterprise"})
    assert (own.status_code, own.json()["error"]["code"]) == (403, "OPERATORS_ONLY")
    assert (await eve.get("/admin/users?scope=installation")).status_code == 403
    done = await ann.ask("PUT", f"/organisations/{eve.organisation_id}/tier", json={"tier": "team"})
    assert done.status_code == 204
    assert await town.platform.site.tier_of(TenantId(eve.organisation_id)) == "team"
    assert await town.platform.site.tier_of(TenantId("nobody's")) == "free"
    assert (await ann.ask("PUT", f"/organisations/{UUID(int=5)}/tier", json={"tier": "team"})).status_code == 404
    await town.settle()
    people = (await ann.get("/admin/users?scope=installation")).json()["data"]
    assert [(each["name"], each["role"]) for each in people] == [("Ann", "admin"), ("Eve", None)]


async def test_a_person_leads_five_free_organisations_at_most(town: Town) -> None:
    ann = await town.owner()
    answers = [await ann.post("/organisations", {"name": f"Number {each}"}) for each in range(6)]
    assert [each.status_code for each in answers] == [201] * 5 + [422]
    assert answers[-1].json()["error"]["code"] == "TOO_MANY_ORGANISATIONS"


async def test_a_token_is_shown_once_and_stops_when_it_is_revoked(any_town: Town) -> None:
    ann = await any_town.owner()
    body, key = {"name": "ci", "role": "viewer", "days": 7}, {"Idempotency-Key": "k"}
    first, again = [await ann.post("/tokens", body, headers=key) for _ in range(2)]
    issued = first.json()["data"]
    assert again.json()["data"] == {**issued, "token": None}
    token = ann.with_token(issued["token"])
    guess = f"{issued['token'][:-43]}{'A' * 43}"
    assert (await ann.with_token(guess).get("/auth/me")).status_code == 401
    me = (await token.get("/auth/me")).json()["data"]
    assert (me["role"], len(me["organisations"])) == ("viewer", 1)
    assert (await token.post("/invitations", {"mail": "x@example.org", "role": "viewer"})).status_code == 403
    await any_town.settle()
    listed = (await ann.get("/tokens")).json()["data"]
    assert [(each["name"], each["revoked_at"]) for each in listed] == [("ci", None)]
    assert "digest" not in str(listed)
    assert (await ann.delete(f"/tokens/{issued['token_id']}")).status_code == 204
    assert (await token.get("/auth/me")).status_code == 401


async def test_a_token_follows_the_role_of_its_person_down_and_its_scopes(town: Town) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org")
    assert (await bob.post("/tokens", {"name": "x", "role": "admin"})).status_code == 403
    wide = (await bob.post("/tokens", {"name": "wide"})).json()["data"]["token"]
    narrow = (await bob.post("/tokens", {"name": "narrow", "scopes": ["members:read"]})).json()["data"]["token"]
    assert (await bob.with_token(narrow).get("/members")).status_code == 200
    assert (await bob.with_token(narrow).get("/tokens")).status_code == 403
    invite = {"mail": "x@example.org", "role": "viewer"}
    assert (await bob.with_token(narrow).post("/invitations", invite)).status_code == 403
    assert (await bob.with_token(wide).post("/invitations", invite)).status_code == 201
    await ann.ask("PATCH", f"/members/{bob.user_id}", json={"role": "viewer"})
    assert (await bob.with_token(wide).post("/invitations", invite)).status_code == 403
    assert (await bob.with_token(wide).get("/auth/me")).json()["data"]["role"] == "viewer"


async def test_tokens_of_others_are_the_business_of_admins(town: Town) -> None:
    ann = await town.owner()
    bob, cid = [await town.joined(ann, f"{each}@example.org") for each in ("bob", "cid")]
    token_id = (await bob.post("/tokens", {"name": "bobs"})).json()["data"]["token_id"]
    await town.settle()
    assert (await cid.get("/tokens")).json()["data"] == []
    assert (await cid.delete(f"/tokens/{token_id}")).status_code == 404
    assert [each["name"] for each in (await ann.get("/tokens")).json()["data"]] == ["bobs"]
    assert (await ann.delete(f"/tokens/{token_id}")).status_code == 204


async def test_an_admin_signs_others_out(town: Town) -> None:
    ann = await town.owner()
    bob = await town.joined(ann, "bob@example.org")
    assert (await ann.post(f"/admin/users/{bob.user_id}/sign-out")).status_code == 204
    assert (await bob.post("/auth/refresh", {"refresh_token": bob.refresh})).status_code == 401
    assert (await ann.post(f"/admin/users/{UUID(int=5)}/sign-out")).status_code == 404


async def test_of_many_at_once_no_more_are_let_in_than_there_is_room_for(any_town: Town) -> None:
    ann = await any_town.owner()
    await ann.post("/organisations", {"name": "Free"})
    free = next(each["id"] for each in (await ann.get("/organisations")).json()["data"] if each["name"] == "Free")
    quotas = any_town.platform.site.quotas
    principal = Principal(ann.user_id, TenantId(free), "admin", "free")

    async def wanted() -> bool:
        try:
            await quotas.check(principal, "projects")
        except QuotaExceeded:
            return False
        return True

    assert sum(await asyncio.gather(*(wanted() for _ in range(20)))) == 5
    there = signed_in(any_town.client, await ann.post("/auth/switch", {"organisation_id": free}))
    shown = (await there.get(f"/organisations/{free}/quotas")).json()["data"]
    assert {each["measure"]: (each["used"], each["limit"]) for each in shown}["projects"] == (0, 5)
