"""Routers whose routes keep the answers of requests that may be repeated."""

from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from skafu.web_api.idempotency import Remembering, Replay
from skafu.web_api.sealed_answers import Sealing

API: Final = "/api/v1"


class KeepingRoute(APIRoute):
    """A route that keeps its answer when the request has an Idempotency-Key, and tells the caller what is left."""

    @cached_property
    def _fixed(self) -> str:
        """How all paths begin that can be for this route."""
        return self.path.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for this route; most are not, which is seen without looking at the whole path."""
        if not scope["path"].startswith(self._fixed):
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def query_names(self) -> frozenset[str]:
        """The query parameters that the route has."""
        return frozenset(_query_names(self.dependant))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, and what comes after it."""
        original = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response = await original(request)
            except Replay as replay:
                return replay.response
            except Exception:
                sealing = getattr(request.state, "replay", None)
                if isinstance(sealing, Sealing):
                    await sealing.let_go()
                raise
            remembering = getattr(request.state, "replay", None)
            if isinstance(remembering, Remembering | Sealing):
                await remembering.keep(response)
            return response

        return handler


def router(tag: str) -> APIRouter:
    """An empty router for routes below /api/v1; `tag` groups them in the documentation."""
    return APIRouter(prefix=API, tags=[tag], route_class=KeepingRoute, generate_unique_id_function=_operation_id)


def _operation_id(route: APIRoute) -> str:
    """The name of the function: clients that are generated from the document call it so."""
    return route.name


def _query_names(dependant: Dependant) -> set[str]:
    inner = [_query_names(each) for each in dependant.dependencies]
    return {each.alias for each in dependant.query_params}.union(*inner)
