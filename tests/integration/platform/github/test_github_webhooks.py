"""What GitHub sends: signed, or refused; twice, late and in any order: taken once."""

import json
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from github_description import webhook_examples
from github_platform import FILES, HOOK, INSTALLATION, OLD_HOOK, SYSTEM, GitHubPlatform
from github_stories import later
from github_world import moment

from skafu.scaffold import File

Payload = dict[str, Any]


def _example(event: str, number: int = 0, **changes: object) -> Payload:
    found: Payload = json.loads(json.dumps(webhook_examples()[event][number]))
    return found | {"installation": {"id": INSTALLATION, "node_id": "x"}} | changes


async def _repository(platform: GitHubPlatform) -> str:
    await platform.connect()
    return await platform.repository("github")


def _ours(platform: GitHubPlatform, payload: Payload) -> Payload:
    return payload | {"repository": payload["repository"] | {"id": platform.repo.id}}


def _run_news(platform: GitHubPlatform, status: str, minute: int, attempt: int = 1) -> Payload:
    (run_id,) = platform.repo.runs
    payload = _ours(platform, _example("workflow_run"))
    over = status not in {"queued", "in_progress"}
    payload["workflow_run"] |= {
        "id": run_id,
        "status": "completed" if over else status,
        "conclusion": status if over else None,
        "run_attempt": attempt,
        "updated_at": moment(later(minute)),
    }
    return payload


async def _run(platform: GitHubPlatform) -> str:
    repository = await _repository(platform)
    begun = await platform.developer.post(f"/repositories/{repository}/workflow-runs", {"workflow": "deliver.yaml"})
    await platform.running.settle()
    return str(begun.json()["data"]["id"])


async def test_only_what_is_signed_with_our_secrets_is_heard(platform: GitHubPlatform) -> None:
    payload = _example("ping")
    for secret in (HOOK, OLD_HOOK):
        assert (await platform.send("ping", payload, secret=secret)).status_code == 200
    for secret in ("", "other", HOOK + "x"):
        answer = await platform.send("ping", payload, secret=secret)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "NOT_SIGNED_IN")
    for signature in ("", "sha256=", "sha1=abc", "sha256=" + "ä" * 10, "sha256=" + "0" * 64):
        headers = {
            "X-GitHub-Event": "ping",
            "X-Hub-Signature-256": signature.encode(),
            "X-GitHub-Delivery": str(uuid4()),
        }
        answer = await platform.running.anonymous.ask("POST", "/github/webhooks", content=b"{}", headers=headers)
        assert answer.status_code == 401


async def test_a_body_that_was_changed_on_the_way_is_refused(platform: GitHubPlatform) -> None:
    answer = await platform.send("ping", {"zen": "a"})
    headers = {
        name: answer.request.headers[name] for name in ("X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256")
    }
    changed = await platform.running.anonymous.ask("POST", "/github/webhooks", content=b'{"zen": "b"}', headers=headers)
    assert changed.status_code == 401


async def test_a_body_that_is_too_large_is_refused(platform: GitHubPlatform) -> None:
    answer = await platform.send("ping", {"zen": "a" * 1_000_001})
    assert answer.status_code == 413


async def test_nothing_that_github_sends_breaks_anything(platform: GitHubPlatform) -> None:
    await _run(platform)
    heard = {}
    for event, examples in webhook_examples().items():
        for example in examples[:4]:
            payload = dict(example) | {"installation": {"id": INSTALLATION, "updated_at": "2026-01-01T00:00:00Z"}}
            if isinstance(payload.get("repository"), dict):
                payload = _ours(platform, payload)
            answer = await platform.send(event, payload, settle=False)
            assert answer.status_code == 200, (event, answer.text)
            heard[event] = answer.json()["data"]["heard"]
    assert heard["push"] == "ignored"
    assert heard["deployment_status"] in {"taken", "known"}


