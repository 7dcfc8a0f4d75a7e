"""The one door to GitHub's REST API: tokens, pace, conditional requests, repeats, and the breaker are here alone."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx
import msgspec

from skafu.contexts.github.adapters.github.answers import Answer, ETags, HostFails, refusal
from skafu.contexts.github.adapters.github.app import AppKey, Signer, Token
from skafu.contexts.github.adapters.github.breaker import Breaker
from skafu.contexts.github.adapters.github.pacing import PATIENCE, Pace
from skafu.contexts.github.adapters.github.surroundings import Surroundings
from skafu.contexts.github.ports import HostBusy, Secret
from skafu.kernel.errors import SkafuError

VERSION: Final = "2022-11-28"
HEADERS: Final = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": VERSION,
    "User-Agent": "skafu",
}
REPEATABLE: Final = frozenset({"GET", "PUT", "PATCH", "DELETE"})
"""What has no more effect when it is done twice."""

_TRIES: Final = 3
_WAITS: Final = 6
_RENEWALS: Final = 2
_APP: Final = 0
"""The App itself in the place of an installation."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _Request(msgspec.Struct, frozen=True):
    installation: int
    method: str
    path: str
    content: bytes | None
    repeatable: bool
    accepts: Collection[int]


@dataclass
class _Troubles:
    """What has gone wrong with a call so far, and whether it is made again."""

    request: _Request
    failures: int = 0
    waits: int = 0
    renewals: int = 0

    def lost(self, error: httpx.TransportError) -> int:
        """There was no answer; gives how often that was so, or raises."""
        self.failures += 1
        if self.failures == _TRIES or not (self.request.repeatable or isinstance(error, _NOT_SENT)):
            raise _unreachable(self.request, error) from error
        return self.failures

    def broken(self, response: httpx.Response) -> int:
        """GitHub could not; gives how often that was so, or raises."""
        self.failures += 1
        if self.failures == _TRIES or not self.request.repeatable:
            request = self.request
            raise refusal(request.method, _plain(request.path), response.status_code, response.content)
        return self.failures

    def may_renew(self) -> bool:
        """Whether a token that is not taken is replaced: twice, and never that of the App."""
        self.renewals += 1
        return self.renewals <= _RENEWALS and self.request.installation != _APP

    def too_fast(self) -> None:
        """GitHub asked us to wait; raises when it does so without end."""
        self.waits += 1
        if self.waits == _WAITS:
            raise HostBusy("GitHub asks us to wait again and again", PATIENCE)


