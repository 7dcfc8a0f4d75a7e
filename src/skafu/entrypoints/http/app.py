"""The application: all routes of the parts, with what lies around them."""

import re
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from skafu import __version__
from skafu.entrypoints.http.documented import DocumentedApi
from skafu.entrypoints.http.errors import install_errors
from skafu.entrypoints.http.health import RequestMeasures, health_routes
from skafu.entrypoints.http.layers import AnsweredRequest, Limits, Measures, Outermost
from skafu.entrypoints.http.stream import PACE, Pace, stream_routes
from skafu.web_api.calls import BROWSER_HEADER
from skafu.web_api.door import hang
from skafu.web_api.routing import API

if TYPE_CHECKING:
    from skafu.server_bootstrap import Platform
    from skafu.server_bootstrap.site import Answered

UPLOADS = re.compile(rf"{API}/templates(/[^/]+/versions)?")
SENT_BY_PAGES = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Last-Event-ID",
    "X-Request-Id",
    BROWSER_HEADER,
)
READ_BY_PAGES = (
    "ETag",
    "Location",
    "Content-Disposition",
    "Idempotency-Replayed",
    "X-Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
)


def application(platform: "Platform", pace: Pace = PACE) -> ASGIApp:
    """The ASGI application of a platform."""
    settings = platform.settings
    app = DocumentedApi(
        title="Skafu",
        version=__version__,
        summary="Describe a system, get a proven AWS serverless project.",
        openapi_url=None,
        redirect_slashes=False,
    )
    app.show_document(f"{API}/openapi.json")
    hang(app, platform.door)
    install_errors(app, platform.site.errors)
    for part in platform.parts:
        app.router.routes.extend(part.router.routes)  # included routers would be asked in turn, each route twice
        if part.root is not None:
            app.router.routes.extend(part.root.routes)
    app.router.routes.extend(stream_routes(platform.live, platform.storage.feed, platform.types, pace).routes)
    measures = RequestMeasures()
    app.router.routes.extend(health_routes(platform, measures).routes)
    limits = Limits(settings.request_seconds, settings.body_bytes, settings.upload_bytes, UPLOADS)
    hearing: list[Measures] = [measures, *(_Told(each) for each in platform.site.answered)]
    whole = Outermost(app, limits, platform.door.clock, platform.door.new_id, hearing, platform.site.tracer)
    return _for_pages_of(settings.cors_origins, whole)


class _KnownPages(CORSMiddleware):
    """Answers browsers that ask whether a page may call; a no is in the one shape of errors as well, given by the app.

    To it, such a question is a method that no place has.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the questions of pages that are known, and let everything else through."""
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        known = origin is None or self.is_allowed_origin(origin)
        await (super().__call__ if known else self.app)(scope, receive, send)


def _for_pages_of(origins: list[str], app: ASGIApp) -> ASGIApp:
    """Let the pages of these origins call an application, and read all that it answers, refusals too."""
    if not origins:
        return app
    return _KnownPages(
        app,
        allow_origins=origins,
        allow_credentials=True,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=SENT_BY_PAGES,
        expose_headers=READ_BY_PAGES,
    )


class _Told:
    """Tells a context of requests that have been answered."""

    def __init__(self, tell: "Answered") -> None:
        self._tell = tell

    def answered(self, request: AnsweredRequest, /) -> None:
        self._tell(request.tenant, request.status, request.seconds)
