"""Requests that are safe to repeat: the same Idempotency-Key gets the first answer."""

import base64
import hmac
from typing import Final

import msgspec
from fastapi import Request, Response

from skafu.kernel.errors import Invalid
from skafu.kernel.identity import TenantId
from skafu.storage.documents import Collection, Documents, WrongRevision

IDEMPOTENCY_KEY: Final = (
    "Makes the request safe to repeat: the same key gets the first answer. 1 to 200 visible characters."
)
REQUESTS: Final = Collection("requests")
SERVER_ERROR: Final = 500


class IdempotencyKeyReused(Invalid):
    """The key came again, with another request."""


class Answered(msgspec.Struct, frozen=True):
    """What is remembered of a request: its digest, and its answer once there is one.

    The digest is keyed with the Idempotency-Key, which is not kept: who reads the store cannot try out what a body may
    have been.
    """

    digest: str
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
    digest: str

    async def keep(self, response: Response) -> None:
        """Keep an answer. What failed on our side is not kept: it may go better the next time."""
        if response.status_code >= SERVER_ERROR or not isinstance(response.body, bytes):
            return
        names = ("content-type", "etag", "location")
        headers = {name: response.headers[name] for name in names if name in response.headers}
        body = base64.b85encode(response.body).decode()
        answered = Answered(self.digest, response.status_code, body, headers)
        await self.documents.put(self.tenant, REQUESTS, self.key, msgspec.to_builtins(answered))


async def remembered(documents: Documents, tenant: TenantId, key: str, given: str, request: Request) -> Remembering:
    """Note that a request is under way.

    Args:
        documents: where it is noted.
        tenant: who calls.
        key: the name of the note; does not give the Idempotency-Key away.
        given: the Idempotency-Key itself.
        request: as it stands.

    Raises:
        Replay: it was answered before.
        IdempotencyKeyReused: the key was used for another request.
    """
    text = str(request.url.query).encode() + b"\n" + await request.body()
    digest = hmac.digest(given.encode(), text, "sha256").hex()
    try:
        await documents.put(tenant, REQUESTS, key, msgspec.to_builtins(Answered(digest)), expected=0)
    except WrongRevision:
        found = (await documents.get(tenant, REQUESTS, [key]))[key]
        first = msgspec.convert(found.body, Answered)
        if first.digest != digest:
            raise IdempotencyKeyReused(
                "this Idempotency-Key was used for another request", fix="make a new key for each request"
            ) from None
        if first.status:
            headers = {**first.headers, "Idempotency-Replayed": "true"}
            raise Replay(Response(base64.b85decode(first.body), first.status, headers)) from None
    return Remembering(documents, tenant, key, digest)
