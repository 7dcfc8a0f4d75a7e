"""HTTP and REST APIs: whether an API may invoke its function."""

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import apigateway, apigateway_v1

from .patching import Patches, Props, wrap
from .permissions import policy_denied

ERROR = b'{"message":"Internal Server Error"}'


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
                return 500, {"Content-Type": "application/json"}, ERROR
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
                return 500, {"Content-Type": "application/json"}, ERROR
            return await original(integration, api_id, stage, settings, resource, path, method, *rest, **named)

        return invoke

    wrap(apigateway, "_invoke_lambda_proxy", http_api)
    wrap(apigateway_v1, "_invoke_lambda_proxy_v1", rest_api)


def _may_not_invoke(function: str, source: str) -> bool:
    if not function.startswith("arn:"):
        return False
    arn = f"arn:aws:execute-api:{get_region()}:{get_account_id()}:{source}"
    return bool(policy_denied("apigateway.amazonaws.com", arn, function))


PATCHES: Patches = {"api_permission": check_permission_to_invoke}
