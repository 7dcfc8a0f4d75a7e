"""HTTP APIs (API Gateway v2): routes from an OpenAPI body, throttling and access logs."""

import json
import re
import time
import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, apigateway_v1
from ministack.services.cloudformation import provisioners

from . import logs
from .patching import Patches, Props, Provisioned, answer_of, wrap
from .permissions import policy_denied

ANY_METHOD = "x-amazon-apigateway-any-method"
# What each API got from its document: (store, key) pairs.
_imported: dict[str, list[tuple[str, str]]] = {}


def _message(status: int, text: str) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps({"message": text}).encode()


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


def honour_stage_settings() -> None:
    """Throttling and access log of a stage.

    AWS: answers 429 beyond the rate of stage or route, and writes one line per request in the format of the stage.
    MiniStack: stores both settings. Patch: a token bucket per route; the line goes to the log group.
    """

    def in_front(original: Any) -> Any:
        async def handle(api_id: str, stage: str, path: str, method: str, *rest: Any) -> Any:
            settings = (apigateway._stages.get(api_id) or {}).get(stage) or {}
            route = apigateway._match_route(api_id, method, "/" + path.lstrip("/")) or {}
            began = time.monotonic()
            if method != "OPTIONS" and route and not _has_token(api_id, stage, settings, route["routeKey"]):
                answer: Any = _message(429, "Too Many Requests")
            else:
                answer = await original(api_id, stage, path, method, *rest)
            milliseconds = int((time.monotonic() - began) * 1000)
            facts = {"apiId": api_id, "stage": stage, "path": path, "httpMethod": method}
            _write_access_log(settings, {**facts, "routeKey": route.get("routeKey", "-")}, answer, milliseconds)
            return answer

        return handle

    wrap(apigateway, "_handle_execute_in_scope", in_front)


def _has_token(api_id: str, stage: str, settings: Props, route_key: str) -> bool:
    own = (settings.get("routeSettings") or {}).get(route_key) or {}
    limits = _lower_first({**(settings.get("defaultRouteSettings") or {}), **own})
    bucket = {"rateLimit": limits.get("throttlingRateLimit"), "burstLimit": limits.get("throttlingBurstLimit")}
    return bool(apigateway_v1._take_token(("http", api_id, stage, route_key), bucket))


def _write_access_log(settings: Props, facts: dict[str, Any], answer: Any, milliseconds: int) -> None:
    wanted = _lower_first(settings.get("accessLogSettings") or {})
    if not wanted.get("destinationArn"):
        return
    known = {
        **facts,
        "status": answer[0],
        "responseLength": len(answer[2] or b""),
        "responseLatency": milliseconds,
        "integrationLatency": milliseconds,
        "requestId": uuid.uuid4().hex,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        "requestTimeEpoch": int(time.time() * 1000),
        "identity.sourceIp": "127.0.0.1",
        "protocol": "HTTP/1.1",
    }
    line = re.sub(r"\$context\.([\w.]+)", lambda found: str(known.get(found[1], "-")), wanted.get("format", ""))
    logs.write(logs.group_of(wanted["destinationArn"]), "access", line)


def _lower_first(settings: Props) -> Props:
    """Stack properties begin with a capital, the API's own with a small letter; here always the latter."""
    return {key[0].lower() + key[1:]: value for key, value in settings.items()}


def check_permission_to_invoke() -> None:
    """Permission of an API to invoke its function.

    AWS: 500 unless the function's policy lets `apigateway.amazonaws.com` in for this API. MiniStack: invokes.
    Patch: the policy is asked, for HTTP and for REST APIs.
    """

    def http_api(original: Any) -> Any:
        async def invoke(
            integration: Props, api_id: str, stage: str, path: str, method: str, *rest: Any, **named: Any
        ) -> Any:
            function = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
            if _may_not_invoke(function, f"{api_id}/{stage}/{method}{path}"):
                return _message(500, "Internal Server Error")
            return await original(integration, api_id, stage, path, method, *rest, **named)

        return invoke

    def rest_api(original: Any) -> Any:
        async def invoke(
            integration: Props,
            api_id: str,
            stage: str,
            settings: Any,
            resource: Any,
            path: str,
            method: str,
            *rest: Any,
            **named: Any,
        ) -> Any:
            function = apigateway._extract_lambda_ref_from_integration_uri(integration.get("uri", ""))
            if _may_not_invoke(function, f"{api_id}/{stage}/{method}{path}"):
                return _message(500, "Internal Server Error")
            return await original(integration, api_id, stage, settings, resource, path, method, *rest, **named)

        return invoke

    wrap(apigateway, "_invoke_lambda_proxy", http_api)
    wrap(apigateway_v1, "_invoke_lambda_proxy_v1", rest_api)


def _may_not_invoke(function: str, source: str) -> bool:
    if not function.startswith("arn:"):
        return False
    arn = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{source}"
    return bool(policy_denied("apigateway.amazonaws.com", arn, function))


PATCHES: Patches = {
    "http_body": import_body,
    "http_stage": honour_stage_settings,
    "api_permission": check_permission_to_invoke,
}
