"""Every route with every wrong thing: refused in the one shape, and never our mistake."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final, TypeAlias
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from api_document import Operation, operations
from inhabited_town import Inhabited, inhabited

pytestmark = pytest.mark.asyncio(loop_scope="module")

Anything: TypeAlias = Any
Json = dict[str, Any]
ODD: Final[tuple[object, ...]] = (
    None,
    True,
    -1,
    10**40,
    0.5,
    [],
    {},
    [[[[]]]],
    {"a": {"b": None}},
    "",
    "\x00",
    "a\x00b",
    "\u202e\ufeff",
    "x" * 20_000,
    "../../etc/passwd",
    "'; DROP TABLE events; --",
    "{{ 7 * 7 }}",
    "%s%n",
)
UNREADABLE: Final = (
    b"",
    b"{",
    b"\xff\xfe\x00",
    b'{"a": "\\ud800"}',
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b"[" * 20_000,
    b'{"a": 1, "a": 2}',
    b'"words"',
)
OTHER_KINDS: Final = ("text/plain", "application/xml", "application/x-www-form-urlencoded", "junk", "")
FAR: Final = str(UUID(int=404))
FREE: Final = frozenset({"come_back_from_provider"})
"""Takes what others add to the address: they send browsers back with parameters of their own."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inhabited]:
    async with inhabited(tmp_path_factory.mktemp("town")) as there:
        yield there


class Tries:
    """Sends what is wrong, and remembers the answers that are not as they should be."""

    def __init__(self, there: Inhabited) -> None:
        self._there = there
        self.bad: list[str] = []
        self.sent = 0

    async def __call__(
        self, operation: Operation, what: str, *, must_fail: bool = True, path: str = "", **more: Anything
    ) -> httpx.Response:
        place = path or operation.filled(self._there.known)
        more.setdefault("params", operation.query(self._there.known))
        try:
            async with asyncio.timeout(20):
                answer = await self._there.admin.ask(operation.method, place.removeprefix("/api/v1"), **more)
        except TimeoutError:
            self.bad.append(f"{operation} with {what}: no answer")
            return httpx.Response(500)
        self.sent += 1
        if not _fits(answer, must_fail=must_fail):
            self.bad.append(f"{operation} with {what}: {answer.status_code} {answer.text[:200]}")
        return answer


def _fits(answer: httpx.Response, *, must_fail: bool) -> bool:
    if answer.status_code < 400:
        return not must_fail
    if answer.status_code >= 500:
        return False
    told = answer.json()
    known = set(told) == {"success", "error", "meta"} and set(told["meta"]) == {"timestamp", "request_id"}
    return bool(known and told["success"] is False and set(told["error"]) == {"code", "message", "details"})


@pytest_asyncio.fixture(loop_scope="module")
async def tries(there: Inhabited) -> AsyncIterator[Tries]:
    tries = Tries(there)
    yield tries
    assert not tries.bad, "\n".join(tries.bad)
    assert tries.sent


async def _all(there: Inhabited) -> list[Operation]:
    """All but the stream, whose right answers have no end, and signing out, after which nothing else can be tried."""
    ended = {"stream_events", "sign_out", "leave", "erase_me", "change_my_password"}
    return [each for each in operations(await there.document()) if each.described["operationId"] not in ended]


async def test_unknown_query_parameters_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in operations(await there.document()):
        if operation.described["operationId"] not in FREE:
            more = _right(operation, there.known)
            await tries(
                operation, "an unknown parameter", params={"colour": "red"} | operation.query(there.known), **more
            )


EDGES: Final = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59.999999Z",
    "-62135596801",
    "253402300800",
    "nan",
)


