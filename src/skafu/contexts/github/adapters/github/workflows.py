"""Workflows and deployments at GitHub: started once, and seen as they are."""

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from skafu.contexts.github.adapters.github.answers import Answer
from skafu.contexts.github.adapters.github.api import GitHubApi
from skafu.contexts.github.adapters.github.repositories import path_of
from skafu.contexts.github.adapters.github.settling import settled
from skafu.contexts.github.adapters.github.sightings import deployment_sighting, run_sighting
from skafu.contexts.github.domain.words import Sighting
from skafu.contexts.github.ports import Dispatch, HostBusy, NotOffered, Remote, Run

_CLOCKS_DIFFER: Final = timedelta(seconds=10)


class GitHubWorkflows:
    """Fills the port `Workflows`."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self._api = api

    async def dispatch(self, remote: Remote, dispatch: Dispatch) -> Run:
        """Start a workflow, unless an earlier try has started it: GitHub itself would start it twice."""
        found = await self._started(remote, dispatch)
        if found is not None:
            return found
        body = {"ref": dispatch.ref, "inputs": dict(dispatch.inputs), "return_run_details": True}
        path = f"{_workflow(remote, dispatch)}/dispatches"
        answer = await self._api.call(remote.installation, "POST", path, body=body, accepts=(422,))
        if answer.status == 422:
            raise _not_by_hand(remote, dispatch, answer)
        if answer.status == 200:
            return Run(answer.body["workflow_run_id"], answer.body["html_url"])
        found = await settled(self._api, lambda: self._started(remote, dispatch), lambda seen: seen is not None)
        if found is None:
            raise HostBusy(f"{dispatch.workflow} was started, and GitHub does not show the run yet", 10.0)
        return found

    async def _started(self, remote: Remote, dispatch: Dispatch) -> Run | None:
        since = dispatch.asked_at.astimezone(UTC) - _CLOCKS_DIFFER
        asked = f"event=workflow_dispatch&branch={quote(dispatch.ref, safe='')}&per_page=100"
        created = quote(f">={since:%Y-%m-%dT%H:%M:%SZ}", safe="")
        path = f"{_workflow(remote, dispatch)}/runs?{asked}&created={created}"
        runs = [each async for each in self._api.pages(remote.installation, path, "workflow_runs")]
        free = [each for each in runs if each["id"] not in dispatch.known]
        if not free:
            return None
        first = min(free, key=lambda each: each["id"])
        return Run(first["id"], first["html_url"])

    async def look_at_run(self, remote: Remote, run_id: int) -> Sighting:
        """How a run goes."""
        answer = await self._api.call(remote.installation, "GET", f"{path_of(remote)}/actions/runs/{run_id}")
        return run_sighting(answer.body)

    async def look_at_deployment(self, remote: Remote, number: int) -> Sighting:
        """How a deployment goes, by the newest status that says something."""
        path = f"{path_of(remote)}/deployments/{number}"
        deployment = (await self._api.call(remote.installation, "GET", path)).body
        statuses = (await self._api.call(remote.installation, "GET", f"{path}/statuses?per_page=30")).body
        for each in statuses:
            if (seen := deployment_sighting(each, deployment)) is not None:
                return seen
        seen_at = datetime.fromisoformat(deployment["updated_at"])
        return Sighting("succeeded" if statuses else "waiting", seen_at, commit=deployment["sha"])


def _workflow(remote: Remote, dispatch: Dispatch) -> str:
    return f"{path_of(remote)}/actions/workflows/{dispatch.workflow}"


def _not_by_hand(remote: Remote, dispatch: Dispatch, answer: Answer) -> NotOffered:
    said = str((answer.body or {}).get("message", ""))[:200]
    return NotOffered(
        f"GitHub does not start {dispatch.workflow} of {remote.owner}/{remote.name} on {dispatch.ref}: {said}",
        fix="give the workflow the trigger workflow_dispatch with these inputs, on that branch",
    )
