"""Which account an unsigned request belongs to, and who may sign up."""

import json
from typing import Any

from ministack import app
from ministack.services import apigateway, apigateway_v1, cognito

from .patching import Patches, Props, wrap

COGNITO_TARGET = "AWSCognitoIdentityProviderService."


def find_account_of_client() -> None:
    """Unsigned Cognito calls (`InitiateAuth`, `SignUp`, ... as a browser makes them).

    AWS: the client id is global. MiniStack: no access key, so it looks in the default account and region.
    Patch: account and region are those of the pool that has the client.
    """

    def in_scope(original: Any) -> Any:
        async def dispatch(method: str, path: str, headers: Props, body: bytes, query: Props, request_id: str) -> Any:
            if COGNITO_TARGET in headers.get("x-amz-target", "") and not app.extract_access_key_id(headers, query):
                _enter_scope_of_client(body)
            return await original(method, path, headers, body, query, request_id)

        return dispatch

    wrap(app, "_dispatch_service_request", in_scope)


def _enter_scope_of_client(body: bytes) -> None:
    try:
        client = json.loads(body or b"{}").get("ClientId")
    except (ValueError, AttributeError):
        return
    for (account, region, _), pool in cognito._user_pools.all_items():
        if client and client in (pool.get("_clients") or {}):
            app.set_request_account_id(account)
            app.set_request_region(region)
            return


def find_account_of_api() -> None:
    """Requests to an API, which carry no AWS credentials.

    AWS: the API's id is global. MiniStack: looks in the default account. Patch: every account is searched.
    """

    def owner_in(store: Any) -> Any:
        def find_api_scope(api_id: str) -> tuple[str, str] | None:
            owners = ((account, region) for (account, region, known), _ in store.all_items() if known == api_id)
            return next(owners, None)

        return find_api_scope

    apigateway.find_api_scope = owner_in(apigateway._apis)
    apigateway_v1.find_api_scope = owner_in(apigateway_v1._rest_apis)


def refuse_sign_up() -> None:
    """`AllowAdminCreateUserOnly` of a user pool.

    AWS: refuses `SignUp`. MiniStack: signs up. Patch: refuses.
    """

    def unless_closed(original: Any) -> Any:
        def sign_up(call: Props) -> Any:
            pools = (pool for pool in cognito._user_pools.values() if call.get("ClientId") in pool["_clients"])
            pool: Props = next(pools, {})
            rules = pool.get("AdminCreateUserConfig") or {}
            if str(rules.get("AllowAdminCreateUserOnly")).lower() == "true":
                refusal = "SignUp is not permitted for this user pool"
                return cognito.error_response_json("NotAuthorizedException", refusal, 400)
            return original(call)

        return sign_up

    wrap(cognito, "_sign_up", unless_closed)


PATCHES: Patches = {
    "cognito_account": find_account_of_client,
    "api_account": find_account_of_api,
    "sign_up": refuse_sign_up,
}
