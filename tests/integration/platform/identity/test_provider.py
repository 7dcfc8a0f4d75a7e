"""Signing in through a real OpenID provider on loopback."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from identity_under_test import Somebody, Town, town_of
from openid_providers import CLIENT_ID, CLIENT_SECRET, SignedIn, provider, sign_in_at_provider

from skafu.contexts.identity.application.outside import flow_of


@pytest.fixture(scope="module", params=[False, True], ids=["userinfo", "id-token"])
def issuer(request: pytest.FixtureRequest) -> Iterator[str]:
    with provider(claims_in_id_token=request.param) as address:
        yield address


def _settings(issuer: str) -> dict[str, Any]:
    return {
        "public_url": "http://skafu.test",
        "oidc_name": "local",
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
    }


@pytest.fixture
async def town(issuer: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with town_of(tmp_path, **_settings(issuer)) as town:
        yield town


async def _begun(town: Town, mail: str, invitation: str = "") -> SignedIn:
    town.client.cookies.clear()
    start = await town.nobody.get(f"/auth/oidc/local?invitation={invitation}")
    assert start.status_code == 303
    return await sign_in_at_provider(start.headers["location"], mail)


async def _back(town: Town, back: SignedIn) -> httpx.Response:
    return await town.nobody.get(
        "/auth/oidc/local/callback", params={"code": back.code, "state": back.state, "iss": "x", "scope": "openid"}
    )


async def _signed_in(town: Town, mail: str, invitation: str = "") -> Somebody:
    answer = await _back(town, await _begun(town, mail, invitation))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return Somebody(town.client)


async def test_the_provider_is_offered(town: Town) -> None:
    offered = (await town.nobody.get("/auth/providers")).json()["data"]
    assert offered == [{"name": "local", "address": "/api/v1/auth/oidc/local"}]
    assert (await town.nobody.get("/auth/oidc/other")).status_code == 404


async def test_who_is_known_by_a_mail_that_the_provider_vouches_for_is_that_person(town: Town, issuer: str) -> None:
    ann = await town.owner()
    browser = await _signed_in(town, "ann@example.org")
    me = (await browser.get("/auth/me")).json()["data"]
    assert (me["user_id"], me["providers"]) == (ann.user_id, [issuer])


async def test_who_is_invited_comes_in_and_is_the_same_the_next_time(town: Town) -> None:
    ann = await town.owner()
    await ann.post("/invitations", {"mail": "bob@example.org", "role": "viewer"})
    await town.settle()
    link = town.mailed_link("bob@example.org")
    stranger = await _back(town, await _begun(town, "eve@example.org", link))
    assert (stranger.status_code, stranger.json()["error"]["code"]) == (403, "NOT_INVITED")
    first = (await (await _signed_in(town, "bob@example.org", link)).get("/auth/me")).json()["data"]
    assert (first["name"], first["role"], first["password"]) == ("Of Provider", "viewer", False)
    again = (await (await _signed_in(town, "bob@example.org")).get("/auth/me")).json()["data"]
    assert again["user_id"] == first["user_id"]


async def test_whom_nobody_invited_stays_outside(town: Town) -> None:
    await town.owner()
    answer = await _back(town, await _begun(town, "cid@example.org"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "NOT_INVITED")
    assert "skafu_session" not in town.client.cookies


async def test_where_anybody_may_sign_up_they_get_an_organisation_of_their_own(issuer: str, tmp_path: Path) -> None:
    async with town_of(tmp_path, sign_up="anybody", **_settings(issuer)) as town:
        me = (await (await _signed_in(town, "cid@example.org")).get("/auth/me")).json()["data"]
        assert (me["role"], me["tier"], me["mail"]) == ("admin", "free", "cid@example.org")
        unverified = await _back(town, await _begun(town, "unverified@example.org"))
        assert unverified.status_code == 403


async def test_a_mail_that_the_provider_does_not_vouch_for_lets_nobody_in(town: Town) -> None:
    await town.owner(mail="unverified@example.org")
    answer = await _back(town, await _begun(town, "unverified@example.org"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "NOT_INVITED")


async def test_only_the_browser_that_began_comes_back_and_only_once(town: Town) -> None:
    await town.owner()
    back = await _begun(town, "ann@example.org")
    other = await _begun(town, "ann@example.org")
    mixed = await _back(town, back)
    assert (mixed.status_code, mixed.json()["error"]["code"]) == (403, "OUTSIDE_SIGN_IN_FAILED")
    mixed = await _back(town, SignedIn(back.code, other.state))
    assert (mixed.status_code, mixed.json()["error"]["code"]) == (403, "OUTSIDE_SIGN_IN_FAILED")
    flow = town.client.cookies["skafu_flow"]
    assert (await _back(town, other)).status_code == 303
    assert "skafu_flow" not in town.client.cookies
    town.client.cookies.set("skafu_flow", flow)
    assert (await _back(town, other)).status_code == 403
    town.client.cookies.clear()
    assert (await _back(town, other)).status_code == 403


@pytest.mark.parametrize(("kept", "known"), [("", b""), ("AAAA", bytes(3)), ("no base64", b"")])
async def test_who_has_begun_nothing_is_not_signed_in_as_somebody_who_has(town: Town, kept: str, known: bytes) -> None:
    await town.owner()
    start = await town.nobody.get("/auth/oidc/local")
    flow = flow_of(known)
    place = httpx.URL(start.headers["location"]).copy_merge_params(
        {"state": flow.state, "nonce": flow.nonce, "code_challenge": create_s256_code_challenge(flow.verifier)}
    )
    ready = await sign_in_at_provider(str(place), "ann@example.org")
    town.client.cookies.clear()
    if kept:
        town.client.cookies.set("skafu_flow", kept)
    answer = await _back(town, ready)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "OUTSIDE_SIGN_IN_FAILED")
    assert "skafu_session" not in town.client.cookies


async def test_who_changes_their_mind_at_the_provider_is_told(town: Town) -> None:
    answer = await town.nobody.get("/auth/oidc/local/callback?error=access_denied&state=x")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "OUTSIDE_SIGN_IN_FAILED")


async def test_a_provider_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    async with town_of(tmp_path, **_settings("http://127.0.0.1:9")) as town:
        answer = await town.nobody.get("/auth/oidc/local")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
