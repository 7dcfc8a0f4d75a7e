"""What errors are over HTTP: one table of statuses, one shape."""

import logging
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from skafu.kernel.error_bus import ErrorBus, ErrorReport
from skafu.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    SkafuError,
    Unavailable,
    code_of,
)
from skafu.kernel.identity import SYSTEM
from skafu.storage.event_store import WrongVersion
from skafu.web_api.calls import request_id_of
from skafu.web_api.door import door_of
from skafu.web_api.principal import NotSignedIn
from skafu.web_api.quotas import QuotaExceeded
from skafu.web_api.rates import Allowance, TooManyRequests

STATUS: Final[tuple[tuple[type[SkafuError], int], ...]] = (
    (NotSignedIn, 401),
    (TooManyRequests, 429),
    (QuotaExceeded, 429),
    (WrongVersion, 412),
    (Invalid, 422),
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 422),
    (Forbidden, 403),
    (Unavailable, 503),
)
"""The first that fits counts."""
UNEXPECTED: Final = 500
NOT_THIS_WAY: Final = 405
TOO_LONG_TO_SHOW: Final = 200
_CODES: Final[Mapping[int, str]] = {
    400: "BAD_REQUEST",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}
_log = logging.getLogger("skafu.http")


def error_answer(
    request: Request, status: int, code: str, message: str, details: Mapping[str, object] | None = None
) -> Response:
    """An answer that says what went wrong."""
    meta = {"timestamp": door_of(request).clock(), "request_id": request_id_of(request)}
    error = {"code": code, "message": message, "details": details or {}}
    content = msgspec.json.encode({"success": False, "error": error, "meta": meta})
    return Response(content, status, media_type="application/json")


def install_errors(app: FastAPI, errors: ErrorBus) -> None:
    """Let an application answer all errors in the one shape, and tell the error bus of those that are ours."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, SkafuError)  # noqa: S101 the table of handlers says so
        status = next((status for kind, status in STATUS if isinstance(error, kind)), UNEXPECTED)
        if status >= UNEXPECTED or isinstance(error, Conflict):
            await errors.report(_report(request, error, status))
        message, fix = _for_callers(error)
        details: dict[str, object] = {"fix": fix} if fix else {}
        findings: Sequence[object] = getattr(error, "findings", ())
        if findings:
            details["findings"] = [str(each) for each in findings]
        answer = error_answer(request, status, code_of(type(error)), message, details)
        _wait(answer, error)
        return answer

    async def unexpected(request: Request, error: Exception) -> Response:
        _log.error("unexpected error", exc_info=error)
        await errors.report(_report(request, error, UNEXPECTED))
        return error_answer(request, UNEXPECTED, "UNEXPECTED_ERROR", "something went wrong on our side")

    app.add_exception_handler(SkafuError, ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _of_starlette)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, unexpected)


def _for_callers(error: SkafuError) -> tuple[str, str]:
    """What happened and what to do, for people who do not run the installation; the log has it whole."""
    if isinstance(error, Unavailable) and error.told:
        _log.error("%s", error.message)
        return error.told, "send the same request again"
    return error.message, error.fix


def _wait(answer: Response, error: SkafuError) -> None:
    """Tell the caller when to come again, or how to sign in."""
    if isinstance(error, NotSignedIn):
        answer.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, QuotaExceeded | TooManyRequests) and error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unavailable):
        answer.headers["Retry-After"] = "5"


async def _unreadable(request: Request, error: Exception) -> Response:
    """A request whose form is wrong: says of each field what is wrong; what was sent is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 the table of handlers says so
    fields = [_field(each) for each in error.errors()]
    message = "the request is not right: " + "; ".join(f"{each['field']}: {each['message']}" for each in fields[:5])
    return error_answer(request, 422, "VALIDATION_ERROR", message, {"fields": fields})


def _field(problem: Mapping[str, Any]) -> dict[str, str]:
    place = ".".join(str(part) for part in problem["loc"])[:TOO_LONG_TO_SHOW]
    return {"field": place, "message": str(problem["msg"])[:TOO_LONG_TO_SHOW], "kind": str(problem["type"])}


async def _of_starlette(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 the table of handlers says so
    code = _CODES.get(error.status_code, "HTTP_ERROR")
    answer = error_answer(request, error.status_code, code, _words(request, error))
    answer.headers.update(error.headers or {})
    if error.status_code == NOT_THIS_WAY:
        answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer


async def _left(request: Request, _error: Exception) -> Response:
    """Who left in the middle of a body made no mistake of ours; nobody reads this but the log."""
    return error_answer(request, 400, _CODES[400], "the body ended before it was whole")


def _methods(request: Request) -> set[str]:
    """All methods that there are at the place of a request: each has a route of its own."""
    there: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            there |= route.methods or set()
    return there | ({"HEAD"} if "GET" in there else set())


def _words(request: Request, error: HTTPException) -> str:
    match error.status_code:
        case 404:
            return f"there is nothing at {request.url.path[:TOO_LONG_TO_SHOW]}"
        case 405:
            return f"{request.method} is not possible at {request.url.path[:TOO_LONG_TO_SHOW]}"
        case _:
            return str(error.detail)[:TOO_LONG_TO_SHOW]


def _report(request: Request, error: Exception, status: int) -> ErrorReport:
    expected = isinstance(error, SkafuError)
    principal = getattr(request.state, "principal", None)
    route = getattr(request.scope.get("route"), "path", "")
    return ErrorReport(
        tenant=principal.org_id if principal else SYSTEM,
        correlation_id=request_id_of(request),
        source="http",
        severity="WARNING" if status < UNEXPECTED else "ERROR",
        code=code_of(type(error)) if isinstance(error, SkafuError) else "UNEXPECTED_ERROR",
        message=getattr(error, "told", "") or str(error) if expected else type(error).__name__,
        context={
            "function": f"{request.method} {route}",
            "status": str(status),
            **({"userId": principal.user_id} if principal else {}),
        },
        can_retry=status >= UNEXPECTED,
        at=door_of(request).clock(),
        stack="" if expected else "".join(traceback.format_exception(error)),
    )


def allowance_headers(request: Request) -> dict[str, str]:
    """What a caller has left, when it was counted."""
    allowance = getattr(request.state, "allowance", None)
    return allowance.headers() if isinstance(allowance, Allowance) else {}
