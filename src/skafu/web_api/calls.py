"""One request of somebody who may make it: the signature of a route says who that is."""

import hashlib
from datetime import datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID, uuid5

import msgspec
from fastapi import Depends, Header, Request

from skafu.kernel.errors import Forbidden, Invalid
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.web_api.door import Door, door_of
from skafu.web_api.idempotency import IDEMPOTENCY_KEY
from skafu.web_api.principal import Credentials, NotSignedIn, Principal, Role
from skafu.web_api.quotas import Measure
from skafu.web_api.rates import TooManyRequests
from skafu.web_api.routing import KeepingRoute

SESSION_COOKIE: Final = "skafu_session"
BROWSER_HEADER: Final = "X-Skafu-Request"
"""What a browser's script must send with changes: pages of others cannot."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
KEYS: Final = UUID("6d0c5d6e-6f0a-5c0c-9a53-7a1d3f6e2b11")
"""The name space of keys and ids that follow from requests."""


class Call(msgspec.Struct, frozen=True):
    """A request that was let in.

    Attributes:
        principal: who calls.
        request_id: the correlation id of all that follows.
        key: the key of the command that the request leads to: the same when it is repeated with its
            Idempotency-Key, and none without one.
        now: when it came.
        address: where it came from.
        if_none_match: the ETags that the caller has.
        request: as it stands, for what else a route needs.
        unique: an id that no other request has; a caller may give several requests the same `request_id`.
    """

    principal: Principal
    request_id: UUID
    key: str | None
    now: datetime
    address: str
    if_none_match: str
    request: Request
    unique: UUID

    @property
    def tenant(self) -> TenantId:
        """Whose data it is about."""
        return self.principal.org_id

    @property
    def origin(self) -> Origin:
        """Where the changes come from that it leads to."""
        return Origin(self.principal.actor, self.request_id, self.request_id)

    def id_for(self, what: str) -> UUID:
        """A new id that is the same when the request is repeated with its Idempotency-Key."""
        return uuid5(KEYS, f"{self.key or self.unique} {what}")

    def key_for(self, what: str) -> str | None:
        """The key of one of several commands that the request leads to."""
        return f"{self.key} {what}" if self.key else None

    async def check_quota(self, measure: Measure, more: int = 1) -> None:
        """Let work start that uses this much more.

        Raises:
            QuotaExceeded: there is not so much left.
        """
        await door_of(self.request).quotas.check(self.principal, measure, more)


class OpenCall(msgspec.Struct, frozen=True):
    """A request that anybody may make, as signing in.

    Attributes:
        request_id: the correlation id of all that follows.
        now: when it came.
        address: where it came from.
        request: as it stands.
    """

    request_id: UUID
    now: datetime
    address: str
    request: Request

    @property
    def origin(self) -> Origin:
        """Where the changes come from that it leads to: nobody is known yet."""
        return Origin(Actor("system", "visitor"), self.request_id, self.request_id)


def request_id_of(request: Request) -> UUID:
    """The id that the outermost layer has given a request."""
    identifier = request.scope.get("request_id")
    return identifier if isinstance(identifier, UUID) else door_of(request).new_id()


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


class Requirement:
    """The dependency of routes that need a role."""

    def __init__(self, role: Role, scope: str, *, keeps: bool) -> None:
        """See `requires`."""
        self.role = role
        self._scope = scope
        self._keeps = keeps

    async def __call__(
        self,
        request: Request,
        idempotency_key: Annotated[str | None, Header(description=IDEMPOTENCY_KEY, max_length=200)] = None,
    ) -> Call:
        """The request, when its sender may make it."""
        door = door_of(request)
        try:
            principal = await _principal(request, door, request.headers.get("authorization", ""))
        except NotSignedIn:
            _bounded(door, address_of(request), request)
            raise
        request.state.principal = principal
        _bounded(door, f"{principal.org_id} {principal.token_id or principal.user_id}", request)
        needed = self._scope or scope_of(request)
        if not principal.may(self.role, needed):
            words = f"this takes the role {self.role}, and of a token with scopes {needed!r}"
            raise Forbidden(words, fix="ask an admin of the organisation")
        refuse_unknown_parameters(request)
        key = _key(principal, request, idempotency_key)
        known = request.headers.get("if-none-match", "")
        identifier, address, now = request_id_of(request), address_of(request), door.clock()
        found = Call(principal, identifier, key, now, address, known, request, door.new_id())
        if key is not None and idempotency_key is not None and self._keeps:
            kept = door.answers.remembered(principal.org_id, key, idempotency_key, request, now)
            request.state.replay = await kept
        return found


def requires(role: Role, scope: str = "", *, keeps: bool = True) -> Requirement:
    """The dependency of routes that need a role, and a scope when the caller is a token that has scopes.

    Args:
        role: the least one that is let in.
        scope: what a token with scopes must have; without one, it follows from the request (`scope_of`).
        keeps: whether the answer is kept for a request that is repeated with its Idempotency-Key; not where secrets
            are sent or received.
    """
    return Requirement(role, scope, keeps=keeps)


def scope_of(request: Request) -> str:
    """The scope that a request takes: the first part of its path below /api/v1, and whether it changes anything."""
    parts = str(request.scope["path"]).removeprefix("/api/v1/").split("/")
    return f"{parts[0]}:{'read' if request.method in SAFE else 'write'}"


async def _open_call(request: Request) -> OpenCall:
    call = await _returning_call(request)
    refuse_unknown_parameters(request)
    return call


async def _entering_call(
    request: Request,
    idempotency_key: Annotated[str | None, Header(description=IDEMPOTENCY_KEY, max_length=200)] = None,
) -> OpenCall:
    call = await _open_call(request)
    if idempotency_key is not None:
        _check_key(idempotency_key)
        shown = request.cookies.get(SESSION_COOKIE, ""), str(BROWSER_HEADER in request.headers)
        request.state.replay = await door_of(request).sealed.begun(request, idempotency_key, *shown)
    return call


async def _returning_call(request: Request) -> OpenCall:
    door = door_of(request)
    _bounded(door, address_of(request), request)
    return OpenCall(request_id_of(request), door.clock(), address_of(request), request)


async def may_go_on(call: Call) -> bool:
    """Whether the sender of a request that takes long would still be let in, as the same person in the same place."""
    request = call.request
    try:
        found = await _principal(request, door_of(request), request.headers.get("authorization", ""))
    except NotSignedIn:
        return False
    return (found.user_id, found.org_id) == (call.principal.user_id, call.tenant)


ViewerCall = Annotated[Call, Depends(requires("viewer"))]
DeveloperCall = Annotated[Call, Depends(requires("developer"))]
AdminCall = Annotated[Call, Depends(requires("admin"))]
AnyonesCall = Annotated[OpenCall, Depends(_open_call)]
EnteringCall = Annotated[OpenCall, Depends(_entering_call)]
"""Of who is not known yet and sends secrets, or gets some: safe to repeat for a while."""
ReturningCall = Annotated[OpenCall, Depends(_returning_call)]
"""Of a browser that others send back to us, with parameters of their own."""

E = TypeVar("E")


async def if_match(
    if_match: Annotated[
        str | None, Header(description='The ETag of what the change is based on: `"7"`.', max_length=200)
    ] = None,
) -> int | None:
    """The version that a change is based on.

    Raises:
        Invalid: it is no ETag of a thing that can be changed.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Invalid(f"If-Match is no ETag of this: {if_match[:40]!r}", fix="send the ETag that the last answer had")
    return int(text)


