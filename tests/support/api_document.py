"""The description of the API, operation by operation, and requests that are right for it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast
from uuid import UUID

from hypothesis import Phase, find, settings
from hypothesis.strategies import from_regex

METHODS: Final = ("get", "put", "post", "patch", "delete")
Schema = Mapping[str, Any]
Json: TypeAlias = Any
SOME_ID: Final = str(UUID(int=0xBEEF))


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    described: Mapping[str, Any]
    document: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def open(self) -> bool:
        """Whether it is documented that anybody may call it."""
        return not self.described.get("security")

    @property
    def parameters(self) -> list[Mapping[str, Any]]:
        return list(self.described.get("parameters", []))

    def named(self, where: str) -> dict[str, Mapping[str, Any]]:
        """The parameters of a place: path, query, header."""
        return {each["name"]: each for each in self.parameters if each["in"] == where}

    @property
    def bodies(self) -> Mapping[str, Any]:
        """The media types of its body, with their schemas."""
        return cast("Mapping[str, Any]", self.described.get("requestBody", {}).get("content", {}))

    @property
    def takes_json(self) -> bool:
        return "application/json" in self.bodies

    @property
    def lists(self) -> bool:
        """Whether its answer is a listing: `data` is an array."""
        for status, answer in self.described["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if status < "300" and "$ref" in schema:
                data = _named(schema["$ref"], self.document).get("properties", {}).get("data", {})
                return bool(data.get("type") == "array")
        return False

    def filled(self, known: Mapping[str, str]) -> str:
        """The path with these values; what is not known gets a value of the right form."""
        path = self.path
        for name, parameter in self.named("path").items():
            value = known.get(name) or str(sample(parameter["schema"], self.document))
            path = path.replace(f"{{{name}}}", value)
        return path

    def query(self, known: Mapping[str, str]) -> dict[str, str]:
        """The query parameters that must be there; `operation.parameter` is known as well."""
        own = f"{self.described['operationId']}."
        return {
            name: known.get(own + name) or known.get(name) or _text(sample(each["schema"], self.document))
            for name, each in self.named("query").items()
            if each.get("required")
        }

    def body(self, known: Mapping[str, str]) -> Json:
        """A small body that is right."""
        return sample(self.bodies["application/json"]["schema"], self.document, known)


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """All operations of a document."""
    for path, described in document["paths"].items():
        for method in METHODS:
            if method in described:
                yield Operation(method.upper(), path, described[method], document)


def sample(schema: Schema, document: Mapping[str, Any], known: Mapping[str, str] = {}, name: str = "") -> Json:
    """A small value that a schema allows; fields with a known name get the known value."""
    if "$ref" in schema:
        return sample(_named(schema["$ref"], document), document, known, name)
    if name in known and schema.get("type", "string") == "string":
        return known[name]
    for fixed in ("const", "default"):
        if schema.get(fixed) is not None:
            return schema[fixed]
    if schema.get("enum") or schema.get("examples"):
        return (schema.get("enum") or schema["examples"])[0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return sample(schema[several][0], document, known, name)
    return _of_type(schema, document, known)


def _of_type(schema: Schema, document: Mapping[str, Any], known: Mapping[str, str]) -> Json:
    match schema.get("type"):
        case "object":
            wanted = {**{each: schema["properties"][each] for each in schema.get("required", ())}}
            wanted |= {each: inner for each, inner in schema.get("properties", {}).items() if each in known}
            return {each: sample(inner, document, known, each) for each, inner in wanted.items()}
        case "array":
            return [sample(schema["items"], document, known) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return max(schema.get("minimum", 1), schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return _string(schema)


def _string(schema: Schema) -> str:
    formats = {
        "uuid": SOME_ID,
        "date-time": "2026-01-01T00:00:00Z",
        "date": "2026-01-01",
        "email": "somebody@example.org",
        "uri": "https://example.org/",
    }
    if schema.get("format") in formats:
        return formats[schema["format"]]
    if "pattern" in schema:
        once = settings(database=None, derandomize=True, max_examples=50, phases=[Phase.generate])
        least, most = schema.get("minLength", 0), schema.get("maxLength", 1000)
        return find(
            from_regex(re.compile(str(schema["pattern"]))),
            lambda text: least <= len(text) <= most and text.isprintable(),
            settings=once,
        )
    return "some words"[: schema.get("maxLength", 1000)].ljust(schema.get("minLength", 0), "x")


def _named(reference: str, document: Mapping[str, Any]) -> Schema:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return cast("Schema", found)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
