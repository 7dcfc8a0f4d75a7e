"""What the AsyncAPI document says of a system: its events and the schemas they use."""

from collections.abc import Iterable

from skafu.blueprint.resolved import System
from skafu.generation.aggregate_view import View, sentence
from skafu.generation.json_schema import MONEY, MONEY_SCHEMA, Schema, object_schema


def events_view(system: System, samples: Iterable[View]) -> list[View]:
    """All events that are published, in the order of the blueprint, each with a sample."""
    details = {one["message"]: one["detail"] for one in samples}
    return [
        {
            "id": f"{service.names.kebab}-{event.names.kebab}",
            "service": service.names.kebab,
            "name": event.names.pascal,
            "version": event.version,
            "sample": details[f"{service.names.kebab}-{event.names.kebab}"],
            "summary": sentence(event.summary, event.names.words),
            "schema": _with_id(object_schema(event.fields, closed=False), aggregate.id_name),
        }
        for service in system.services
        for aggregate in service.aggregates
        if aggregate.store != "log"
        for event in aggregate.events
    ]


def event_schemas_view(system: System) -> list[View]:
    """The records that events refer to, sorted by name."""
    schemas: dict[str, Schema] = {MONEY: MONEY_SCHEMA}
    for service in system.services:
        schemas |= {one.names.pascal: object_schema(one.fields, closed=False) for one in service.value_types}
    return [{"name": name, "schema": schemas[name]} for name in sorted(schemas)]


def _with_id(schema: Schema, id_name: str) -> Schema:
    return {
        "type": "object",
        "required": [id_name, *schema.get("required", [])],
        "properties": {id_name: {"type": "string"}, **schema["properties"]},
    }
