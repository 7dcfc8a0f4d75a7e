"""What people and machines do at GitHub besides git: repositories, pull requests, settings, workflows, deployments."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from github_description import Json, description
from github_world import Answered, Asked, Stored, World, moment, refused
from nacl.public import PrivateKey, SealedBox

KEY = PrivateKey(bytes(range(32)))
"""The key of every repository; GitHub keeps it."""


def opened_secret(sealed: str) -> str:
    """What a sealed secret holds, as GitHub alone can see it."""
    return SealedBox(KEY).decrypt(base64.b64decode(sealed)).decode()


def _example(method: str, path: str, status: int) -> Json:
    found = description().find(method, path)
    assert found is not None
    return found[0].example(status)


def full_repository(repo: Stored, world: World) -> Json:
    place = f"https://github.com/{repo.full_name}"
    example = _example("GET", "/repos/o/r", 200)
    for name in ("source", "parent", "template_repository"):
        del example[name]
    return example | {
        "id": repo.id,
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "description": repo.description,
        "html_url": place,
        "clone_url": f"{place}.git",
        "default_branch": "main",
        "language": None,
        "has_discussions": False,
        "forks_count": repo.forks,
        "open_issues_count": sum(each["state"] == "open" for each in repo.pulls),
        "url": f"{world.address}/repos/{repo.full_name}",
    }


def create_in_org(world: World, asked: Asked) -> Answered:
    org, name = asked.values["org"], asked.body["name"]
    if org.lower() not in world.organisations:
        return refused(404, "Not Found")
    if f"{org}/{name}".lower() in world.repositories:
        taken = {"resource": "Repository", "code": "custom", "field": "name", "message": "name already exists"}
        return refused(422, "Repository creation failed.", errors=[taken])
    assert asked.body["auto_init"], "an empty repository takes no objects"
    assert len(asked.body["description"]) <= 350
    made = world.make(org, name, private=asked.body["private"], description=asked.body["description"])
    return 201, full_repository(made, world)


def get_repository(world: World, repo: Stored, _: Asked) -> Answered:
    return 200, full_repository(repo, world)


def delete_repository(world: World, repo: Stored, _: Asked) -> Answered:
    del world.repositories[repo.full_name.lower()]
    return 204, None


def list_branches(world: World, repo: Stored, _: Asked) -> Answered:
    place = f"{world.address}/repos/{repo.full_name}/commits"
    names = [name.removeprefix("refs/heads/") for name in repo.refs if name.startswith("refs/heads/")]
    return 200, [
        {"name": name, "commit": {"sha": commit, "url": f"{place}/{commit}"}, "protected": False}
        for name in names
        for commit in [repo.refs[f"refs/heads/{name}"]]
    ]


def list_tags(world: World, repo: Stored, _: Asked) -> Answered:
    place = f"{world.address}/repos/{repo.full_name}"
    commit = repo.refs["refs/heads/main"]
    return 200, [
        {
            "name": name,
            "commit": {"sha": commit, "url": place},
            "zipball_url": place,
            "tarball_url": place,
            "node_id": "T",
        }
        for name in repo.tags
    ]


def list_commits(world: World, repo: Stored, asked: Asked) -> Answered:
    branch = asked.query.get("sha", "main")
    place = f"{world.address}/repos/{repo.full_name}"
    example = _example("GET", "/repos/o/r/commits", 200)[0]
    found = []
    for commit in repo.history(repo.refs[f"refs/heads/{branch}"]):
        made = repo.commits[commit]
        said = example["commit"] | {"message": made.message, "tree": {"sha": made.tree, "url": place}}
        parents = [{"sha": each, "url": f"{place}/commits/{each}"} for each in made.parents]
        found.append(example | {"sha": commit, "commit": said, "parents": parents, "url": f"{place}/commits/{commit}"})
    return 200, found


def list_pulls(_: World, repo: Stored, asked: Asked) -> Answered:
    head = asked.query["head"]
    there = repo.pulls[: repo.old_pulls] if asked.stale else repo.pulls
    found = [each for each in there if each["head"]["label"] == head]
    states = asked.query.get("state", "open")
    example = _example("GET", "/repos/o/r/pulls", 200)[0]
    return 200, [
        {name: each.get(name, example[name]) for name in example}
        for each in reversed(found)
        if states in {"all", each["state"]}
    ]


def create_pull(world: World, repo: Stored, asked: Asked) -> Answered:
    branch, base = asked.body["head"], asked.body["base"]
    label = f"{repo.owner}:{branch}"
    head, upon = repo.refs.get(f"refs/heads/{branch}"), repo.refs.get(f"refs/heads/{base}")
    if head is None or upon is None:
        return refused(422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "invalid"}])
    if any(each["head"]["label"] == label and each["state"] == "open" for each in repo.pulls):
        return refused(422, "Validation Failed", errors=[{"resource": "P", "code": "custom", "message": "exists"}])
    if head in repo.history(upon):
        return refused(422, "Validation Failed", errors=[{"resource": "P", "code": "custom", "message": "No commits"}])
    assert len(asked.body["body"]) <= 65_536
    number = len(repo.pulls) + 1
    pull = _example("POST", "/repos/o/r/pulls", 201)
    pull |= {
        "number": number,
        "title": asked.body["title"],
        "body": asked.body["body"],
        "html_url": f"https://github.com/{repo.full_name}/pull/{number}",
        "state": "open",
        "merged": False,
        "merged_at": None,
        "closed_at": None,
        "merge_commit_sha": None,
        "updated_at": moment(world.clock()),
        "requested_teams": [],
    }
    pull["head"] |= {"label": label, "ref": branch, "sha": head}
    pull["base"] |= {"ref": base, "sha": upon}
    repo.pulls.append(pull)
    return 201, pull


def get_pull(_: World, repo: Stored, asked: Asked) -> Answered:
    number = int(asked.values["pull_number"])
    found = next((each for each in repo.pulls if each["number"] == number), None)
    return refused(404, "Not Found") if found is None else (200, found)


def merge(world: World, repo: Stored, number: int) -> None:
    """People take a change as it is."""
    pull = repo.pulls[number - 1]
    repo.refs["refs/heads/main"] = pull["head"]["sha"]
    now = moment(world.clock())
    pull |= {"state": "closed", "merged": True, "merged_at": now, "closed_at": now, "updated_at": now}
    pull["merge_commit_sha"] = pull["head"]["sha"]


def close(world: World, repo: Stored, number: int) -> None:
    """People close a change."""
    now = moment(world.clock())
    repo.pulls[number - 1] |= {"state": "closed", "closed_at": now, "updated_at": now}


def protect(world: World, repo: Stored, asked: Asked) -> Answered:
    if world.no_protection:
        return refused(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
    repo.protection[asked.values["branch"]] = asked.body
    return 200, {"url": f"{world.address}/repos/{repo.full_name}/branches/{asked.values['branch']}/protection"}


def list_variables(_: World, repo: Stored, __: Asked) -> Answered:
    at = "2026-01-01T00:00:00Z"
    found = [
        {"name": name, "value": value, "created_at": at, "updated_at": at} for name, value in repo.variables.items()
    ]
    return 200, {"total_count": len(found), "variables": found}


def create_variable(_: World, repo: Stored, asked: Asked) -> Answered:
    if asked.body["name"] in repo.variables:
        return refused(409, "Already exists - Variable already exists")
    repo.variables[asked.body["name"]] = asked.body["value"]
    return 201, {}


def update_variable(_: World, repo: Stored, asked: Asked) -> Answered:
    if asked.values["name"] not in repo.variables:
        return refused(404, "Not Found")
    repo.variables[asked.values["name"]] = asked.body["value"]
    return 204, None


def public_key(_: World, __: Stored, ___: Asked) -> Answered:
    return 200, {"key_id": "568250167242549743", "key": base64.b64encode(bytes(KEY.public_key)).decode()}


def put_secret(_: World, repo: Stored, asked: Asked) -> Answered:
    assert asked.body["key_id"] == "568250167242549743"
    there = asked.values["secret_name"] in repo.secrets
    repo.secrets[asked.values["secret_name"]] = opened_secret(asked.body["encrypted_value"])
    return (204, None) if there else (201, {})


def dispatch(world: World, repo: Stored, asked: Asked) -> Answered:
    workflow = asked.values["workflow_id"]
    if workflow == "missing.yml":
        return refused(404, "Not Found")
    if workflow == "ci.yml":
        return refused(422, "Workflow does not have 'workflow_dispatch' trigger")
    run = run_of(world, repo, workflow, asked.body["ref"])
    if not asked.body.get("return_run_details"):
        return 204, None
    place = f"{world.address}/repos/{repo.full_name}/actions/runs/{run['id']}"
    return 200, {"workflow_run_id": run["id"], "run_url": place, "html_url": run["html_url"]}


def run_of(world: World, repo: Stored, workflow: str, branch: str) -> dict[str, Any]:
    """A new run of a workflow that was started by hand."""
    run: dict[str, Any] = _example("GET", "/repos/o/r/actions/runs/1", 200)
    number = world.number()
    now = moment(world.clock())
    run |= {
        "id": number,
        "event": "workflow_dispatch",
        "path": f".github/workflows/{workflow}",
        "head_branch": branch,
        "head_sha": repo.refs[f"refs/heads/{branch}"],
        "status": "queued",
        "conclusion": None,
        "run_attempt": 1,
        "html_url": f"https://github.com/{repo.full_name}/actions/runs/{number}",
        "created_at": now,
        "updated_at": now,
    }
    repo.runs[number] = run
    return run


def list_runs(_: World, repo: Stored, asked: Asked) -> Answered:
    since = datetime.fromisoformat(asked.query["created"].removeprefix(">="))
    found = [
        each
        for each in repo.runs.values()
        if each["path"].endswith(f"/{asked.values['workflow_id']}")
        and each["event"] == asked.query["event"]
        and each["head_branch"] == asked.query["branch"]
        and datetime.fromisoformat(each["created_at"]) >= since
    ]
    return 200, {"total_count": len(found), "workflow_runs": list(reversed(found))}


def get_run(_: World, repo: Stored, asked: Asked) -> Answered:
    run = repo.runs.get(int(asked.values["run_id"]))
    return refused(404, "Not Found") if run is None else (200, run)


def get_deployment(_: World, repo: Stored, asked: Asked) -> Answered:
    number = int(asked.values["deployment_id"])
    if number not in repo.deployments:
        return refused(404, "Not Found")
    example = _example("GET", "/repos/o/r/deployments/1", 200)
    return 200, example | {"id": number, "sha": repo.refs["refs/heads/main"]}


def list_statuses(_: World, repo: Stored, asked: Asked) -> Answered:
    statuses = repo.deployments.get(int(asked.values["deployment_id"]))
    return refused(404, "Not Found") if statuses is None else (200, list(reversed(statuses)))


def status_of(world: World, state: str) -> dict[str, Any]:
    """A new status of a deployment."""
    status: dict[str, Any] = _example("GET", "/repos/o/r/deployments/1/statuses", 200)[0]
    return status | {"id": world.number(), "state": state, "updated_at": moment(world.clock())}


PEOPLE: Mapping[str, Callable[[World, Stored, Asked], Answered]] = {
    "repos/get": get_repository,
    "repos/delete": delete_repository,
    "repos/list-branches": list_branches,
    "repos/list-tags": list_tags,
    "repos/list-commits": list_commits,
    "pulls/list": list_pulls,
    "pulls/create": create_pull,
    "pulls/get": get_pull,
    "repos/update-branch-protection": protect,
    "actions/list-repo-variables": list_variables,
    "actions/create-repo-variable": create_variable,
    "actions/update-repo-variable": update_variable,
    "actions/get-repo-public-key": public_key,
    "actions/create-or-update-repo-secret": put_secret,
    "actions/create-workflow-dispatch": dispatch,
    "actions/list-workflow-runs": list_runs,
    "actions/get-workflow-run": get_run,
    "repos/get-deployment": get_deployment,
    "repos/list-deployment-statuses": list_statuses,
}
