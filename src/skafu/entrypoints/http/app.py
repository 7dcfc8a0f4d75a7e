"""The application: all routes of the parts, with what lies around them."""

from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from skafu import __version__
from skafu.entrypoints.http.documented import DocumentedApi
from skafu.entrypoints.http.errors import install_errors
from skafu.entrypoints.http.health import RequestMeasures, health_routes
from skafu.entrypoints.http.layers import AnsweredRequest, Limits, Measures, Outermost
from skafu.entrypoints.http.stream import stream_routes
from skafu.web_api.calls import BROWSER_HEADER
from skafu.web_api.door import hang
from skafu.web_api.routing import API

if TYPE_CHECKING:
    from skafu.server_bootstrap import Platform
    from skafu.server_bootstrap.site import Answered

UPLOADS = (f"{API}/templates",)


def application(platform: "Platform", *, beat: float | None = None) -> ASGIApp:
    """The ASGI application of a platform."""
    settings = platform.settings
    app = DocumentedApi(
        title="Skafu",
        version=__version__,
        summary="Describe a system, get a proven AWS serverless project.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    hang(app, platform.door)
    install_errors(app, platform.site.errors)
    for part in platform.parts:
        app.router.routes.extend(part.router.routes)  # included routers would be asked in turn, each route twice
        if part.root is not None:
            app.router.routes.extend(part.root.routes)
    more = {} if beat is None else {"beat": beat}
    app.router.routes.extend(stream_routes(platform.live, platform.storage.feed, platform.types, **more).routes)
    measures = RequestMeasures()
    app.router.routes.extend(health_routes(platform, measures).routes)
    limits = Limits(settings.request_seconds, settings.body_bytes, settings.upload_bytes, UPLOADS)
    inner: ASGIApp = app
    if settings.cors_origins:
        inner = CORSMiddleware(
            app,
            allow_origins=settings.cors_origins,
            allow_credentials=True,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-Match", "Idempotency-Key", BROWSER_HEADER],
            expose_headers=["ETag", "Location", "X-Request-Id", "RateLimit-Remaining", "Retry-After"],
        )
    hearing: list[Measures] = [measures, *(_Told(each) for each in platform.site.answered)]
    return Outermost(inner, limits, platform.door.clock, platform.door.new_id, hearing, platform.site.tracer)


class _Told:
    """Tells a context of requests that have been answered."""

    def __init__(self, tell: "Answered") -> None:
        self._tell = tell

    def answered(self, request: AnsweredRequest, /) -> None:
        self._tell(request.tenant, request.status, request.seconds)
