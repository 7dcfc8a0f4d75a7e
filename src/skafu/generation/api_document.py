"""What the OpenAPI document says of a system: its paths, operations and schemas."""

from itertools import groupby
from typing import Any

from skafu.blueprint.files import download_of, upload_of
from skafu.blueprint.naming import Names, names_of
from skafu.blueprint.resolved import (
    ResolvedAggregate,
    ResolvedCommand,
    ResolvedInbound,
    ResolvedQuery,
    ResolvedRoute,
    ResolvedService,
    System,
)
from skafu.blueprint.resource_names import function_name
from skafu.blueprint.samples import JsonValue
from skafu.generation.aggregate_view import View, sentence
from skafu.generation.features import is_signed
from skafu.generation.file_view import files_view
from skafu.generation.inbound_view import route_of
from skafu.generation.json_schema import MONEY, MONEY_SCHEMA, Schema, object_schema, row_schema, type_schema
from skafu.generation.resource_view import STAGE

PAGE_PARAMETERS: list[Schema] = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
    {"name": "cursor", "in": "query", "schema": {"type": "string"}},
]
NEXT_CURSOR: Schema = {
    "type": ["string", "null"],
    "description": "Where the next page begins, null at the end; with filters a page may hold fewer items, or none.",
}
COMMAND_PARAMETERS: list[Schema] = [{"$ref": "#/components/parameters/IdempotencyKey"}]
CHANGE_PARAMETERS: list[Schema] = [*COMMAND_PARAMETERS, {"$ref": "#/components/parameters/IfMatch"}]
ERRORS = {
    400: "The request is malformed.",
    401: "There is no valid token.",
    403: "The caller has none of the roles.",
    404: "There is no such resource for this caller.",
    409: "It exists already, or others changed it at the same moment.",
    412: "It was changed since.",
    422: "A rule refuses it; the code says which.",
}
ENVELOPE: Schema = {
    "type": "object",
    "required": ["success", "error", "meta"],
    "properties": {
        "success": {"const": False},
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "details": {"type": "object"}},
        },
        "meta": {"$ref": "#/components/schemas/Meta"},
    },
}
META: Schema = {
    "type": "object",
    "required": ["timestamp", "request_id"],
    "properties": {"timestamp": {"type": "string", "format": "date-time"}, "request_id": {"type": "string"}},
}


def paths_view(system: System) -> list[View]:
    """All paths with their operations, sorted."""
    found: list[tuple[str, View]] = []
    for service in system.services:
        for aggregate in service.aggregates:
            found += [
                (one.route.path, _command(one, one.route, aggregate, service))
                for one in aggregate.commands
                if one.route
            ]
        found += [(one.route.path, _query(one, one.route, service)) for one in service.queries if one.route]
        found += [_webhook(one, service) for one in service.inbound if one.kind == "webhook"]
        found += _files(service)
    found.sort(key=lambda pair: (pair[0], pair[1]["method"]))
    return [
        {"path": path, "operations": [operation | _function(operation, system) for _, operation in group]}
        for path, group in groupby(found, key=lambda pair: pair[0])
    ]


def _function(operation: View, system: System) -> View:
    """The function that answers an operation, as stacks name it."""
    return {"function": function_name(system.names.kebab, STAGE, operation["service"], operation["kebab"])}


def schemas_view(system: System) -> list[View]:
    """The schemas that operations refer to, sorted by name."""
    schemas: dict[str, Schema] = {"Error": ENVELOPE, "Meta": META, MONEY: MONEY_SCHEMA}
    for service in system.services:
        schemas |= {one.names.pascal: object_schema(one.fields) for one in service.value_types}
        for aggregate in service.aggregates:
            schemas |= {one.names.pascal: body_schema(one) for one in aggregate.commands if one.route}
        schemas |= {f"{one.names.pascal}Row": row_schema(one.columns) for one in service.queries if one.route}
    return [{"name": name, "schema": schemas[name]} for name in sorted(schemas)]


def body_schema(command: ResolvedCommand) -> Schema:
    """The schema of a command's body: its fields without those that stand in the path."""
    in_path = command.route.parameters if command.route else ()
    return object_schema(tuple(field for field in command.fields if field.name not in in_path))


def models_view(system: System) -> list[View]:
    """What a REST API checks of bodies before it calls a function: JSON Schema draft 4, without what it can't say."""
    schemas: dict[str, Schema] = {MONEY: MONEY_SCHEMA}
    for service in system.services:
        schemas |= {one.names.pascal: object_schema(one.fields) for one in service.value_types}
        for aggregate in service.aggregates:
            schemas |= {one.names.pascal: body_schema(one) for one in aggregate.commands if one.route}
    return [{"name": name, "schema": _draft_4(schemas[name])} for name in sorted(schemas)]


