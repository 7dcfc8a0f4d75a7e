"""Signing in and out, in all ways but through a provider."""

import asyncio
import base64
import json
from pathlib import Path

import pytest
from identity_under_test import PASSWORD, Somebody, Town, signed_in, town_of
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from skafu.contexts.identity.application import sessions

BROWSER = {"X-Skafu-Request": "1"}
ANN = {"mail": "ann@example.org", "password": PASSWORD}


async def test_the_owner_comes_in_by_the_link_of_the_start_each_time_a_new_one(town: Town) -> None:
    first, second = await town.owner(), await town.owner()
    assert (first.user_id, first.organisation_id) == (second.user_id, second.organisation_id)
    me = (await second.get("/auth/me")).json()["data"]
    assert (me["name"], me["role"], me["tier"]) == ("Ann", "admin", "enterprise")


async def test_of_many_who_use_the_first_link_at_once_one_comes_in(any_town: Town) -> None:
    assert any_town.platform.site.first_link is not None
    link = await any_town.platform.site.first_link()
    answers = await asyncio.gather(*(any_town.nobody.post("/auth/link", {"link": link}) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200, 403, 403, 403, 403, 403]


async def test_in_server_mode_there_is_a_link_until_the_owner_can_sign_in(any_town: Town) -> None:
    first_link = any_town.platform.site.first_link
    assert first_link is not None
    entered = await any_town.nobody.post("/auth/link", {"link": await first_link()})
    again = await first_link()
    assert again, "who has no password and lost their session is locked out"
    once_more = await any_town.nobody.post("/auth/link", {"link": again, **ANN})
    assert once_more.json()["data"]["user_id"] == entered.json()["data"]["user_id"]
    assert bool(await first_link()) is (any_town.platform.settings.database_url is None)


async def test_a_password_lets_in_and_another_one_does_not(any_town: Town) -> None:
    await any_town.owner()
    good = await any_town.nobody.post("/auth/sign-in", {**ANN, "mail": " Ann@Example.org"})
    assert (await signed_in(any_town.client, good).get("/auth/me")).status_code == 200
    bad = [
        await any_town.nobody.post("/auth/sign-in", {**ANN, "password": "another password"}),
        await any_town.nobody.post("/auth/sign-in", {**ANN, "mail": "nobody@example.org"}),
    ]
    assert {each.status_code for each in bad} == {401}
    assert {each.json()["error"]["code"] for each in bad} == {"SIGN_IN_REFUSED"}
    assert bad[0].json()["error"] == bad[1].json()["error"]


async def test_after_five_wrong_passwords_one_has_to_wait(town: Town) -> None:
    await town.owner()
    answers = [await town.nobody.post("/auth/sign-in", {**ANN, "password": "guess"}) for _ in range(6)]
    assert [each.status_code for each in answers] == [401] * 5 + [429]
    assert answers[-1].json()["error"]["code"] == "TOO_MANY_ATTEMPTS"
    assert 170 < int(answers[-1].headers["retry-after"]) <= 180
    assert (await town.nobody.post("/auth/sign-in", ANN)).status_code == 429


async def test_a_browser_keeps_its_session_in_a_cookie_that_no_script_reads(town: Town) -> None:
    await town.owner()
    answer = await town.nobody.post("/auth/sign-in", ANN, headers=BROWSER)
    assert answer.json()["data"]["refresh_token"] is None
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("skafu_session=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/"))
    browser = Somebody(town.client)
    assert (await browser.get("/auth/me")).status_code == 200
    forged = await browser.post("/organisations", {"name": "Forged"})
    assert forged.status_code == 403
    assert (await browser.post("/auth/refresh", {})).status_code == 403
    refreshed = await browser.post("/auth/refresh", {}, headers=BROWSER)
    assert (refreshed.status_code, refreshed.json()["data"]["refresh_token"]) == (200, None)
    out = await browser.post("/auth/sign-out", headers=BROWSER)
    assert out.status_code == 204
    assert 'skafu_session=""' in out.headers["set-cookie"]
    town.client.cookies.set("skafu_session", cookie.split("=", 1)[1].split(";")[0])
    assert (await browser.get("/auth/me")).status_code == 401


