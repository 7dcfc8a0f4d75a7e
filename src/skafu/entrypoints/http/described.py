"""Completes the document of the API: what every field means, and an example of every body and answer."""

from collections.abc import Iterator
from typing import Any, Final

from skafu.entrypoints.http.examples import MOMENT, Examples, Words

JSON: Final = "application/json"
PLACE: Final = "#/components/examples/"
FAILED: Final = {
    400: ("BAD_REQUEST", "the body is no JSON", {}),
    401: ("NOT_SIGNED_IN", "nobody is signed in", {"fix": "sign in, or send `Authorization: Bearer TOKEN`"}),
    403: ("FORBIDDEN", "this takes the role admin", {"fix": "ask an admin of the organisation"}),
    404: ("NO_SUCH_PROJECT", "there is no such project", {"fix": "list the projects to see their ids"}),
    409: ("PROJECT_NAME_TAKEN", "there is already a project of this name", {"fix": "choose another name"}),
    412: ("WRONG_VERSION", "it has changed since version 3", {"fix": "read it again"}),
    413: ("BODY_TOO_LARGE", "the body may have 1000000 bytes at most", {}),
    415: ("UNSUPPORTED_MEDIA_TYPE", "the body is of a kind that cannot be read here", {}),
    422: (
        "VALIDATION_ERROR",
        "the request is not right: body.name: Field required",
        {"fields": [{"field": "body.name", "message": "Field required", "kind": "missing"}]},
    ),
    429: ("TOO_MANY_REQUESTS", "these are too many requests", {"fix": "come again in 2 s"}),
    503: ("UNAVAILABLE", "the database does not answer", {"fix": "send the same request again"}),
}
"""For each status of an error a code, words and details that it may have."""


def describe(document: dict[str, Any]) -> None:
    """Add to a document what its shapes leave unsaid; what they say themselves stays."""
    components, words = document["components"], Words()
    examples = Examples(components["schemas"], words)
    for operation in _operations(document):
        for parameter in operation.get("parameters", ()):
            _say(parameter, _parameter(words, parameter["name"]))
        _show(operation.get("requestBody", {}).get("content", {}).get(JSON, {}), examples)
        for status, answer in operation["responses"].items():
            _show_answer(int(status), answer.get("content", {}).get(JSON), examples)
    components["examples"] = {f"Error{status}": {"value": _failed(status)} for status in FAILED}
    for shape, schema in components["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            _say(inner, words.meaning(shape, field))


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def _say(described: dict[str, Any], words: str | None) -> None:
    if words and not described.get("description"):
        described["description"] = words


def _parameter(words: Words, name: str) -> str | None:
    thing, _, last = name.rpartition("_")
    return f"The id of the {thing.replace('_', ' ')}." if thing and last == "id" else words.meaning("", name)


def _show(content: dict[str, Any], examples: Examples) -> None:
    schema = content.get("schema", {})
    if schema and not {"example", "examples"} & content.keys():
        content["example"] = examples.of(schema)


def _show_answer(status: int, content: dict[str, Any] | None, examples: Examples) -> None:
    if content is None:
        return
    if status in FAILED:
        content["examples"] = {FAILED[status][0]: {"$ref": f"{PLACE}Error{status}"}}
    else:
        _show(content, examples)


def _failed(status: int) -> dict[str, Any]:
    code, message, details = FAILED[status]
    meta = {"timestamp": MOMENT, "request_id": "018f2f6e-7c1a-7d53-9a44-3f8f4f0b7c11"}
    return {"success": False, "error": {"code": code, "message": message, "details": details}, "meta": meta}
