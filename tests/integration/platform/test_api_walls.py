"""Nobody gets in without a token, and nobody sees anything of another organisation: tried on every route there is."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from api_document import Operation, operations
from asgi_stream import heard
from identity_under_test import Somebody
from inhabited_town import MARK, Inhabited, inhabited
from walked_listings import asked, walked

from skafu.entrypoints.http.app import application

pytestmark = pytest.mark.asyncio(loop_scope="module")
STREAM = "/api/v1/stream"
OWN_NAME = frozenset({"rule_id", "dashboard", "trace_id", "name", "number", "provider"})
"""Parameters whose values are no secrets, or names that another organisation may have as well."""

ENDING = frozenset({"stream_events", "sign_out", "leave"})
"""What never ends, and what ends the stranger's own session, so that they could try no more."""

LONG = 12
"""Characters that a value has that nobody comes upon by chance."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inhabited]:
    async with inhabited(tmp_path_factory.mktemp("town")) as there:
        yield there


async def called(somebody: Somebody, operation: Operation, known: dict[str, str]) -> httpx.Response:
    """A request that is right but for who sends it."""
    path = operation.filled(known).removeprefix("/api/v1")
    more: dict[str, Any] = {"params": operation.query(known)}
    if operation.takes_json:
        more["json"] = operation.body(known)
    elif operation.bodies:
        more["content"] = b"PK"
    async with asyncio.timeout(30):
        return await somebody.ask(operation.method, path, **more)


async def test_every_parameter_of_a_path_has_a_thing_behind_it(there: Inhabited) -> None:
    named = {name for each in operations(await there.document()) for name in each.named("path")}
    assert named <= set(there.known), "make one of it in inhabited_town.py"


async def test_their_owner_finds_them_all(there: Inhabited) -> None:
    """Otherwise nothing is shown by others not finding them."""
    lost = []
    for operation in operations(await there.document()):
        if operation.method == "GET" and operation.named("path") and not operation.open:
            answer = await called(there.admin, operation, there.known)
            if not answer.is_success:
                lost.append(f"{operation}: {answer.status_code} {answer.text[:200]}")
    assert not lost, "\n".join(lost)


async def test_listings_are_the_same_page_by_page_as_at_once(there: Inhabited) -> None:
    listings = [each for each in operations(await there.document()) if "cursor" in each.named("query")]
    unlike, several = [], 0
    for operation in listings:
        whole = await walked(there.admin, operation, there.known, 200)
        paged = await walked(there.admin, operation, there.known, len(whole) // 5 + 1)
        several += len(whole) > 1
        unlike += [] if paged == whole else [f"{operation}: {len(whole)} rows, but {len(paged)} page by page"]
    assert not unlike, "\n".join(unlike)
    assert several > 10


async def test_listings_give_the_wanted_fields_alone_and_refuse_unknown_ones(there: Inhabited) -> None:
    listings = [each for each in operations(await there.document()) if "cursor" in each.named("query")]
    wrong = []
    for operation in listings:
        whole = (await asked(there.admin, operation, there.known)).json()["data"]
        wanted = next(iter(whole[0])) if whole else "nothing"
        found = await asked(there.admin, operation, there.known, fields=wanted)
        if whole:
            wrong += [] if {tuple(each) for each in found.json()["data"]} == {(wanted,)} else [f"{operation} fields"]
            unknown = await asked(there.admin, operation, there.known, fields="colour")
            wrong += [] if unknown.status_code == 422 else [f"{operation} fields=colour: {unknown.status_code}"]
        for query in ({"sort": "colour"}, {"cursor": "not-of-this-listing"}):
            refused = await asked(there.admin, operation, there.known, **query)
            wrong += [] if refused.status_code == 422 else [f"{operation} {query}: {refused.status_code}"]
    assert not wrong, "\n".join(wrong)


async def test_without_a_token_nothing_is_answered(there: Inhabited) -> None:
    let_in = []
    for operation in operations(await there.document()):
        if not operation.open:
            for somebody in (there.town.nobody, there.town.nobody.with_token("junk"), _forged(there.admin)):
                answer = await called(somebody, operation, there.known)
                if (answer.status_code, answer.headers.get("www-authenticate")) != (401, "Bearer"):
                    let_in.append(f"{operation}: {answer.status_code}")
    assert not let_in, "\n".join(let_in)


def _forged(somebody: Somebody) -> Somebody:
    """With a token of the right form, signed by nobody."""
    head, body, signature = somebody.token.split(".")
    return somebody.with_token(f"{head}.{body}.{signature[::-1]}")


async def test_open_routes_are_known_by_name(there: Inhabited) -> None:
    """A route that anybody may call is written down here by somebody who has thought about it."""
    assert {each.described["operationId"] for each in operations(await there.document()) if each.open} == {
        "ask_for_password_reset",
        "come_back_from_provider",
        "enter_by_link",
        "get_keys",
        "hear_github",
        "list_providers",
        "refresh",
        "set_password_by_link",
        "sign_in_with_password",
        "start_at_provider",
    }


async def test_a_stranger_sees_and_changes_nothing(there: Inhabited) -> None:
    before = await there.events()
    document, seen = await there.document(), []
    for operation in (each for each in operations(document) if each.described["operationId"] not in ENDING):
        answer = await called(there.stranger, operation, there.known)
        seen += list(_leaks(there, operation, answer))
    await there.town.settle()
    assert not seen, "\n".join(seen)
    changes = [each for each in (await there.events())[len(before) :] if each.actor.id == there.stranger.user_id]
    assert changes == []


def _leaks(there: Inhabited, operation: Operation, answer: httpx.Response) -> Iterator[str]:
    """What another organisation learns from an answer."""
    told = f"{answer.request.content!r} {answer.request.url}"
    own = {value for name, value in there.known.items() if name != "kind" and len(value) >= LONG}
    secret = own | {MARK, there.developer.user_id}
    for word in secret:
        if word not in told and word.encode() in answer.content:
            yield f"{operation}: tells {word}: {answer.text[:300]}"
    strange = [name for name in operation.named("path") if name not in OWN_NAME]
    if strange and not operation.open and answer.status_code != 404:
        yield f"{operation}: {answer.status_code} instead of 404: {answer.text[:300]}"


async def test_blobs_are_for_their_organisation_alone(there: Inhabited) -> None:
    tree = there.known["tree_id"]
    other = there.stranger
    asked = await other.post("/repositories", {"project_id": str(UUID(int=7)), "name": "mine", "tree_id": tree})
    await there.town.settle()
    blobs = there.town.platform.ledger.blobs
    shown = await other.get(f"/repositories/{asked.json()['data']['id']}") if asked.is_success else asked
    assert not re.search(r'"commit":"\w+', shown.text), "files of another organisation were pushed"
    assert await blobs.get(there.tenant, tree)  # type: ignore[arg-type]


async def test_the_stream_tells_only_the_own_organisation(there: Inhabited) -> None:
    """From the very beginning on."""
    live, ready = there.town.platform.live, asyncio.Event()
    hub = asyncio.create_task(live.run(ready))
    await ready.wait()
    first = (await there.events())[0].position
    app = application(there.town.platform)
    asked = {"last-event-id": first, "authorization": f"Bearer {there.stranger.token}"}
    status, text = await heard(app, STREAM, asked)
    own, mine = await heard(app, STREAM, asked | {"authorization": f"Bearer {there.viewer.token}"})
    nobody, nothing = await heard(app, STREAM, {"last-event-id": first})
    hub.cancel()
    assert (status, own, nobody) == (200, 200, 401)
    assert there.known["project_id"] in mine
    assert not [word for word in (str(there.tenant), there.known["project_id"]) if word in text + nothing]
