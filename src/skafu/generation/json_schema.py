"""Types of fields as JSON Schema, for the documents that describe the API and the events."""

from typing import Any

from skafu.blueprint.resolved import Column, ResolvedField
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, Type

Schema = dict[str, Any]

MONEY = "Money"
DECIMAL = r"^-?\d+(\.\d+)?([eE][+-]?\d{1,2})?$"
"""A decimal as text: so it is stored, published and answered; clients may also send a number."""
SCALARS: dict[str, Schema] = {
    "id": {"type": "string", "minLength": 1, "maxLength": 128},
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "pattern": DECIMAL},
    "money": {"$ref": f"#/components/schemas/{MONEY}"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "duration": {"type": "string", "format": "duration"},
    "email": {"type": "string", "format": "email"},
    "url": {"type": "string", "format": "uri"},
    "phone": {"type": "string", "pattern": r"^\+[1-9][0-9]{5,14}$"},
    "file": {"type": "string", "minLength": 1, "maxLength": 128},
}
MONEY_SCHEMA: Schema = {
    "type": "object",
    "description": "An amount in minor units of a currency (ISO 4217).",
    "required": ["amount", "currency"],
    "properties": {"amount": {"type": "integer"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "additionalProperties": False,
}


def type_schema(type_: Type) -> Schema:
    """The schema of a type; value types and money are references to the document's components."""
    match type_:
        case Scalar(name):
            return SCALARS[name]
        case Ref():
            return SCALARS["id"]
        case OneOf(options):
            return {"type": "string", "enum": list(options)}
        case Record(name):
            return {"$ref": f"#/components/schemas/{name}"}
        case ListOf(item):
            return {"type": "array", "items": type_schema(item)}
        case Maybe(item):
            return {"anyOf": [type_schema(item), {"type": "null"}]}


def field_schema(field: ResolvedField) -> Schema:
    """The schema of a field, with its limits."""
    inner = field.type.item if isinstance(field.type, Maybe) else field.type
    schema = type_schema(inner) | _limits(field, inner)
    if field.has_default and field.default is not None:
        schema = schema | {"default": str(field.default) if inner == Scalar("decimal") else field.default}
    return {"anyOf": [schema, {"type": "null"}]} if isinstance(field.type, Maybe) else schema


def _limits(field: ResolvedField, type_: Type) -> Schema:
    if isinstance(type_, ListOf):
        names = ("minItems", "maxItems")
    elif isinstance(type_, Scalar) and type_.name == "integer":
        names = ("minimum", "maximum")
    elif SCALARS.get(getattr(type_, "name", ""), {}).get("type") == "string" and type_ != Scalar("decimal"):
        names = ("minLength", "maxLength")
    else:
        return {}
    limits: Schema = {
        name: int(limit) for name, limit in zip(names, (field.min, field.max), strict=True) if limit is not None
    }
    return limits | ({"pattern": f"^(?:{field.pattern})$"} if field.pattern else {})


def object_schema(fields: tuple[ResolvedField, ...], *, closed: bool = True) -> Schema:
    """The schema of a record of fields; a closed one is sent by clients, who may write decimals as numbers too."""
    schema: Schema = {"type": "object"}
    if required := [field.name for field in fields if field.required and not field.has_default]:
        schema["required"] = required
    properties = {field.name: field_schema(field) for field in fields}
    schema["properties"] = {name: as_sent(one) for name, one in properties.items()} if closed else properties
    return schema | ({"additionalProperties": False} if closed else {})


def as_sent(schema: Schema) -> Schema:
    """The same schema for what clients send."""
    if schema.get("pattern") == DECIMAL:
        return schema | {"type": ["string", "number"]}
    if "items" in schema:
        return schema | {"items": as_sent(schema["items"])}
    return schema | ({"anyOf": [as_sent(one) for one in schema["anyOf"]]} if "anyOf" in schema else {})


def row_schema(columns: tuple[Column, ...]) -> Schema:
    """The schema of the rows of a query; every column is there, empty ones as null."""
    return {
        "type": "object",
        "required": [column.name for column in columns],
        "properties": {column.name: type_schema(column.type) for column in columns},
    }
