"""The JSON Schema of blueprints, for editors."""

from typing import Any

from skafu.blueprint.model import Blueprint

SCHEMA_ID = "https://skafu.dev/schemas/blueprint-1.json"


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of `skafu.yaml`; keys are named as people write them."""
    schema = Blueprint.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Skafu blueprint",
    }
