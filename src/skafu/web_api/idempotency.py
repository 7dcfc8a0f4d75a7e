"""Requests that are safe to repeat: the same Idempotency-Key gets the first answer."""

import base64
import hmac
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec
from fastapi import Request, Response

from skafu.kernel.errors import Invalid
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Collection, Document, Documents, Query, WrongRevision

IDEMPOTENCY_KEY: Final = (
    "Makes the request safe to repeat: the same key gets the first answer. 1 to 200 visible characters."
)
REQUESTS: Final = Collection("requests", (("since",),))
KEPT_FOR: Final = timedelta(hours=24)
"""How long an answer is kept at least. What a command did is known by its key for ever: it is never done twice."""
SWEPT_EVERY: Final = timedelta(minutes=1)
_SWEPT_AT_ONCE: Final = 20
SERVER_ERROR: Final = 500


class IdempotencyKeyReused(Invalid):
    """The key came again, with another request."""


class Answered(msgspec.Struct, frozen=True):
    """What is remembered of a request: its digest, and its answer once there is one.

    The digest is keyed with the Idempotency-Key, which is not kept: who reads the store cannot try out what a body may
    have been. `since` is the second at which the request came for the first time.
    """

    digest: str
    since: int = 0
    status: int = 0
    body: str = ""
    headers: dict[str, str] = {}


class Replay(Exception):
    """The request was answered before, and gets the same answer."""

    def __init__(self, response: Response) -> None:
        """Carry the answer."""
        super().__init__("answered before")
        self.response = response


class Remembering(msgspec.Struct, frozen=True):
    """Where the answer of the present request is to be kept."""

    documents: Documents
    tenant: TenantId
    key: str
    noted: Answered

    async def keep(self, response: Response) -> None:
        """Keep an answer. What failed on our side is not kept: it may go better the next time."""
        if response.status_code >= SERVER_ERROR or not isinstance(response.body, bytes):
            return
        names = ("content-type", "etag", "location")
        headers = {name: response.headers[name] for name in names if name in response.headers}
        body = base64.b85encode(response.body).decode()
        answered = Answered(self.noted.digest, self.noted.since, response.status_code, body, headers)
        await self.documents.put(self.tenant, REQUESTS, self.key, msgspec.to_builtins(answered))


class KeptAnswers:
    """Remembers requests and their answers for a day, in each organisation's own documents."""

    def __init__(self, documents: Documents) -> None:
        """Keep them among these documents."""
        self._documents = documents
        self._swept: dict[TenantId, datetime] = {}

    async def remembered(self, tenant: TenantId, key: str, given: str, request: Request, now: datetime) -> Remembering:
        """Note that a request is under way.

        Args:
            tenant: who calls.
            key: the name of the note; does not give the Idempotency-Key away.
            given: the Idempotency-Key itself.
            request: as it stands.
            now: the present moment.

        Raises:
            Replay: it was answered before.
            IdempotencyKeyReused: the key was used for another request.
        """
        await self._sweep(tenant, now)
        text = str(request.url.query).encode() + b"\n" + await request.body()
        noted = Answered(hmac.digest(given.encode(), text, "sha256").hex(), int(now.timestamp()))
        try:
            await self._documents.put(tenant, REQUESTS, key, msgspec.to_builtins(noted), expected=0)
        except WrongRevision:
            _unless_answered((await self._documents.get(tenant, REQUESTS, [key])).get(key), noted)
        return Remembering(self._documents, tenant, key, noted)

    async def _sweep(self, tenant: TenantId, now: datetime) -> None:
        """Remove what nobody will ask for any more: some at each request while there is more, else now and then."""
        if now - self._swept.get(tenant, now - SWEPT_EVERY) < SWEPT_EVERY:
            return
        self._swept[tenant] = now
        old = Query(order=("since",), below=int((now - KEPT_FOR).timestamp()), limit=_SWEPT_AT_ONCE)
        if await swept(self._documents, tenant, REQUESTS, old) == _SWEPT_AT_ONCE:
            self._swept.pop(tenant, None)


async def swept(documents: Documents, tenant: TenantId, collection: Collection, old: Query) -> int:
    """Remove what a question finds, unless somebody has changed it meanwhile; how many were found."""
    found = (await documents.find(tenant, collection, old)).documents
    for each in found:
        with suppress(WrongRevision):
            await documents.delete(tenant, collection, each.key, expected=each.revision)
    return len(found)


def _unless_answered(found: Document | None, noted: Answered) -> None:
    """Let a request through that has no answer yet."""
    if found is None:
        return  # its note was removed a moment ago
    first = msgspec.convert(found.body, Answered)
    if first.digest != noted.digest:
        raise IdempotencyKeyReused(
            "this Idempotency-Key was used for another request", fix="make a new key for each request"
        )
    if first.status:
        headers = {**first.headers, "Idempotency-Replayed": "true"}
        raise Replay(Response(base64.b85decode(first.body), first.status, headers))
