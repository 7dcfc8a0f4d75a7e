"""HTTP APIs (API Gateway v2): routes, integrations, authorizers and CORS from an OpenAPI body."""

from typing import Any

from ministack.services import apigateway
from ministack.services.cloudformation import provisioners

from .patching import Patches, Props, Provisioned, answer_of

ANY_METHOD = "x-amazon-apigateway-any-method"
# What each API got from its document: (store, key) pairs.
_imported: dict[str, list[tuple[str, str]]] = {}


def import_body() -> None:
    """`Body` of an `AWS::ApiGatewayV2::Api`.

    AWS: routes, integrations, authorizers and CORS come from the OpenAPI document; `security` at the top counts for
    every operation that has none of its own. MiniStack: ignores `Body`, so the API has no routes (and with routes
    but without `security` every one would be open). Patch: the document is read, on create and on update.
    """
    kind = "AWS::ApiGatewayV2::Api"
    handler = provisioners._RESOURCE_HANDLERS[kind]

    def create(logical_id: str, props: Props, stack: str) -> Provisioned:
        done: Provisioned = handler["create"](logical_id, props, stack)
        if body := props.get("Body"):
            if not props.get("Name"):
                title = (body.get("info") or {}).get("title")
                apigateway._apis[done[0]]["name"] = title or f"{stack}-{logical_id}"
            _apply_body(done[0], body)
        return done

    def update(physical_id: str, old: Props, new: Props, *rest: Any) -> Provisioned:
        done: Provisioned = handler["update"](physical_id, old, new, *rest)
        if new.get("Body") and new["Body"] != old.get("Body"):
            _apply_body(done[0], new["Body"])
        return done

    provisioners._RESOURCE_HANDLERS[kind] = {**handler, "create": create, "update": update}


def _apply_body(api_id: str, body: Props) -> None:
    # Routes that another stack added to the API stay: AWS re-imports only what the document made.
    imported = _imported.setdefault(api_id, [])
    for store, key in imported:
        getattr(apigateway, store).get(api_id, {}).pop(key, None)
    imported.clear()
    if cors := body.get("x-amazon-apigateway-cors"):
        apigateway._apis[api_id]["corsConfiguration"] = cors
    schemes = (body.get("components") or {}).get("securitySchemes") or {}
    authorizers = {name: _authorizer(api_id, name, scheme) for name, scheme in schemes.items()}
    imported += [("_authorizers", known[1]) for known in authorizers.values() if known]
    for path, operations in (body.get("paths") or {}).items():
        for method, operation in (operations or {}).items():
            if isinstance(operation, dict) and operation.get("x-amazon-apigateway-integration"):
                security = operation.get("security", body.get("security")) or []
                imported += _route(api_id, _route_key(method, path), operation, security, authorizers)


def _route_key(method: str, path: str) -> str:
    if path == "/$default":
        return "$default"
    return f"{'ANY' if method == ANY_METHOD else method.upper()} {path}"


def _authorizer(api_id: str, name: str, scheme: Props) -> tuple[str, str] | None:
    """Authorization type of routes that use the scheme, and the authorizer's id."""
    wanted = scheme.get("x-amazon-apigateway-authorizer")
    if not wanted:
        return None
    sources = wanted.get("identitySource", "$request.header.Authorization")
    record: Props = {"name": name, "identitySource": [sources] if isinstance(sources, str) else sources}
    is_jwt = wanted.get("type") == "jwt"
    if is_jwt:
        record |= {"authorizerType": "JWT", "jwtConfiguration": wanted["jwtConfiguration"]}
    else:
        copied = ("authorizerUri", "authorizerPayloadFormatVersion", "enableSimpleResponses")
        record |= {"authorizerType": "REQUEST", **{key: wanted[key] for key in copied if key in wanted}}
    made = answer_of(apigateway._create_authorizer(api_id, record))
    return "JWT" if is_jwt else "CUSTOM", made["authorizerId"]


def _route(
    api_id: str,
    key: str,
    operation: Props,
    security: list[dict[str, list[str]]],
    authorizers: dict[str, tuple[str, str] | None],
) -> list[tuple[str, str]]:
    wanted = operation["x-amazon-apigateway-integration"]
    integration = answer_of(
        apigateway._create_integration(
            api_id,
            {
                "integrationType": wanted["type"].upper(),
                "integrationUri": wanted.get("uri", ""),
                "integrationMethod": wanted.get("httpMethod", "POST"),
                "payloadFormatVersion": str(wanted.get("payloadFormatVersion", "2.0")),
            },
        )
    )
    route: Props = {"routeKey": key, "target": f"integrations/{integration['integrationId']}"}
    for scheme, scopes in (security[0] if security else {}).items():
        if known := authorizers.get(scheme):
            route |= {"authorizationType": known[0], "authorizerId": known[1], "authorizationScopes": scopes}
    made = answer_of(apigateway._create_route(api_id, route))
    return [("_integrations", integration["integrationId"]), ("_routes", made["routeId"])]


PATCHES: Patches = {"http_body": import_body}
