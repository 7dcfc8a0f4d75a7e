"""REST APIs (API Gateway v1): request validation from an OpenAPI body, integrations with services."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway_v1, eventbridge, stepfunctions

from .patching import Patches, Props, answer_of, wrap
from .permissions import role_denied

ANY_METHOD = "x-amazon-apigateway-any-method"
PLACES = {"query": "querystring", "header": "header", "path": "path"}
SERVICE_URI = re.compile(r"arn:aws:apigateway:[^:]*:(states|events):action/(\w+)")
ESCAPED = re.compile(r"\$util\.escapeJavaScript\(\$input\.(?:json\('\$'\)|body)\)")


def import_validation() -> None:
    """What a REST API takes over from its OpenAPI document.

    AWS: models, request validators, required parameters, answers of the gateway, and all of an integration. MiniStack:
    paths, authorizers, and type and address of an integration, so that every body is valid. Patch: the rest.
    """

    def complete(original: Any) -> Any:
        def import_rest_api(document: Props, given: Any = None) -> Any:
            api_id = original(document, given)
            schemas = document.get("definitions") or (document.get("components") or {}).get("schemas") or {}
            for name, schema in schemas.items():
                apigateway_v1._create_model(api_id, {"name": name, "schema": json.dumps(schema)})
            stated = document.get("x-amazon-apigateway-request-validators") or {}
            validators = {
                name: answer_of(apigateway_v1._create_request_validator(api_id, {"name": name, **checks}))["id"]
                for name, checks in stated.items()
            }
            stated = document.get("x-amazon-apigateway-gateway-responses") or {}
            for kind, answer in stated.items():
                apigateway_v1._put_gateway_response(api_id, kind, answer)
            for method, operation in _operations(api_id, document):
                usual = document.get("x-amazon-apigateway-request-validator")
                _complete_method(method, operation, validators, usual)
            return api_id

        return import_rest_api

    wrap(apigateway_v1, "_import_rest_api", complete)


def _operations(api_id: str, document: Props) -> list[tuple[Props, Props]]:
    """Each method of the API with its operation in the document."""
    by_path = {resource["path"]: resource for resource in apigateway_v1._resources.get(api_id, {}).values()}
    found = []
    for path, operations in (document.get("paths") or {}).items():
        methods = (by_path.get(path) or {}).get("resourceMethods") or {}
        for verb, operation in (operations or {}).items():
            method = methods.get("ANY" if verb == ANY_METHOD else verb.upper())
            if method is not None and isinstance(operation, dict):
                found.append((method, operation))
    return found


def _complete_method(method: Props, operation: Props, validators: dict[str, str], usual: str | None) -> None:
    parameters = operation.get("parameters") or []
    content = (operation.get("requestBody") or {}).get("content") or {}
    bodies = {kind: one.get("schema") for kind, one in content.items()}
    # OpenAPI 2 has the body among the parameters.
    for one in parameters:
        if one.get("in") == "body":
            bodies["application/json"] = one.get("schema")
    references = {kind: str((schema or {}).get("$ref", "")).rsplit("/", 1)[-1] for kind, schema in bodies.items()}
    method["requestModels"] = {kind: name for kind, name in references.items() if name}
    method["requestParameters"] = {
        f"method.request.{PLACES[one['in']]}.{one['name']}": bool(one.get("required"))
        for one in parameters
        if one.get("in") in PLACES
    }
    validator = validators.get(operation.get("x-amazon-apigateway-request-validator", usual) or "")
    if validator:
        method["requestValidatorId"] = validator
    integration, stated = method.get("methodIntegration"), operation.get("x-amazon-apigateway-integration") or {}
    if integration:
        copied = ("credentials", "requestParameters", "requestTemplates", "passthroughBehavior", "timeoutInMillis")
        integration.update({key: stated[key] for key in copied if key in stated})
        integration["integrationResponses"] = {
            str(answer.get("statusCode", "200")): {
                **answer,
                "selectionPattern": "" if pattern == "default" else pattern,
            }
            for pattern, answer in (stated.get("responses") or {}).items()
        }


def call_services() -> None:
    """Integrations of a REST API with Step Functions and EventBridge, without a function between.

    AWS: forms the request by template and calls the service under the integration's role. MiniStack: takes the service
    for a function. Patch: calls it, after the role was asked.
    """

    def or_service(original: Any) -> Any:
        async def invoke(integration: Props, *rest: Any, **named: Any) -> Any:
            found = SERVICE_URI.match(integration.get("uri", ""))
            if found is None:
                return await original(integration, *rest, **named)
            *_, headers, body, query, path = rest
            text = (body or b"").decode(errors="replace")
            parameters = {**headers, **{key: value[0] for key, value in (query or {}).items()}, **(path or {})}
            status, answer = await asyncio.to_thread(
                _call, found[1], found[2], integration, _formed(integration, text, parameters)
            )
            return apigateway_v1._service_integration_response(
                _with_default(integration), status, answer, "application/json", parameters
            )

        return invoke

    wrap(apigateway_v1, "_invoke_lambda_custom_v1", or_service)


def _formed(integration: Props, text: str, parameters: dict[str, str]) -> str:
    template = (integration.get("requestTemplates") or {}).get("application/json")
    if template is None:
        return text
    escaped = json.dumps(text)[1:-1]
    # MiniStack's templates do not know this function; the escaped text must not be read as a template itself.
    marked = ESCAPED.sub("ESCAPED-REQUEST-BODY", template)
    formed: str = apigateway_v1._render_request_template_v1(marked, text, parameters)
    return formed.replace("ESCAPED-REQUEST-BODY", escaped)


def _with_default(integration: Props) -> Props:
    return integration if integration.get("integrationResponses") else {**integration, "integrationResponses": PLAIN}


PLAIN: Props = {"200": {"selectionPattern": ""}}
CALLS: dict[str, Callable[[Props], Any]] = {
    "StartExecution": stepfunctions._start_execution,
    "StartSyncExecution": stepfunctions._start_sync_execution,
    "PutEvents": eventbridge._put_events,
}


def _call(service: str, operation: str, integration: Props, request: str) -> tuple[int, str]:
    try:
        call = json.loads(request or "{}")
    except ValueError:
        return 400, json.dumps({"__type": "SerializationException"})
    if operation not in CALLS:
        return 500, json.dumps({"message": f"{service}:{operation} is not emulated"})
    buses = [entry.get("EventBusName", "default") for entry in call.get("Entries", [])]
    resource = call.get("stateMachineArn", "*") if service == "states" else _bus_arn(buses)
    role = integration.get("credentials") or ""
    if why := role_denied("apigateway.amazonaws.com", role, f"{service}:{operation}", resource):
        return 403, json.dumps({"message": why})
    status, _, body = CALLS[operation](call)
    return status, body.decode() if isinstance(body, bytes) else body


def _bus_arn(buses: list[str]) -> str:
    name = buses[0] if buses else "default"
    return name if name.startswith("arn:") else f"arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{name}"


PATCHES: Patches = {"rest_import": import_validation, "rest_services": call_services}
