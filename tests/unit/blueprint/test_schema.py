"""The JSON Schema accepts what is read, and refuses what is not."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from shop_blueprint import SHOP, changed

from skafu.blueprint import json_schema, read

EXAMPLES = sorted(Path(__file__).parents[3].glob("examples/*/skafu.yaml"))
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def values(text: str) -> Any:  # noqa: ANN401
    """Give the plain values of a blueprint as an editor sees them."""
    return read(text).source.values


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_fit(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(values(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize("key", ["sumary", "if_", "with_"])
def test_unknown_keys_do_not_fit(key: str) -> None:
    assert not VALIDATOR.is_valid(values(SHOP) | {key: "x"})


def test_keys_are_named_as_people_write_them() -> None:
    broken = values(changed(("emits: [OrderPaid]", "emits: [OrderPaid]")))
    broken["services"][0]["policies"][0]["if"] = 5

    assert [list(error.path) for error in VALIDATOR.iter_errors(broken)] == [["services", 0, "policies", 0, "if"]]