class GitHubApi:
    """Calls GitHub as the App or as one of its installations."""

    def __init__(self, client: httpx.AsyncClient, app: AppKey, surroundings: Surroundings) -> None:
        """Take a client whose base address is that of the API.

        Raises:
            Invalid: the key of the App can't be read.
        """
        self._client = client
        self._signer = Signer(app)
        self.around = surroundings
        self._pace = Pace(surroundings)
        self._breaker = Breaker(surroundings.clock)
        self._etags = ETags()
        self._tokens: dict[int, Token] = {}
        self._minting: dict[int, asyncio.Lock] = {}

    async def call(
        self,
        installation: int,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        repeatable: bool | None = None,
        accepts: Collection[int] = (),
    ) -> Answer:
        """Make a call and give the answer.

        Args:
            installation: as which installation; 0 as the App.
            method: the method.
            path: from the root of the API, with its query.
            body: what to send, as JSON.
            repeatable: whether the call may be made again when nobody knows if it had its effect; by its method
                unless said otherwise.
            accepts: refusals that are answers to the caller.

        Raises:
            HostBusy: GitHub asks for more patience than a call has.
            HostDown: it has not answered for a while.
            SkafuError: it refuses.
        """
        content = None if body is None else msgspec.json.encode(body)
        safe = method in REPEATABLE if repeatable is None else repeatable
        with self.around.tracer.span("github.call", {"method": method, "path": _plain(path)}):
            return await self._until_answered(_Request(installation, method, path, content, safe, accepts))

    async def pages(self, installation: int, path: str, inside: str = "") -> AsyncIterator[Any]:
        """All items of a list, page by page; `inside` names the field that holds them."""
        while path:
            answer = await self.call(installation, "GET", path)
            for each in answer.body[inside] if inside else answer.body:
                yield each
            path = answer.next

    async def _until_answered(self, request: _Request) -> Answer:
        troubles = _Troubles(request)
        while True:
            self._breaker.check()
            await self._pace.turn(request.installation, writes=request.method != "GET")
            token = await self._token(request.installation)
            try:
                response = await self._send(request, token)
            except httpx.TransportError as error:
                self._breaker.failed()
                await self._back_off(troubles.lost(error))
                continue
            if response.status_code >= 500:
                self._breaker.failed()
                await self._back_off(troubles.broken(response))
                continue
            self._breaker.answered()
            if response.status_code == 401 and troubles.may_renew():
                self._forget(request.installation, token)
            elif self._too_fast(request, response):
                troubles.too_fast()
            else:
                return self._answer(request, response)

    async def _send(self, request: _Request, token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        if request.content is not None:
            headers["Content-Type"] = "application/json"
        if request.method == "GET" and (tag := self._etags.tag(request.installation, request.path)):
            headers["If-None-Match"] = tag
        return await self._client.request(
            request.method,
            request.path,
            content=request.content,
            headers=headers,
            follow_redirects=request.method == "GET",
        )

    def _too_fast(self, request: _Request, response: httpx.Response) -> bool:
        return self._pace.heard(request.installation, response.status_code, response.headers, response.content)

    def _answer(self, request: _Request, response: httpx.Response) -> Answer:
        status, raw, link = response.status_code, response.content, self._next_of(response)
        if status == 304:
            raw, link = self._etags.known(request.installation, request.path)
            status = 200
        elif request.method == "GET" and status == 200:
            self._etags.keep(request.installation, request.path, response.headers.get("etag", ""), raw, link)
        if status >= 300 and status not in request.accepts:
            raise refusal(request.method, _plain(request.path), status, raw)
        return Answer(status, _read(raw), link)

    def _next_of(self, response: httpx.Response) -> str:
        """The path of the next page; pages are on the same server, whatever an answer says."""
        address = response.links.get("next", {}).get("url", "")
        path = httpx.URL(address).raw_path.decode() if address else ""
        return path.removeprefix(self._client.base_url.path.rstrip("/"))

    async def _back_off(self, failures: int) -> None:
        await self.around.sleep((0.5 + self.around.chance() / 2) * 2.0**failures)

    async def _token(self, installation: int) -> str:
        now = self.around.clock()
        if installation == _APP:
            return self._signer.token(now)
        async with self._minting.setdefault(installation, asyncio.Lock()):
            known = self._tokens.get(installation)
            if known is None or not known.is_good(self.around.clock()):
                known = self._tokens[installation] = await self._mint(installation)
            return known.value.reveal()

    async def _mint(self, installation: int) -> Token:
        path = f"/app/installations/{installation}/access_tokens"
        minted = await self.call(_APP, "POST", path, repeatable=True)
        return Token(Secret(minted.body["token"]), datetime.fromisoformat(minted.body["expires_at"]))

    def _forget(self, installation: int, token: str) -> None:
        known = self._tokens.get(installation)
        if known is not None and known.value.reveal() == token:
            del self._tokens[installation]


def _unreachable(request: _Request, error: httpx.TransportError) -> SkafuError:
    return HostFails(
        f"GitHub did not answer {request.method} {_plain(request.path)}: {type(error).__name__}",
        fix="try again; check the network",
    )


def _plain(path: str) -> str:
    return path.partition("?")[0]


def _read(raw: bytes) -> Any:  # noqa: ANN401 - JSON of GitHub; those who asked know its shape
    if not raw:
        return None
    try:
        return msgspec.json.decode(raw)
    except msgspec.MsgspecError:
        raise HostFails("GitHub sent an answer that is no JSON", fix="try again") from None
