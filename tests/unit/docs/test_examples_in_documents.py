"""The blueprints in the documents are blueprints, and the parts of blueprints are parts."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from project_documents import DOCUMENTS, Block, blocks_of
from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML

from skafu.blueprint import check, model, read
from skafu.blueprint.model import Part

PART_TYPES = [
    one for one in vars(model).values() if isinstance(one, type) and issubclass(one, Part) and one is not Part
]
YAML_BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document) if block.words[:1] == ("yaml",)]
WHOLE = [block for block in YAML_BLOCKS if "\nskafu:" in f"\n{block.text}"]
PARTS = [block for block in YAML_BLOCKS if block not in WHOLE]


def test_the_guide_has_whole_blueprints() -> None:
    assert len(WHOLE) >= 2


@pytest.mark.parametrize("block", WHOLE, ids=str)
def test_a_whole_blueprint_has_neither_errors_nor_warnings(block: Block) -> None:
    found = [str(one) for one in check(read(block.text)) if one.severity != "hint"]
    assert found == []


@pytest.mark.parametrize("block", PARTS, ids=str)
def test_a_part_is_what_the_model_knows(block: Block) -> None:
    values = YAML(typ="safe", pure=True).load(block.text)
    for name, value, kinds in _pieces(values):
        assert any(_fits(kind, value) for kind in kinds), f"{name} is not a part of the model"


def _pieces(values: object) -> Iterator[tuple[str, object, list[Any]]]:
    """Give the elements of a list, each of some kind, or the keys of a mapping with what may stand below them."""
    if isinstance(values, list):
        yield from ((str(value), value, PART_TYPES) for value in values)
        return
    assert isinstance(values, Mapping)
    fields = [(field.alias or name, field.annotation) for one in PART_TYPES for name, field in one.model_fields.items()]
    for key, value in values.items():
        yield key, value, [annotation for name, annotation in fields if name == key]


def _fits(kind: type, value: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True