@pytest.mark.parametrize("event", ["workflow_run", "deployment_status", "pull_request", "installation"])
async def test_what_is_no_delivery_of_github_is_told(platform: GitHubPlatform, event: str) -> None:
    for payload in ({"installation": {"id": 42}}, {"installation": {"id": 42}, "action": 1, "workflow_run": []}):
        assert (await platform.send(event, payload)).status_code in {200, 422}
    answer = await platform.send("workflow_run", {"installation": {"id": 42}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION_ERROR")
    assert (await platform.send("ping", {}, delivery="junk")).status_code == 422


async def test_a_run_is_told_by_github_and_a_repeated_delivery_is_known(platform: GitHubPlatform) -> None:
    deployment = await _run(platform)
    delivery = uuid4()
    running = _run_news(platform, "in_progress", 5)
    assert (await platform.send("workflow_run", running, delivery=delivery)).json()["data"]["heard"] == "taken"
    assert (await platform.send("workflow_run", running, delivery=delivery)).json()["data"]["heard"] == "known"
    assert (await platform.send("workflow_run", running)).json()["data"]["heard"] == "known"
    assert (await platform.shown(f"/deployments/{deployment}"))["state"] == "running"
    await platform.send("workflow_run", _run_news(platform, "success", 9))
    assert (await platform.shown(f"/deployments/{deployment}"))["state"] == "succeeded"


async def test_any_order_of_deliveries_leads_to_the_same_end(platform: GitHubPlatform) -> None:
    deployment = await _run(platform)
    orders = list(permutations(["queued", "in_progress", "failure"]))[::2]
    for attempt, order in enumerate(orders, start=1):
        for status in order:
            minute = {"queued": 0, "in_progress": 1, "failure": 2}[status] + 10 * attempt
            await platform.send("workflow_run", _run_news(platform, status, minute, attempt))
        shown = await platform.shown(f"/deployments/{deployment}")
        assert (shown["state"], shown["attempt"]) == ("failed", attempt)
    await platform.send("workflow_run", _run_news(platform, "success", 99, attempt=1))
    assert (await platform.shown(f"/deployments/{deployment}"))["state"] == "failed"


async def test_a_replay_from_long_ago_changes_nothing(platform: GitHubPlatform) -> None:
    repository = await _repository(platform)
    tree = await platform.tree({**FILES, "README.md": File(b"# New\n")})
    await platform.developer.post(f"/repositories/{repository}/pull-requests", {"tree_id": tree, "title": "Next"})
    await platform.running.settle()

    def news(action: str, minute: int) -> Payload:
        payload = _ours(platform, _example("pull_request", action=action)) | {"number": 1}
        state = "open" if action == "reopened" else "closed"
        payload["pull_request"] |= {"state": state, "merged_at": None, "updated_at": moment(later(minute))}
        return payload

    closed = uuid4()
    assert (await platform.send("pull_request", news("closed", 1), delivery=closed)).json()["data"]["heard"] == "taken"
    assert (await platform.send("pull_request", news("reopened", 2))).json()["data"]["heard"] == "taken"
    assert (await platform.send("pull_request", news("closed", 1), delivery=closed)).json()["data"]["heard"] == "known"
    assert (await platform.send("pull_request", news("closed", 1))).json()["data"]["heard"] == "known"
    (row,) = (await platform.developer.get("/pull-requests")).json()["data"]
    assert row["state"] == "open"


async def test_deployments_that_people_start_are_followed_from_their_first_news(platform: GitHubPlatform) -> None:
    await _repository(platform)
    for number, state in enumerate(("in_progress", "success", "inactive", "success")):
        payload = _ours(platform, _example("deployment_status"))
        payload["deployment_status"] |= {"state": state, "updated_at": moment(later(number))}
        await platform.send("deployment_status", payload)
    (row,) = (await platform.developer.get("/deployments")).json()["data"]
    assert (row["state"], row["environment"], row["project_id"]) == ("succeeded", "production", "p1")


async def test_a_deployment_of_a_run_of_ours_is_told_by_the_run(platform: GitHubPlatform) -> None:
    await _run(platform)
    (run_id,) = platform.repo.runs
    payload = _ours(platform, _example("deployment_status", 1))
    payload["workflow_run"] |= {"id": run_id}
    assert (await platform.send("deployment_status", payload)).json()["data"]["heard"] == "ignored"
    assert len((await platform.developer.get("/deployments")).json()["data"]) == 1


async def test_an_installation_is_suspended_resumed_and_removed_at_github(platform: GitHubPlatform) -> None:
    await platform.connect()

    async def tell(action: str, minute: int) -> str:
        payload = _example("installation", action=action)
        payload["installation"] |= {"updated_at": moment(later(minute))}
        return str((await platform.send("installation", payload)).json()["data"]["heard"])

    assert await tell("suspend", 5) == "taken"
    wanted = {"project_id": "p", "name": "shop", "provider": "github", "owner": "acme"}
    refused = await platform.developer.post("/repositories", wanted)
    assert refused.json()["error"]["code"] == "OWNER_NOT_CONNECTED"
    assert await tell("unsuspend", 1) == "known"
    assert await tell("unsuspend", 6) == "taken"
    assert (await platform.developer.post("/repositories", wanted)).status_code == 202
    assert await tell("deleted", 7) == "taken"
    assert await tell("deleted", 7) == "ignored"
    assert (await platform.developer.get("/github/installations")).json()["data"] == []
    assert len(await platform.events(f"installation-{INSTALLATION}", SYSTEM)) == 4


async def test_news_of_installations_and_repositories_of_others_are_ignored(platform: GitHubPlatform) -> None:
    await _repository(platform)
    foreign = _ours(platform, _example("deployment_status")) | {"installation": {"id": 77}}
    assert (await platform.send("deployment_status", foreign)).json()["data"]["heard"] == "ignored"
    unknown = _example("deployment_status")
    assert (await platform.send("deployment_status", unknown)).json()["data"]["heard"] == "ignored"
    nobody = _ours(platform, _example("deployment_status")) | {"installation": None}
    assert (await platform.send("deployment_status", nobody)).json()["data"]["heard"] == "ignored"
    assert (await platform.developer.get("/deployments")).json()["data"] == []
