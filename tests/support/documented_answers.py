"""Answers each request as the document of an API shows it, and holds the request against the document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

import msgspec
from api_document import Operation, operations
from jsonschema import Draft202012Validator
from scripted_api import Asked, Scripted
from template_zips import zipped

Json: TypeAlias = Any
_NOTHING: Final[Json] = {}
FILES: Final = {"docs/about.md": b"About\n"}


@dataclass
class DocumentedAnswers:
    """Finds the operation of a request, and answers with its example.

    Attributes:
        document: of the API.
        instead: what is different in the `data` of the example of an operation.
        asked: the operations that were asked for.
        wrong: what was wrong with requests.
    """

    document: Mapping[str, Any]
    instead: Mapping[str, Json] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = [(_pattern(each), each) for each in operations(self.document)]
        self._known.sort(key=lambda each: each[1].path.count("{"))  # `/a/b` is not `/a/{id}`

    def answer(self, asked: Asked) -> Scripted:
        """The answer to a request."""
        address = urlsplit(asked.target)
        for pattern, operation in self._known:
            if asked.method == operation.method and pattern.fullmatch(address.path):
                self.asked.add(operation.described["operationId"])
                self.wrong += [f"{asked.method} {asked.target}: {each}" for each in _wrong(operation, asked)]
                return self._answer(operation)
        self.wrong.append(f"{asked.method} {asked.target}: there is no such operation")
        return 404, {"success": False, "error": {"code": "NOT_FOUND", "message": asked.target, "details": {}}}

    def _answer(self, operation: Operation) -> Scripted:
        status, described = next(
            (int(status), answer) for status, answer in operation.described["responses"].items() if status < "300"
        )
        contents: dict[str, Json] = described.get("content", {})
        kind, content = next(iter(contents.items()), ("", _NOTHING))
        headers = {"Content-Type": kind, "ETag": '"3"', "X-Request-Id": "1"}
        if kind != "application/json" or not content.get("schema", {}).get("$ref"):
            return status, _file(kind), headers
        whole = self._example(content)
        if "page" in whole["meta"]:
            whole["meta"]["page"]["next"] = None
        if isinstance(whole["data"], dict):
            whole["data"] |= self.instead.get(operation.described["operationId"], {})
        return status, whole, headers

    def _example(self, content: Mapping[str, Any]) -> Json:
        found = content.get("example")
        if found is None:
            (named,) = content["examples"].values()
            found = self.document["components"]["examples"][named["$ref"].rsplit("/", 1)[1]]["value"]
        return msgspec.json.decode(msgspec.json.encode(found))


def _pattern(operation: Operation) -> "re.Pattern[str]":
    return re.compile("[^/]+".join(re.escape(each) for each in re.split(r"\{\w+\}", operation.path)))


def _wrong(operation: Operation, asked: Asked) -> list[str]:
    """What the document does not say of a request."""
    query = parse_qs(urlsplit(asked.target).query, keep_blank_values=True)
    known = operation.named("query")
    wrong = [f"nothing is known of the parameter {each}" for each in query.keys() - known.keys()]
    wrong += [f"the parameter {each} is missing" for each in known if known[each].get("required") and each not in query]
    if operation.takes_json:
        schema = {**operation.bodies["application/json"]["schema"], "components": operation.document["components"]}
        body = msgspec.json.decode(asked.body or b"null")
        wrong += [each.message for each in Draft202012Validator(schema).iter_errors(body)]
    elif asked.body not in {b"", b"{}"} and not operation.bodies:
        wrong.append("a body is sent that nobody reads")
    if asked.method == "POST" and not operation.open and "idempotency-key" not in asked.headers:
        wrong.append("it has no Idempotency-Key")
    return wrong


def _file(kind: str) -> bytes:
    match kind:
        case "application/zip":
            return zipped(FILES)
        case "text/event-stream":
            return b": \n\n"
        case "application/json":
            return b'{"proof": 1}'
        case "":
            return b""
        case _:
            return b"some text\n"
