"""GitHub's published description of its API and examples of webhooks, from a lock file, in a form that loads fast."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import jsonschema_rs

from skafu.proof.environments import build_once, node_environment
from skafu.proof.toolbox import default_home

SOURCE = Path(__file__).parent / "github_tools"
Json = Any
"""What JSON can say."""

LOCK = SOURCE / "package-lock.json"
REPOSITORY = "/repos/{owner}/{repo}"
USED = {
    "/app/installations/{installation_id}/access_tokens": ("post",),
    "/orgs/{org}/repos": ("post",),
    "/user/installations": ("get",),
    REPOSITORY: ("get", "delete"),
    f"{REPOSITORY}/branches": ("get",),
    f"{REPOSITORY}/tags": ("get",),
    f"{REPOSITORY}/commits": ("get",),
    f"{REPOSITORY}/git/ref/{{ref}}": ("get",),
    f"{REPOSITORY}/git/refs": ("post",),
    f"{REPOSITORY}/git/refs/{{ref}}": ("patch",),
    f"{REPOSITORY}/git/commits": ("post",),
    f"{REPOSITORY}/git/commits/{{commit_sha}}": ("get",),
    f"{REPOSITORY}/git/trees": ("post",),
    f"{REPOSITORY}/git/trees/{{tree_sha}}": ("get",),
    f"{REPOSITORY}/git/blobs": ("post",),
    f"{REPOSITORY}/branches/{{branch}}/protection": ("put",),
    f"{REPOSITORY}/actions/secrets/public-key": ("get",),
    f"{REPOSITORY}/actions/secrets/{{secret_name}}": ("put",),
    f"{REPOSITORY}/actions/variables": ("get", "post"),
    f"{REPOSITORY}/actions/variables/{{name}}": ("patch",),
    f"{REPOSITORY}/actions/workflows/{{workflow_id}}/dispatches": ("post",),
    f"{REPOSITORY}/actions/workflows/{{workflow_id}}/runs": ("get",),
    f"{REPOSITORY}/actions/runs/{{run_id}}": ("get",),
    f"{REPOSITORY}/pulls": ("get", "post"),
    f"{REPOSITORY}/pulls/{{pull_number}}": ("get",),
    f"{REPOSITORY}/deployments/{{deployment_id}}": ("get",),
    f"{REPOSITORY}/deployments/{{deployment_id}}/statuses": ("get",),
}
"""What Skafu uses of the API: all else is unknown to the fake."""

_SINCE = ">="
"""Ranges of dates are in GitHub's words, not in its schemas: https://docs.github.com/en/search-github#query-for-dates"""

_SLIM, _EXAMPLES = "used.json", "webhooks.json"


class Undescribed(AssertionError):
    """A request or an answer is not as GitHub describes it."""


@dataclass
class Operation:
    """One method of one path."""

    method: str
    path: str
    said: dict[str, Any]
    components: dict[str, Any] = field(repr=False)
    compiled: dict[str, jsonschema_rs.Draft202012Validator] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        return str(self.said["operationId"])

    @property
    def for_apps(self) -> bool:
        return bool(self.said["x-github"]["enabledForGitHubApps"])

    def check_request(self, values: dict[str, str], query: str, body: Json) -> None:
        """Path, query and body are as described, and hold nothing else."""
        known = {each["name"]: each for each in self.said["parameters"]}
        asked = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
        for name, value in {**values, **asked}.items():
            if name not in known or (name in asked) != (known[name]["in"] == "query"):
                raise Undescribed(f"{self.name} has no parameter {name}")
            typed = _typed(value.removeprefix(_SINCE), known[name]["schema"])
            self._check(f"parameter {name}", known[name]["schema"], typed)
        content = self.said.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if body is None:
            if self.said.get("requestBody", {}).get("required"):
                raise Undescribed(f"{self.name} needs a body")
            return
        if schema is None:
            raise Undescribed(f"{self.name} takes no body")
        self._check("request", schema, body)
        if unknown := set(body) - set(schema["properties"]):
            raise Undescribed(f"{self.name} takes no {sorted(unknown)}")

    def check_answer(self, status: int, body: Json) -> None:
        """The answer is one that is described; refusals that are described nowhere have the form of all refusals."""
        described = self.said["responses"].get(str(status))
        if described is None:
            if status < 400:
                raise Undescribed(f"{self.name} never answers {status}")
            self._check(f"answer {status}", {"$ref": "#/components/schemas/basic-error"}, body)
            return
        content = described.get("content", {}).get("application/json")
        if content is None:
            if body is not None:
                raise Undescribed(f"{self.name} answers {status} without a body")
            return
        self._check(f"answer {status}", content["schema"], body)

    def example(self, status: int) -> Json:
        """GitHub's own example of an answer."""
        examples = self.said["responses"][str(status)]["content"]["application/json"]["examples"]
        return json.loads(json.dumps(next(iter(examples.values()))["value"]))

    def _check(self, what: str, schema: dict[str, Any], value: Json) -> None:
        if what not in self.compiled:
            whole = {**schema, "components": self.components}
            self.compiled[what] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        for error in self.compiled[what].iter_errors(value):
            raise Undescribed(f"{self.name}, {what}: {error.message[:300]} at {list(error.instance_path)}")