async def test_where_people_come_by_https_cookies_stay_on_it(tmp_path: Path) -> None:
    async with town_of(tmp_path, public_url="https://skafu.example.org") as town:
        await town.owner()
        answer = await town.nobody.post("/auth/sign-in", ANN, headers=BROWSER)
        assert "Secure" in answer.headers["set-cookie"]


async def test_a_refresh_token_is_replaced_each_time(any_town: Town) -> None:
    owner = await any_town.owner()
    first = await any_town.nobody.post("/auth/refresh", {"refresh_token": owner.refresh})
    second = first.json()["data"]["refresh_token"]
    assert second not in {None, owner.refresh}
    third = await any_town.nobody.post("/auth/refresh", {"refresh_token": second})
    assert (await signed_in(any_town.client, third).get("/auth/me")).status_code == 200
    assert (await any_town.nobody.post("/auth/refresh", {"refresh_token": owner.refresh})).status_code == 401
    assert (await any_town.nobody.post("/auth/refresh", {"refresh_token": "junk"})).status_code == 401
    assert (await any_town.nobody.post("/auth/refresh", {})).status_code == 403


async def test_sessions_are_listed_and_ended(town: Town) -> None:
    here = await town.owner()
    there = signed_in(town.client, await town.nobody.post("/auth/sign-in", ANN))
    listed = (await here.get("/auth/me/sessions")).json()["data"]
    assert [each["this"] for each in listed].count(True) == 1
    other = next(each["session_id"] for each in listed if not each["this"])
    assert (await here.delete(f"/auth/me/sessions/{other}")).status_code == 204
    assert (await here.delete(f"/auth/me/sessions/{other}")).status_code == 404
    assert (await there.post("/auth/refresh", {"refresh_token": there.refresh})).status_code == 401


