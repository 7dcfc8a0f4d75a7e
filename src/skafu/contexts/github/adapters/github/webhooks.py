"""What GitHub sends to us: who may have sent it, and what it says in our words.

Source: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from skafu.contexts.github.adapters.github.sightings import deployment_sighting, run_sighting, seen_of
from skafu.contexts.github.ports import News, OfDeployment, OfInstallation, OfPullRequest, OfRun, Secret
from skafu.kernel.errors import Invalid

Payload = Mapping[str, Any]

_ALGORITHM: Final = "sha256="


def is_signed(body: bytes, signature: str, secrets: Sequence[Secret]) -> bool:
    """Whether one of our secrets has signed a body; while a secret is being replaced, the old and the new one count."""
    given = signature.encode(errors="replace")
    fits = [
        hmac.compare_digest(
            f"{_ALGORITHM}{hmac.new(secret.reveal().encode(), body, hashlib.sha256).hexdigest()}".encode(), given
        )
        for secret in secrets
    ]
    return any(fits)


def news_of(event: str, body: bytes) -> News | None:
    """What a delivery says; nothing when it is of no concern to us.

    Raises:
        Invalid: it is not what GitHub sends.
    """
    read = _READERS.get(event)
    if read is None:
        return None
    try:
        payload = msgspec.json.decode(body, type=dict[str, Any])
        installation = (payload.get("installation") or {}).get("id")
        return read(payload, installation) if isinstance(installation, int) else None
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError, AttributeError):
        raise Invalid(f"the delivery is no {event[:40]} of GitHub", fix="look at the deliveries of the App") from None


_CHANGES: Final = {"suspend": "suspended", "unsuspend": "resumed", "deleted": "removed"}


def _installation(payload: Payload, installation: int) -> News | None:
    what = _CHANGES.get(payload["action"])
    if what is None:
        return None
    said = {"installation": installation, "what": what, "seen_at": _moment(payload["installation"]["updated_at"])}
    return msgspec.convert(said, OfInstallation)


def _moment(said: str | int) -> datetime:
    """GitHub tells moments as text, and in some deliveries as seconds since 1970."""
    return msgspec.convert(said, datetime, strict=False)


def _run(payload: Payload, installation: int) -> News | None:
    run = payload["workflow_run"]
    return OfRun(installation, payload["repository"]["id"], run["id"], run_sighting(run))


def _deployment(payload: Payload, installation: int) -> News | None:
    deployment, status = payload["deployment"], payload["deployment_status"]
    sighting = deployment_sighting(status, deployment)
    if sighting is None:
        return None
    run = payload.get("workflow_run") or {}
    return OfDeployment(
        installation,
        payload["repository"]["id"],
        deployment["id"],
        deployment["environment"],
        run.get("id") or 0,
        sighting,
    )


def _pull_request(payload: Payload, installation: int) -> News | None:
    if payload["action"] not in {"closed", "reopened", "opened"}:
        return None
    return OfPullRequest(installation, payload["repository"]["id"], payload["number"], seen_of(payload["pull_request"]))


_READERS: Final[Mapping[str, Callable[[Payload, int], News | None]]] = {
    "installation": _installation,
    "workflow_run": _run,
    "deployment_status": _deployment,
    "pull_request": _pull_request,
}
