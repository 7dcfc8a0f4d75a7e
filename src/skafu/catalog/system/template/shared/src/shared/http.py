"""HTTP: from an API Gateway event to a command or query, and from its outcome to a response."""

from __future__ import annotations

import base64
import functools
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from shared import aggregates
from shared.aggregates import Committed, Context
from shared.clock import now, stopwatch
from shared.domain import BadCursor, Caller, Refusal
from shared.event_store import VersionConflict
from shared.observability import count, logger, measure, metrics, outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aws_lambda_powertools.utilities.typing import LambdaContext

T = TypeVar("T")
Response = dict[str, Any]


class HttpError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Say which status, which code and why."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


ERRORS: dict[type[Exception], tuple[int, str, str]] = {
    aggregates.InstanceMissing: (404, "not_found", "There is no such resource."),
    aggregates.InstanceExists: (409, "already_exists", "It exists already."),
    aggregates.NotUnique: (409, "not_unique", "A value that must be unique is taken."),
    aggregates.PreconditionFailed: (412, "precondition_failed", "It was changed since; read it again."),
    BadCursor: (400, "invalid_request", "The cursor is not one of an earlier answer."),
    VersionConflict: (409, "conflict", "Others changed it at the same moment; try again."),
}
"""The one table that decides the status of a failure."""


class Request:
    """A request of the HTTP API (payload format 2.0)."""

    def __init__(self, event: dict[str, Any]) -> None:
        """Take the event apart; the time of the request is read here, once."""
        self.now: datetime = now()
        self.id: str = event["requestContext"]["requestId"]
        self.route: str = event["routeKey"]
        self.headers: dict[str, str] = event.get("headers") or {}
        self.path: dict[str, str] = event.get("pathParameters") or {}
        self.query: dict[str, str] = event.get("queryStringParameters") or {}
        self._claims: dict[str, Any] = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
        text = event.get("body") or ""
        self._body: bytes = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()

    def caller(self, *roles: str) -> Caller:
        """Who asks; with roles, only if one of them is his.

        Raises:
            HttpError: 403, the caller has none of the roles.
        """
        groups = str(self._claims.get("cognito:groups", "")).strip("[]").replace(",", " ")
        caller = Caller(str(self._claims.get("sub", "anonymous")), tuple(groups.split()))
        if roles and not set(roles) & set(caller.roles):
            raise HttpError(403, "forbidden", f"This needs one of the roles {', '.join(roles)}.")
        return caller

    def body(self, kind: type[T], *path: str) -> T:
        """The body as a command, with some of its fields from the path.

        Raises:
            HttpError: 400, with the place and the reason.
        """
        try:
            if not path:
                return msgspec.json.decode(self._body or b"{}", type=kind)
            fields = msgspec.json.decode(self._body or b"{}", type=dict[str, Any])
            return msgspec.convert(fields | {name: self.path[name] for name in path}, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HttpError(400, "invalid_request", str(error)) from error

    def parameters(self, kind: type[T]) -> T:
        """Path and query-string parameters as a query.

        Raises:
            HttpError: 400, with the place and the reason.
        """
        try:
            return msgspec.convert({**self.query, **self.path}, type=kind, strict=False)
        except msgspec.ValidationError as error:
            raise HttpError(400, "invalid_request", str(error)) from error

    def context(self, caller: Caller) -> Context:
        """What running a command needs to know about this request."""
        key, version = self.headers.get("idempotency-key"), self.headers.get("if-match", "").strip('W/"')
        if version and not version.isdigit():
            raise HttpError(412, "precondition_failed", "If-Match must hold the ETag of an earlier answer.")
        return Context(
            actor=caller.id,
            now=self.now,
            correlation_id=self.headers.get("x-correlation-id", self.id)[:64],
            causation_id=self.id,
            idempotency_key=f"{caller.id}#{self.route}#{key[:128]}" if key else None,
            expected_version=int(version) if version else None,
        )

    def answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> Response:
        """A response with the envelope of every successful answer."""
        return self._respond(status, {"success": True, "data": content, "meta": self._meta(), "errors": []}, headers)

    def done(self, result: Committed | Refusal, id_name: str, location: str | None = None) -> Response:
        """The response to a command: 201 with its location, 200, or 422 with the rule that refused it."""
        if isinstance(result, Refusal):
            return self.failed(422, result.code, result.message)
        for name in result.events:
            count(name)
        headers = {"ETag": f'"{result.version}"'} | ({"Location": location + result.instance_id} if location else {})
        content = {id_name: result.instance_id, "version": result.version, "events": result.events}
        return self.answer(201 if location else 200, content, headers)

    def failed(self, status: int, code: str, message: str) -> Response:
        """A response with the envelope of every error."""
        error = {"code": code, "message": message, "details": {}}
        return self._respond(status, {"success": False, "error": error, "meta": self._meta()}, None)

    def _meta(self) -> dict[str, str]:
        return {"timestamp": self.now.isoformat(), "request_id": self.id}

    def _respond(self, status: int, content: dict[str, Any], headers: dict[str, str] | None) -> Response:
        return {
            "statusCode": status,
            "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"} | (headers or {}),
            "body": msgspec.json.encode(content).decode(),
        }


def route(function: Callable[[Request], Response]) -> Callable[[dict[str, Any], LambdaContext], Response]:
    """Make a function of a request a Lambda handler, with logs, metrics and error responses."""

    @functools.wraps(function)
    @logger.inject_lambda_context(clear_state=True)
    @metrics.log_metrics(capture_cold_start_metric=True)
    def handler(event: dict[str, Any], _: LambdaContext) -> Response:
        elapsed = stopwatch()
        request = Request(event)
        logger.append_keys(correlation_id=request.headers.get("x-correlation-id", request.id), route=request.route)
        response = _answered(function, request)
        count(f"Status{response['statusCode'] // 100}xx")
        outcome(failed=response["statusCode"] >= 500)
        measure(elapsed())
        return response

    return handler


def _answered(function: Callable[[Request], Response], request: Request) -> Response:
    try:
        return function(request)
    except HttpError as error:
        return request.failed(error.status, error.code, error.message)
    except tuple(ERRORS) as error:
        return request.failed(*ERRORS[type(error)])
    except Exception:
        logger.exception("unexpected failure")
        return request.failed(500, "internal_error", "Something went wrong; quote the request id.")