async def test_sessions_are_all_found_however_many(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read page by page: none outlives a new password because it stands on a later page."""
    monkeypatch.setattr(sessions, "_ON_A_PAGE", 2)
    here = await town.owner()
    others = [signed_in(town.client, await town.nobody.post("/auth/sign-in", ANN)) for _ in range(4)]
    assert len((await here.get("/auth/me/sessions")).json()["data"]) == 5
    body = {"present": PASSWORD, "password": "four blue teapots"}
    assert (await here.ask("PUT", "/auth/me/password", json=body)).status_code == 204
    left = [await town.nobody.post("/auth/refresh", {"refresh_token": each.refresh}) for each in others]
    assert {each.status_code for each in left} == {401}


async def test_a_new_password_ends_the_other_sessions(town: Town) -> None:
    here = await town.owner()
    there = signed_in(town.client, await town.nobody.post("/auth/sign-in", ANN))
    new = "four blue teapots"
    wrong = await here.ask("PUT", "/auth/me/password", json={"present": "guess", "password": new})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (403, "WRONG_PASSWORD")
    weak = await here.ask("PUT", "/auth/me/password", json={"present": PASSWORD, "password": "ann@example.org!"})
    assert (weak.status_code, weak.json()["error"]["code"]) == (422, "PASSWORD_TOO_WEAK")
    done = await here.ask("PUT", "/auth/me/password", json={"present": PASSWORD, "password": new})
    assert done.status_code == 204
    assert (await there.post("/auth/refresh", {"refresh_token": there.refresh})).status_code == 401
    assert (await here.post("/auth/refresh", {"refresh_token": here.refresh})).status_code == 200
    assert (await town.nobody.post("/auth/sign-in", ANN)).status_code == 401
    assert (await town.nobody.post("/auth/sign-in", {**ANN, "password": new})).status_code == 200


async def test_a_forgotten_password_is_set_anew_by_mail(any_town: Town) -> None:
    owner = await any_town.owner()
    asked = [
        await any_town.nobody.post("/auth/password-reset", {"mail": mail}) for mail in ("ann@example.org", "x@y.z")
    ]
    assert [(each.status_code, each.content) for each in asked] == [(202, b"")] * 2
    await any_town.settle()
    assert [each.to for each in any_town.mailer.sent.values()] == ["ann@example.org"]
    link = any_town.mailed_link("ann@example.org")
    new = {"link": link, "password": "four blue teapots"}
    weak = await any_town.nobody.post("/auth/password", {**new, "password": "short"})
    assert weak.status_code == 422
    assert (await any_town.nobody.post("/auth/password", new)).status_code == 204
    assert (await any_town.nobody.post("/auth/password", new)).status_code == 403
    assert (await any_town.nobody.post("/auth/refresh", {"refresh_token": owner.refresh})).status_code == 401
    assert (await any_town.nobody.post("/auth/sign-in", {**ANN, "password": new["password"]})).status_code == 200


async def test_links_to_one_address_are_few(town: Town) -> None:
    await town.owner()
    for _ in range(6):
        assert (await town.nobody.post("/auth/password-reset", {"mail": "ann@example.org"})).status_code == 202
    await town.settle()
    assert len(town.mailer.sent) == 3


async def test_a_link_for_one_purpose_is_no_link_for_another(town: Town) -> None:
    await town.owner()
    await town.nobody.post("/auth/password-reset", {"mail": "ann@example.org"})
    await town.settle()
    link = town.mailed_link("ann@example.org")
    assert (await town.nobody.post("/auth/link", {"link": link})).status_code == 403
    assert town.platform.site.first_link is not None
    owners = await town.platform.site.first_link()
    answer = await town.nobody.post("/auth/password", {"link": owners, "password": "four blue teapots"})
    assert answer.status_code == 403


async def test_the_keys_of_access_tokens_are_public_and_verify_them(town: Town) -> None:
    owner = await town.owner()
    answer = await town.client.get("/.well-known/jwks.json")
    keys = answer.json()
    assert answer.headers["content-type"] == "application/jwk-set+json"
    assert all("d" not in each for each in keys["keys"])
    claims = jwt.decode(owner.token, KeySet.import_key_set(keys), ["ES256"]).claims
    assert {name: claims[name] for name in ("user_id", "org_id", "role", "tier")} == {
        "user_id": owner.user_id,
        "org_id": owner.organisation_id,
        "role": "admin",
        "tier": "enterprise",
    }
    assert claims["exp"] - claims["iat"] == 300


async def test_an_access_token_that_was_changed_or_signed_by_others_is_worth_nothing(town: Town) -> None:
    owner = await town.owner()
    header, claims, signature = owner.token.split(".")
    own = ECKey.generate_key("P-256", {"kid": "own"})
    public = (await town.client.get("/.well-known/jwks.json")).content
    said = json.loads(_decoded(claims))
    forged = [
        f"{header}.{claims[:-2]}AA.{signature}",
        f"{_encoded({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        jwt.encode({"alg": "ES256", "kid": "own", "typ": "at+jwt"}, said, own),
        jwt.encode({"alg": "HS256", "typ": "at+jwt"}, said, OctKey.import_key(public)),
    ]
    for token in forged:
        assert (await owner.with_token(token).get("/auth/me")).status_code == 401


async def test_no_secret_is_kept_logged_or_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with town_of(tmp_path) as town:
        assert town.platform.site.first_link is not None
        link = await town.platform.site.first_link()
        ann = signed_in(town.client, await town.nobody.post("/auth/link", {"link": link, **ANN, "name": "Ann"}))
        issued = await ann.post("/tokens", {"name": "ci"}, headers={"Idempotency-Key": "k"})
        token = issued.json()["data"]["token"]
        await ann.post("/invitations", {"mail": "bob@example.org", "role": "viewer"})
        await town.nobody.post("/auth/password-reset", {"mail": "ann@example.org"})
        await town.settle()
        links = [town.mailed_link(each) for each in ("bob@example.org", "ann@example.org")]
        secrets = [PASSWORD, link, ann.token, ann.refresh, token, *links]
    kept = _kept(tmp_path)
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret[-40:].encode() not in kept
        assert secret not in caplog.text
    assert b"$argon2id$" in kept


def _kept(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file())


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
