"""Validates OpenAPI and AsyncAPI documents, in the tool environment `openapi`.

Reads from standard input: `{"openapi": {name: path}, "asyncapi": {name: path}, "schemas": folder of the JSON schemas of
AsyncAPI}`. Writes `{"problems": [{"file", "line", "message"}, ...], "versions": {name: version of the format},
"contents": {name: ["GET /lists/{list_id}", ...] or the names of messages}}`.
"""

import importlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

yaml: Any = importlib.import_module("yaml")

Json = Any
Problem = dict[str, Any]


def openapi(name: str, path: Path) -> Iterator[Problem]:
    """Give what is wrong with an OpenAPI document."""
    shortcuts = importlib.import_module("openapi_spec_validator.shortcuts")
    document = read(path)
    try:
        validator = shortcuts.get_validator_cls(document)
    except Exception as problem:  # noqa: BLE001 - the version is unknown, in whichever way it says so
        yield {"file": name, "line": 1, "message": f"not an OpenAPI document of a known version: {problem}"}
        return
    yield from said(name, path, validator(document).iter_errors())


def asyncapi(name: str, path: Path, schemas: Path) -> Iterator[Problem]:
    """Give what is wrong with an AsyncAPI document."""
    jsonschema = importlib.import_module("jsonschema")
    document = read(path)
    schema = schemas / f"{document.get('asyncapi')}.json"
    if not schema.is_file():
        known = ", ".join(sorted(found.stem for found in schemas.glob("[23].?.?.json")))
        yield {"file": name, "line": 1, "message": f"not an AsyncAPI document of a known version ({known})"}
        return
    yield from said(name, path, jsonschema.Draft7Validator(json.loads(schema.read_text())).iter_errors(document))
    yield from _dangling(name, path, document)


def said(name: str, path: Path, errors: Iterable[Any]) -> Iterator[Problem]:
    """Give the innermost cause of each error, with its line."""
    for error in errors:
        cause = innermost(error)
        place = list(cause.absolute_path)
        where = ".".join(str(part) for part in place) or "document"
        yield {"file": name, "line": line_of(path, place), "message": f"{where}: {cause.message[:300]}"}


def innermost(error: Json) -> Json:
    """Of the alternatives that all failed, give the one that came furthest."""
    while error.context:
        error = max(error.context, key=lambda one: (len(one.absolute_path), one.validator != "type", -len(one.message)))
    return error


def _dangling(name: str, path: Path, document: Json) -> Iterator[Problem]:
    for place, target in references(document, []):
        if target.startswith("#/") and not resolves(document, target):
            yield {"file": name, "line": line_of(path, place), "message": f"{target} points to nothing"}


def references(value: Json, place: list[Any]) -> Iterator[tuple[list[Any], str]]:
    """Give place and target of every `$ref`."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if key == "$ref" and isinstance(inner, str):
            yield place, inner
        elif isinstance(inner, dict | list):
            yield from references(inner, [*place, key])


def resolves(document: Json, target: str) -> bool:
    """Say whether a JSON pointer leads to something."""
    for part in target[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(document, dict) or key not in document:
            return False
        document = document[key]
    return True


def read(path: Path) -> Json:
    """Read YAML or JSON as a JSON document: keys are text, and so are dates."""
    return yaml.load(path.read_bytes(), Loader=_Plain)


class _Plain(yaml.CSafeLoader):  # type: ignore[misc]
    """A safe loader that leaves dates alone, as JSON does, and reads every key as text (`200:` in `responses`)."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Json, **_depth: bool) -> Json:
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}


def line_of(path: Path, place: list[Any]) -> int:
    """Give the line of the innermost key of a place that the file has."""
    node = yaml.compose(path.read_bytes(), Loader=yaml.CSafeLoader)
    line: int = node.start_mark.line + 1
    for part in place:
        found = _entry(node, part)
        if found is None:
            break
        key, node = found
        line = key.start_mark.line + 1
    return line


def _entry(node: Json, part: Json) -> tuple[Any, Any] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def contents(kind: str, document: Json) -> list[str]:
    """Give the routes of an OpenAPI document, the names of the messages of an AsyncAPI document."""
    if kind == "openapi":
        paths = _mapping(document.get("paths"))
        return [f"{one.upper()} {path}" for path, item in paths.items() for one in _mapping(item) if one in _METHODS]
    messages = _mapping(_mapping(document.get("components")).get("messages"))
    return [str(_mapping(message).get("name", key)) for key, message in messages.items()]


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def validate(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one request."""
    problems: list[Problem] = []
    versions: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for kind in ("openapi", "asyncapi"):
        for name, file in asked[kind].items():
            path = Path(file)
            try:
                document = read(path)
                versions[name] = str(document[kind])
                found[name] = contents(kind, document)
            except (yaml.YAMLError, TypeError, KeyError, RecursionError) as problem:
                problems.append({"file": name, "line": 1, "message": f"not an {kind} document: {problem}"})
                continue
            problems += openapi(name, path) if kind == "openapi" else asyncapi(name, path, Path(asked["schemas"]))
    return {"problems": problems, "versions": versions, "contents": found}


if __name__ == "__main__":
    json.dump(validate(json.load(sys.stdin)), sys.stdout)