def _draft_4(schema: JsonValue) -> JsonValue:
    if isinstance(schema, list):
        return [_draft_4(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema or isinstance(schema.get("type"), list):
        return {}
    return {key: _draft_4(value) for key, value in schema.items() if key not in {"format", "default", "examples"}}


def _command(
    command: ResolvedCommand, route: ResolvedRoute, aggregate: ResolvedAggregate, service: ResolvedService
) -> View:
    statuses = [400, 409, 422] if command.creates else [400, 404, 409, 412, 422]
    content = {
        "type": "object",
        "required": [aggregate.id_name, "version", "events"],
        "properties": {
            aggregate.id_name: {"type": "string"},
            "version": {"type": "integer", "minimum": 1},
            "events": {"type": "array", "items": {"type": "string"}},
        },
    }
    done = (201, "It was created.") if command.creates else (200, "It was done.")
    extra = COMMAND_PARAMETERS if command.creates else CHANGE_PARAMETERS
    return {
        **_operation(route, command.names, command.summary or command.names.words, service),
        "public": command.access.public,
        "parameters": [*_path_parameters(route), *extra],
        "body": {"$ref": f"#/components/schemas/{command.names.pascal}"},
        "required": _path_parameters(route),
        "model": command.names.pascal,
        "responses": _responses(done, content, statuses, public=command.access.public),
    }


def _query(query: ResolvedQuery, route: ResolvedRoute, service: ResolvedService) -> View:
    row = {"$ref": f"#/components/schemas/{query.names.pascal}Row"}
    in_query = [
        {"name": one.name, "in": "query", "required": one.required, "schema": type_schema(one.type)}
        for one in query.parameters
        if one.place == "query"
    ]
    paged = query.returns == "page"
    page = {
        "type": "object",
        "required": ["items", "next_cursor"],
        "properties": {"items": {"type": "array", "items": row}, "next_cursor": NEXT_CURSOR},
    }
    return {
        **_operation(route, query.names, query.summary or query.names.words, service),
        "public": query.access.public,
        "parameters": [*_path_parameters(route), *in_query, *(PAGE_PARAMETERS if paged else [])],
        "body": None,
        "required": [*_path_parameters(route), *(one for one in in_query if one["required"])],
        "model": None,
        "responses": _responses(
            (200, "What was found."), page if paged else row, [400, 404], public=query.access.public
        ),
    }


def _webhook(inbound: ResolvedInbound, service: ResolvedService) -> tuple[str, View]:
    """The route that an outside system calls, with its path."""
    route = ResolvedRoute("POST", route_of(inbound), ())
    content = {"type": "object", "required": ["accepted"], "properties": {"accepted": {"const": True}}}
    summary = f"{inbound.integration} says: {inbound.names.words}"
    signature = {"name": "x-signature", "in": "header", "required": True, "schema": {"type": "string"}}
    signed = (
        [signature | {"description": "sha256= and the HMAC-SHA256 of the body in hex."}] if is_signed(inbound) else []
    )
    return route.path, {
        **_operation(route, inbound.names, summary, service),
        "public": True,
        "parameters": signed,
        "body": {"type": "object"},
        "required": [],
        "model": None,
        "responses": _responses((200, "It was taken."), content, [*([401] if signed else []), 400, 404], public=True),
    }


def _files(service: ResolvedService) -> list[tuple[str, View]]:
    """The routes that give links to upload and download files with, each with its path."""
    files, upload, download = files_view(service), upload_of(service), download_of(service)
    texts = {"file_id": {"type": "string"}, "url": {"type": "string", "format": "uri"}}
    expiring = {**texts, "expires_in": {"type": "integer"}}
    sent = {"content_type": {"type": "string"}, "size": {"type": "integer", "minimum": 1}}
    sending = {"method": {"const": "PUT"}, "headers": {"type": "object"}}
    found: list[tuple[str, View]] = []
    for view, of, body, content, done in (
        (files["upload"], upload, sent, {**expiring, **sending}, (201, "Here is the link.")),
        (files["download"], download, None, {**expiring, **sent}, (200, "Here is the link.")),
    ):
        if view and of:
            operation = {
                **_operation(of.route, names_of(view["kebab"]), view["summary"], service),
                "id": f"{service.names.snake}_{view['snake']}",
                "public": False,
                "parameters": _path_parameters(of.route),
                "body": {"type": "object", "required": list(body), "properties": body} if body else None,
                "required": _path_parameters(of.route),
                "model": None,
                "responses": _responses(done, {"type": "object", "properties": content}, [400, 404], public=False),
            }
            found.append((of.route.path, operation))
    return found


def _operation(route: ResolvedRoute, names: Names, summary: str, service: ResolvedService) -> dict[str, Any]:
    return {
        "method": route.method.lower(),
        "id": names.snake,
        "service": service.names.kebab,
        "kebab": names.kebab,
        "summary": sentence(summary, names.words),
    }


def _path_parameters(route: ResolvedRoute) -> list[Schema]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.parameters]


def _responses(done: tuple[int, str], content: Schema, statuses: list[int], *, public: bool) -> list[View]:
    envelope = {
        "type": "object",
        "required": ["success", "data", "meta", "errors"],
        "properties": {
            "success": {"const": True},
            "data": content,
            "meta": {"$ref": "#/components/schemas/Meta"},
            "errors": {"type": "array", "maxItems": 0},
        },
    }
    failures = sorted({*statuses, *(() if public else (401, 403))})
    error = {"$ref": "#/components/schemas/Error"}
    return [
        {"status": done[0], "description": done[1], "schema": envelope},
        *({"status": status, "description": ERRORS[status], "schema": error} for status in failures),
    ]
