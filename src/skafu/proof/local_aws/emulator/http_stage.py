"""HTTP APIs (API Gateway v2): throttling and access log of a stage."""

import re
import time
import uuid
from typing import Any

from ministack.services import apigateway, apigateway_v1

from . import logs
from .patching import Patches, Props, wrap

TOO_MANY = b'{"message":"Too Many Requests"}'


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
                answer: Any = (429, {"Content-Type": "application/json"}, TOO_MANY)
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


PATCHES: Patches = {"http_stage": honour_stage_settings}