def _typed(value: str, schema: dict[str, Any]) -> Json:
    kinds = json.dumps(schema)
    if '"integer"' in kinds and value.isdigit():
        return int(value)
    return {"true": True, "false": False}.get(value, value) if '"boolean"' in kinds else value


@dataclass(frozen=True)
class Description:
    """What Skafu uses of GitHub's API, as GitHub describes it."""

    operations: tuple[Operation, ...]

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a request, and the values in its path."""
        for operation in self.operations:
            if operation.method == method and (values := _match(operation.path, path)) is not None:
                return operation, values
        return None


def _match(template: str, path: str) -> dict[str, str] | None:
    wanted, there = template.split("/"), path.split("/")
    if wanted[-1] == "{ref}" and len(there) > len(wanted):
        there = [*there[: len(wanted) - 1], "/".join(there[len(wanted) - 1 :])]
    if len(wanted) != len(there):
        return None
    values = {}
    for want, have in zip(wanted, there, strict=True):
        if want.startswith("{"):
            values[want.strip("{}")] = unquote(have)
        elif want != have:
            return None
    return values


@cache
def description() -> Description:
    """GitHub's description of what Skafu uses."""
    slim = json.loads((_folder() / _SLIM).read_text())
    operations = tuple(
        Operation(method.upper(), path, said, slim["components"])
        for path, methods in slim["paths"].items()
        for method, said in methods.items()
    )
    return Description(tuple(sorted(operations, key=lambda each: each.path.count("{"))))


@cache
def webhook_examples() -> dict[str, list[dict[str, Any]]]:
    """GitHub's examples of what it sends, by event."""
    found: dict[str, list[dict[str, Any]]] = json.loads((_folder() / _EXAMPLES).read_text())
    return found


def _folder() -> Path:

    parts = LOCK.read_bytes() + Path(__file__).read_bytes()
    return build_once(default_home() / "tools" / f"github-{hashlib.sha256(parts).hexdigest()[:16]}", _build)


def _build(folder: Path) -> None:
    """Install the packages, keep what is used, and let the hundreds of megabytes go."""
    node_environment(SOURCE)(folder)
    packages = folder / "node_modules" / "@octokit"
    whole = json.loads((packages / "openapi" / "generated" / "api.github.com.json").read_text())
    (folder / _SLIM).write_text(json.dumps(_slim(whole)))
    examples = json.loads((packages / "webhooks-examples" / "api.github.com" / "index.json").read_text())
    (folder / _EXAMPLES).write_text(json.dumps({each["name"]: each["examples"] for each in examples}))
    shutil.rmtree(folder / "node_modules")


def _slim(whole: dict[str, Any]) -> dict[str, Any]:
    paths = {path: {method: _operation(whole, path, method) for method in methods} for path, methods in USED.items()}
    schemas: dict[str, Any] = {}
    waiting = [*_schemas_in(paths), "basic-error"]
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _nullable(whole["components"]["schemas"][name])
            waiting += _schemas_in(schemas[name])
    return {"paths": paths, "components": {"schemas": schemas}}


def _operation(whole: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    said = whole["paths"][path][method]
    kept = {name: said[name] for name in ("operationId", "x-github")}
    kept["parameters"] = [_nullable(_resolved(whole, each)) for each in said.get("parameters", [])]
    kept["responses"] = {code: _response(whole, each) for code, each in said["responses"].items()}
    if "requestBody" in said:
        kept["requestBody"] = _nullable(said["requestBody"])
    return kept


def _response(whole: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    found = _resolved(whole, response)
    content = found.get("content", {}).get("application/json")
    if content is None:
        return {}
    examples = {name: _resolved(whole, each) for name, each in content.get("examples", {}).items()}
    return {"content": {"application/json": {"schema": _nullable(content["schema"]), "examples": examples}}}


def _resolved(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = whole
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


def _schemas_in(part: Json) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for name, inner in part.items():
            if name != "examples":
                yield from _schemas_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _schemas_in(inner)


def _nullable(part: Json) -> Json:
    """OpenAPI 3.0 says `nullable` where JSON Schema says that null is one of the types."""
    if isinstance(part, list):
        return [_nullable(each) for each in part]
    if not isinstance(part, dict):
        return part
    inner = {
        name: each if name in {"example", "examples", "default"} else _nullable(each) for name, each in part.items()
    }
    if part.get("nullable") is not True:
        return inner
    del inner["nullable"]
    return {"anyOf": [inner, {"type": "null"}], "properties": inner.get("properties", {})}
