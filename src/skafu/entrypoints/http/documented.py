"""The description of the API, with who is let in, and the errors that any route may answer."""

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from skafu.web_api.calls import SESSION_COOKIE, Requirement
from skafu.web_api.envelope import ErrorAnswer, error_documented
from skafu.web_api.principal import Role

ANY: Final = (400, 422, 429, 503)
"""What may happen everywhere: what cannot be read, is not right, is too much, or cannot be done now."""
WITH_BODY: Final = (413,)
WITH_PARAMETERS: Final = (404,)
WITH_DEFAULT: Final = 422
"""The library documents a shape of its own for it, which no answer has."""
WAYS_IN: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An access token, or an API token."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "The session of a browser.",
    },
}


class DocumentedApi(FastAPI):
    """An application whose document names who is let in, every error, and what everything means and looks like."""

    _written: bytes = b""

    def show_document(self, path: str) -> None:
        """Answer with the document at a path."""
        making = asyncio.Lock()

        async def document(_request: Request) -> Response:
            async with making:
                if not self._written:  # takes a second, and is asked for by anybody: others are answered meanwhile
                    self._written = await asyncio.to_thread(lambda: msgspec.json.encode(self.openapi()))
            return Response(self._written, media_type="application/json")

        self.add_route(path, document, include_in_schema=False)

    def openapi(self) -> dict[str, Any]:
        """The document; it is made once."""
        if self.openapi_schema is None:
            from skafu.entrypoints.http.described import describe  # most processes are never asked

            document = super().openapi()
            components = document.setdefault("components", {})
            components["securitySchemes"] = WAYS_IN
            components.setdefault("schemas", {}).update(_error_shapes())
            for operation, route in self._operations(document):
                _name_errors(operation)
                role = _role(route.dependant)
                if role is not None:
                    operation["security"] = [{way: [role]} for way in WAYS_IN]
            describe(document)
            self.openapi_schema = document
        return self.openapi_schema

    def _operations(self, document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], APIRoute]]:
        for route in self.router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in route.methods or ():
                    yield document["paths"][route.path_format][method.lower()], route


def _error_shapes() -> dict[str, Any]:
    """The shape of errors, and those that it is made of."""
    schema = ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), ErrorAnswer.__name__: schema}


def _role(dependant: Dependant) -> Role | None:
    """The least role that a route lets in; none when anybody may come."""
    for each in dependant.dependencies:
        if isinstance(each.call, Requirement):
            return each.call.role
        inner = _role(each)
        if inner is not None:
            return inner
    return None


def _name_errors(operation: dict[str, Any]) -> None:
    """Add the errors that follow from what an operation takes."""
    statuses = [*ANY, *(WITH_BODY if "requestBody" in operation else ())]
    if any(each["in"] == "path" for each in operation.get("parameters", ())):
        statuses += WITH_PARAMETERS
    responses = operation["responses"]
    for status in statuses:
        if str(status) not in responses or status == WITH_DEFAULT:
            responses[str(status)] = error_documented(status)
    operation["responses"] = dict(sorted(responses.items()))
