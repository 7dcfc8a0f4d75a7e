"""Requests as API Gateway hands them to a function, and what came back."""

import json
from typing import Any

from tables import LAMBDA


def call(
    handler: Any,
    body: Any = None,
    *,
    user: str = "user-1",
    roles: str = "",
    path: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    """Call a handler as API Gateway does; give back the status and the decoded body."""
    answer = handler(
        {
            "version": "2.0",
            "routeKey": "ANY /test",
            "headers": headers or {},
            "pathParameters": path or {},
            "queryStringParameters": query or {},
            "requestContext": {
                "requestId": "request-1",
                "authorizer": {"jwt": {"claims": {"sub": user, "cognito:groups": f"[{roles}]"}}},
            },
            "body": body if isinstance(body, str) else json.dumps(body or {}),
            "isBase64Encoded": False,
        },
        LAMBDA,
    )
    return answer["statusCode"], json.loads(answer["body"])
