"""What GitHub says of runs, deployments and pull requests, in our words: the same in answers and webhooks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from skafu.contexts.github.domain.words import Sighting, Status
from skafu.contexts.github.ports import PullRequestSeen

_DONE: Final = frozenset({"success", "neutral"})
_STATES: Final[Mapping[str, Status]] = {
    "success": "succeeded",
    "failure": "failed",
    "error": "failed",
    "in_progress": "running",
    "queued": "waiting",
    "pending": "waiting",
    "waiting": "waiting",
}


def run_sighting(run: Mapping[str, Any]) -> Sighting:
    """A run as GitHub tells it in answers and webhooks."""
    status: Status = "waiting"
    conclusion = run["conclusion"] or ""
    if run["status"] == "in_progress":
        status = "running"
    elif run["status"] == "completed" and conclusion != "action_required":
        status = "succeeded" if conclusion in _DONE else "failed"
    return Sighting(
        status,
        datetime.fromisoformat(run["updated_at"]),
        run.get("run_attempt") or 1,
        conclusion,
        run["html_url"],
        run["head_sha"],
    )


def deployment_sighting(status: Mapping[str, Any], deployment: Mapping[str, Any]) -> Sighting | None:
    """A deployment's status as GitHub tells it in answers and webhooks; none when it says nothing new."""
    known = _STATES.get(status["state"])
    if known is None:
        return None
    address = status.get("log_url") or status.get("target_url") or ""
    seen_at = datetime.fromisoformat(status["updated_at"])
    return Sighting(known, seen_at, 1, status["state"], address, deployment["sha"])


def seen_of(found: Mapping[str, Any]) -> PullRequestSeen:
    """Where a pull request stands, as GitHub tells it in answers and webhooks."""
    seen_at = datetime.fromisoformat(found["updated_at"])
    if found.get("merged_at"):
        return PullRequestSeen("merged", seen_at, found.get("merge_commit_sha") or "")
    return PullRequestSeen("closed" if found["state"] == "closed" else "open", seen_at)
