"""The documented schemas accept what the system accepts, as far as JSON Schema can say it."""

import re
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from small_systems import field_of, fields_of

from skafu.blueprint.fitting import TEXT_SHAPES
from skafu.catalog import SYSTEM, template_folder
from skafu.generation.json_schema import MONEY, MONEY_SCHEMA, field_schema, object_schema

TYPES = (
    "text", "{type: text, min: 2, max: 3}", "{type: text, pattern: '[a-z]+', example: abc}", "integer",
    "{type: integer, min: -2, max: 3}", "{type: integer, min: 1.0}", "decimal", "money", "boolean", "id", "ref Order",
    "one of a b", "list of text", "{type: list of integer, min: 1, max: 2}", "optional text",
    "{type: optional integer, max: 3}", "phone", "{type: optional list of money, max: 3}",
)  # fmt: skip


def _errors(type_: str, value: object) -> list[str]:
    schema = {**field_schema(field_of(type_)), "components": {"schemas": {MONEY: MONEY_SCHEMA}}}
    return [one.message for one in jsonschema.Draft202012Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("type_", TYPES)
def test_samples(type_: str) -> None:
    field = field_of(type_)
    jsonschema.Draft202012Validator.check_schema(field_schema(field))
    valid = str(field.valid) if "decimal" in type_ else field.valid
    assert _errors(type_, valid) == []
    assert [why for why, value in field.invalid if not _errors(type_, value)] == []


def test_a_pattern_is_for_the_whole_text() -> None:
    type_ = "{type: text, pattern: 'a|b', example: a}"
    assert _errors(type_, "b") == []
    assert _errors(type_, "ab")


def test_a_pattern_is_written_as_every_engine_understands_it() -> None:
    type_ = r"{type: text, pattern: '^\d\.$', example: '1.'}"
    assert field_schema(field_of(type_)) == {"type": "string", "pattern": r"^(?:[0-9]\.)$"}


def test_clients_may_write_decimals_as_numbers() -> None:
    schema = object_schema(tuple(fields_of("{a: decimal, b: list of decimal, c: optional decimal}").values()))
    jsonschema.validate({"a": 1.5, "b": ["1.5", 2], "c": 3}, schema)
    assert list(jsonschema.Draft202012Validator(schema).iter_errors({"a": "1,5", "b": []}))


def test_decimals_are_texts_wherever_the_system_speaks_itself() -> None:
    field = field_of("{type: decimal, default: 2.5}")
    assert field_schema(field)["default"] == "2.5"
    for text in ("0", "-1.50", "1E+5", "2e-7"):
        assert _errors("decimal", text) == []
        assert str(Decimal(text)) == text or _errors("decimal", str(Decimal(text))) == []


@pytest.mark.parametrize("number", ["+12345", "+123456", "+123456789012345", "+1234567890123456", "+0123456", "123456"])
def test_phone_numbers_are_the_same_everywhere(number: str) -> None:
    template = template_folder(SYSTEM) / "template" / "shared" / "src" / "shared" / "fields.py"
    (handled,) = re.findall(r'PhoneText = .*pattern=r"(.*)"', template.read_text())
    wanted = bool(TEXT_SHAPES["phone"].fullmatch(number))
    assert bool(re.search(handled, number)) == wanted
    assert (not _errors("phone", number)) == wanted


def test_null_is_for_optional_fields_alone() -> None:
    assert _errors("optional integer", None) == []
    assert _errors("integer", None)


def test_fields_are_required_unless_optional_or_with_a_default() -> None:
    fields = fields_of("{a: text, b: optional text, c: {type: integer, default: 3}}")
    schema: dict[str, Any] = object_schema(tuple(fields.values()))
    assert schema["required"] == ["a"]
    assert schema["properties"]["c"]["default"] == 3
    assert schema["additionalProperties"] is False
    assert "additionalProperties" not in object_schema(tuple(fields.values()), closed=False)