async def test_moments_at_the_edges_of_time_break_nothing(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        moments = [name for name, each in operation.named("query").items() if "date-time" in json.dumps(each["schema"])]
        for name in moments:
            for value in EDGES:
                params = operation.query(there.known) | {name: value}
                right = _right(operation, there.known)
                await tries(operation, f"{name}={value}", must_fail=False, params=params, **right)


def _right(operation: Operation, known: Mapping[str, str]) -> Json:
    """A body that is right, about things that are there."""
    if not operation.takes_json:
        return {}
    body = operation.body(known)
    return {"json": body | {name: known[name] for name in known.keys() & body.keys()}}


async def test_wrong_values_of_parameters_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        right = operation.query(there.known)
        for name in operation.named("query"):
            for value in ("\x00", "x" * 3_000, "\u202e", "-1", "[]", "'\"--"):
                params = right | {name: value}
                await tries(
                    operation, f"{name}={value[:9]!r}", must_fail=False, params=params, **_right(operation, there.known)
                )


async def test_unknown_fields_of_a_body_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        if operation.takes_json:
            body = operation.body(there.known) | {"surprise": 1}
            await tries(operation, "an unknown field", json=body)


async def test_wrong_values_of_fields_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        if operation.takes_json:
            for what, body in _wrong(operation, there.known):
                await tries(operation, what, must_fail=False, content=json.dumps(body), headers=_KIND)


_KIND: Final = {"Content-Type": "application/json"}


def _wrong(operation: Operation, known: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    """The right body with one field that is odd, or left out."""
    right, place = operation.body(known), operation.bodies["application/json"]["schema"]
    while "$ref" in place:
        place = operation.document["components"]["schemas"][place["$ref"].rsplit("/", 1)[1]]
    for name in place.get("properties", {}):
        for value in ODD:
            yield f"{name}={str(value)[:20]!r}", right | {name: value}
        yield f"{name} left out", {each: value for each, value in right.items() if each != name}


async def test_bodies_that_cannot_be_read_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        if operation.bodies:
            kind = _KIND if operation.takes_json else {}
            for content in UNREADABLE:
                must_fail = bool(operation.described["requestBody"].get("required"))
                await tries(operation, f"the body {content[:20]!r}", must_fail=must_fail, content=content, headers=kind)


async def test_bodies_of_another_kind_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        if operation.takes_json and operation.described["requestBody"].get("required"):
            for kind in OTHER_KINDS:
                content = json.dumps(operation.body(there.known))
                await tries(operation, f"the kind {kind!r}", content=content, headers={"Content-Type": kind})


async def test_bodies_that_are_too_large_are_refused(there: Inhabited, tries: Tries) -> None:
    settings = there.town.platform.settings
    for operation in await _all(there):
        if operation.bodies:
            most = settings.body_bytes if operation.takes_json else settings.upload_bytes
            announced = {"Content-Length": str(most + 1), **(_KIND if operation.takes_json else {})}
            answer = await tries(operation, "too much", content=b"{}", headers=announced)
            if answer.status_code != 413:
                tries.bad.append(f"{operation}: {answer.status_code} instead of 413")


async def test_things_that_are_not_there_are_not_found(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        ids = [name for name, each in operation.named("path").items() if each["schema"].get("format") == "uuid"]
        for name in ids:
            known = there.known | {name: FAR}
            answer = await tries(operation, "an unknown id", path=operation.filled(known), **_right(operation, known))
            if answer.status_code != 404:
                tries.bad.append(f"{operation}: {answer.status_code} instead of 404: {answer.text[:200]}")


async def test_paths_that_mean_nothing_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        for name in operation.named("path"):
            for value in ("%00", "%ff%fe", "a%2Fb", "%20", "x" * 300, "%F0%9F%A6%93", "-1"):
                path = operation.filled(there.known | {name: value})
                await tries(operation, f"{name}={value[:9]}", path=path, **_right(operation, there.known))


async def test_changes_of_something_old_are_refused(there: Inhabited, tries: Tries) -> None:
    seen = 0
    for operation in await _all(there):
        if "if-match" in operation.named("header"):
            seen += 1
            right = _right(operation, there.known)
            for tag in ("junk", '"-1"', "x" * 300, '"1", "2"', '"99999999999999999999"'):
                await tries(operation, f"If-Match: {tag[:20]}", headers={"If-Match": tag}, **right)
            answer = await tries(operation, "an old ETag", headers={"If-Match": '"999999"'}, **right)
            if answer.status_code != 412:
                tries.bad.append(f"{operation}: {answer.status_code} instead of 412: {answer.text[:200]}")
    assert seen


async def test_headers_that_mean_nothing_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in operations(await there.document()):
        if not operation.open:
            right = _right(operation, there.known)
            for value in ("Bearer", "Basic YTpi", "Bearer a b c", "\x7f", "Bearer " + "x" * 9_000):
                await tries(operation, f"Authorization: {value[:20]}", headers={"Authorization": value}, **right)
            if operation.method == "POST":
                for key in ("", "x" * 201, "\x7f"):
                    await tries(operation, f"Idempotency-Key: {key[:9]!r}", headers={"Idempotency-Key": key}, **right)


async def test_places_of_the_stream_that_are_not_known_are_refused(there: Inhabited, tries: Tries) -> None:
    (stream,) = [
        each for each in operations(await there.document()) if each.described["operationId"] == "stream_events"
    ]
    for place in ("junk", "-1", "99999999999999", "1/2/3", "x" * 300, "\x7f"):
        await tries(stream, f"Last-Event-ID: {place[:20]}", headers={"Last-Event-ID": place})
        await tries(stream, f"after={place[:20]}", params={"after": place})


async def test_methods_and_places_that_are_not_there_are_refused(there: Inhabited, tries: Tries) -> None:
    for operation in await _all(there):
        for method in {"GET", "PUT", "POST", "PATCH", "DELETE"} - _methods(operation):
            strange = Operation(method, operation.path, operation.described, operation.document)
            answer = await tries(strange, "a method that it has not", params={})
            if answer.status_code not in {404, 405}:
                tries.bad.append(f"{strange}: {answer.status_code} instead of 405")
        await tries(operation, "more behind it", path=operation.filled(there.known) + "/more/behind/it")


def _methods(operation: Operation) -> set[str]:
    same = [path for path in operation.document["paths"] if _alike(path, operation.path)]
    return {method.upper() for path in same for method in operation.document["paths"][path]}


def _alike(one: str, other: str) -> bool:
    """Whether a request may be for either of two paths."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return one.count("/") == other.count("/") and all(a == b or "{" in a or "{" in b for a, b in pairs)


async def test_every_listing_refuses_an_order_and_a_place_that_it_does_not_have(there: Inhabited) -> None:
    listings = [each for each in operations(await there.document()) if "sort" in each.named("query")]
    assert len(listings) > 25
    taken = []
    for operation in listings:
        path = operation.filled(there.known).removeprefix("/api/v1")
        assert set(operation.named("query")) >= {"cursor", "limit", "sort", "fields"}, str(operation)
        for wrong in ("sort=nonsense", "cursor=nonsense"):
            answer = await there.admin.get(f"{path}?{wrong}")
            taken += [] if answer.status_code == 422 else [f"{operation}?{wrong}: {answer.status_code}"]
    assert not taken, "\n".join(taken)