IfMatch = Annotated[int | None, Depends(if_match)]


async def _principal(request: Request, door: Door, authorization: str) -> Principal:
    kind, _, bearer = authorization.partition(" ")
    session = request.cookies.get(SESSION_COOKIE, "")
    shown = Credentials(bearer.strip() if kind.lower() == "bearer" else "", session, address_of(request))
    if authorization and not shown.bearer:
        raise NotSignedIn("the Authorization header holds no bearer token", fix="send `Authorization: Bearer TOKEN`")
    principal = await door.authenticator.authenticate(shown) if shown.bearer or shown.session else None
    if principal is None:
        raise NotSignedIn("nobody is signed in", fix="sign in, or send `Authorization: Bearer TOKEN`")
    if not shown.bearer and request.method not in SAFE and BROWSER_HEADER not in request.headers:
        raise Forbidden("a change by a browser needs proof of its page", fix=f"send the header `{BROWSER_HEADER}: 1`")
    return principal


def _bounded(door: Door, caller: str, request: Request) -> None:
    allowance = door.rates.take(caller)
    request.state.allowance = allowance
    if allowance.exhausted:
        raise TooManyRequests(allowance.retry_after)


def _key(principal: Principal, request: Request, given: str | None) -> str | None:
    if given is None or request.method in SAFE:
        return None
    _check_key(given)
    route = f"{request.method} {request.scope['path']}"
    text = f"{principal.org_id}\n{principal.user_id}\n{route}\n{given}"
    return hashlib.sha256(text.encode()).hexdigest()


def _check_key(given: str) -> None:
    if not given or not given.isprintable():
        raise Invalid("the Idempotency-Key is empty or cannot be read", fix="send 1 to 200 visible characters")


def refuse_unknown_parameters(request: Request) -> None:
    """Refuse a request with a query parameter that its route does not have, or that it has twice.

    Raises:
        Invalid: there is one; the names that are known are in the error.
    """
    route = request.scope.get("route")
    if isinstance(route, KeepingRoute):
        known, given = route.query_names, [name for name, _ in request.query_params.multi_items()]
        unknown = sorted(set(given) - known)
        if unknown:
            named = ", ".join(sorted(known)) or "none"
            raise Invalid(f"there is no query parameter {unknown[0][:40]!r} here", fix=f"known are: {named}")
        if len(given) > len(set(given)):
            twice = next(name for name in given if given.count(name) > 1)
            raise Invalid(f"the query parameter {twice!r} is there twice", fix="send it once")
