"""Requests of people who are not known yet, safe to repeat: their answers hold secrets, and are kept sealed a while.

The key of the seal follows from a secret of the installation and from all of the request, its Idempotency-Key included.
None of that is kept: who reads the store can open no answer, and who has not sent the request gets none.
"""

import base64
import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import msgspec
from fastapi import Request, Response

from skafu.kernel.errors import Conflict
from skafu.kernel.identity import SYSTEM, Clock
from skafu.storage.documents import Collection, Documents, Query, WrongRevision
from skafu.storage.erasure import Cipher
from skafu.web_api.idempotency import SERVER_ERROR, Replay, swept

ANSWERS: Final = Collection("sealed answers", (("until",),))
LASTS: Final = timedelta(minutes=10)
"""How long a request can be repeated: an answer that was lost is asked for again soon, or never."""
UNDER_WAY: Final = timedelta(minutes=1)
"""How long nobody else begins the same request: longer than one may take, and a process may die over it."""
_SWEPT_AT_ONCE: Final = 20
_BOUND: Final = b"skafu sealed answer"


class RequestUnderWay(Conflict):
    """The same request is being answered at this moment."""


class SealedAnswer(msgspec.Struct, frozen=True):
    """An answer; what is sealed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def response(self) -> Response:
        """The answer, as it was sent the first time."""
        response = Response(base64.b85decode(self.body), self.status)
        for name, value in (*self.headers, ("Idempotency-Replayed", "true")):
            response.headers.append(name, value)
        return response


class Sealing(msgspec.Struct, frozen=True):
    """Where the answer of the present request is to be kept, and with which key."""

    documents: Documents
    cipher: Cipher
    name: str
    key: bytes
    until: int

    async def keep(self, response: Response) -> None:
        """Keep an answer; after a failure on our side the request may be sent again."""
        if response.status_code >= SERVER_ERROR or not isinstance(response.body, bytes):
            await self.let_go()
            return
        headers = tuple((name, value) for name, value in response.headers.items() if name != "content-length")
        answer = SealedAnswer(response.status_code, headers, base64.b85encode(response.body).decode())
        sealed = self.cipher.seal(self.key, msgspec.json.encode(answer), _BOUND)
        body = {"until": self.until, "sealed": base64.b85encode(sealed).decode()}
        await self.documents.put(SYSTEM, ANSWERS, self.name, body)

    async def let_go(self) -> None:
        """Let the request be sent again: it came to nothing."""
        await self.documents.delete(SYSTEM, ANSWERS, self.name)


class SealedAnswers:
    """The answers of an installation."""

    def __init__(
        self, documents: Documents, secret: Callable[[], Awaitable[bytes]], cipher: Cipher, clock: Clock
    ) -> None:
        """Keep them here, sealed with keys that follow from a secret of the installation."""
        self._documents = documents
        self._secret = secret
        self._cipher = cipher
        self._clock = clock

    async def begun(self, request: Request, given: str, *more: str) -> Sealing:
        """Note that a request is under way.

        Args:
            request: as it stands.
            given: its Idempotency-Key.
            more: what else its answer depends on.

        Raises:
            Replay: it was answered before.
            RequestUnderWay: somebody is answering it now.
        """
        route = (request.method, request.scope["path"], str(request.url.query), given, *more)
        text = msgspec.json.encode(route) + await request.body()
        root = hmac.digest(await self._secret(), text, "sha256")
        name, key = hmac.digest(root, b"name", "sha256").hex(), hmac.digest(root, b"key", "sha256")
        now = self._clock()
        found = (await self._documents.get(SYSTEM, ANSWERS, [name])).get(name)
        if found is not None and int(str(found.body["until"])) > now.timestamp():
            if "sealed" not in found.body:
                raise RequestUnderWay("the same request is under way", fix="send it again in a moment")
            opened = self._cipher.open(key, base64.b85decode(str(found.body["sealed"])), _BOUND)
            raise Replay(msgspec.json.decode(opened, type=SealedAnswer).response())
        note = {"until": int((now + UNDER_WAY).timestamp())}
        try:
            await self._documents.put(SYSTEM, ANSWERS, name, note, expected=found.revision if found else 0)
        except WrongRevision:
            raise RequestUnderWay("the same request is under way", fix="send it again in a moment") from None
        old = Query(order=("until",), below=int(now.timestamp()), limit=_SWEPT_AT_ONCE)
        await swept(self._documents, SYSTEM, ANSWERS, old)
        return Sealing(self._documents, self._cipher, name, key, int((now + LASTS).timestamp()))
