"""What the document of the API shows and says beyond its shapes: worked out from them when somebody asks for it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final, TypeAlias
from uuid import NAMESPACE_URL, uuid5

Schema: TypeAlias = Mapping[str, Any]
Json: TypeAlias = Any
SHAPES: Final = "#/components/schemas/"
MOMENT: Final = "2026-03-02T09:30:00Z"
FORMATS: Final = {"date-time": MOMENT, "date": MOMENT[:10], "uri": "https://example.org/"}
FORM: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


class Words:
    """What fields mean and look like."""

    def __init__(self) -> None:
        """Read them."""
        text = files("skafu.entrypoints.http").joinpath("words.toml").read_text(encoding="utf-8")
        known = tomllib.loads(text)
        self._means: dict[str, str] = known["means"]
        self._like: dict[str, Json] = known["like"]

    def meaning(self, shape: str, field: str) -> str | None:
        """What a field of a shape means."""
        return self._means.get(f"{shape}.{field}") or self._means.get(field)

    def likeness(self, shape: str, field: str) -> Json:
        """What stands in a field of a shape, for example; nothing when that follows from its form alone."""
        return self._like.get(f"{shape}.{field}", self._like.get(field))


class Examples:
    """Makes examples of the shapes of a document."""

    def __init__(self, shapes: Mapping[str, Schema], words: Words) -> None:
        """Look shapes and words up there."""
        self._shapes = shapes
        self._words = words

    def of(self, schema: Schema, shape: str = "", field: str = "", within: tuple[str, ...] = ()) -> Json:
        """An example that fits a schema.

        Args:
            schema: of the document.
            shape: the shape that it is part of.
            field: the field that it is the schema of.
            within: the shapes around it; where one of them comes again, the example ends.
        """
        if "$ref" in schema:
            name = str(schema["$ref"]).removeprefix(SHAPES)
            return {} if name in within else self.of(self._shapes[name], name, field, (*within, name))
        for known in ("examples", "enum"):
            if schema.get(known):
                return schema[known][0]
        if "const" in schema:
            return schema["const"]
        several = schema.get("anyOf") or schema.get("oneOf")
        if several:
            return self._of_several(several, shape, field, within)
        match schema.get("type"):
            case "object":
                return self._object(schema, shape, field, within)
            case "array":
                return self._list(schema, shape, field, within)
            case "string" | "integer" | "number" | "boolean" as kind:
                return self._scalar(kind, schema, shape, field)
            case "null":
                return None
        return self._words.likeness(shape, field) or {}

    def _of_several(self, several: Sequence[Schema], shape: str, field: str, within: tuple[str, ...]) -> Json:
        """The first that is something, unless it would go round in circles."""
        for each in several:
            if each.get("type") != "null" and str(each.get("$ref", "")).removeprefix(SHAPES) not in within:
                return self.of(each, shape, field, within)
        return None

    def _object(self, schema: Schema, shape: str, field: str, within: tuple[str, ...]) -> Json:
        fields = schema.get("properties")
        if fields is not None:
            return {name: self.of(inner, shape, name, within) for name, inner in fields.items()}
        found = self._words.likeness(shape, field)
        return found if isinstance(found, Mapping) else {}

    def _list(self, schema: Schema, shape: str, field: str, within: tuple[str, ...]) -> Json:
        items = schema.get("items", {})
        if schema.get("maxItems") == 0 or str(items.get("$ref", "")).removeprefix(SHAPES) in within:
            return []
        return [self.of(items, shape, field, within)] * max(schema.get("minItems", 1), 1)

    def _scalar(self, kind: str, schema: Schema, shape: str, field: str) -> Json:
        found = self._words.likeness(shape, field)
        if isinstance(found, FORM[kind]) and (kind == "boolean" or not isinstance(found, bool)) and fits(found, schema):
            return found
        if kind == "boolean":
            return bool(schema.get("default", False))
        if kind == "string":
            return _text(schema, field)
        lowest = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        return max(lowest, min(1, schema.get("maximum", 1)))


def fits(value: Json, schema: Schema) -> bool:
    """Whether a plain value is within the bounds of its schema."""
    if isinstance(value, str):
        long_enough = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
        return long_enough and "format" not in schema and re.search(schema.get("pattern", ""), value) is not None
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _text(schema: Schema, field: str) -> str:
    if schema.get("format") == "uuid" or (field == "id" or field.lower().endswith(("_id", "eventid"))):
        return str(uuid5(NAMESPACE_URL, f"https://skafu.example/{field}"))
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    default = schema.get("default")
    return str(default) if default else "text"[: schema.get("maxLength", 4)]
