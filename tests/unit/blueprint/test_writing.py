"""Canonical YAML: stable, the same when written again, and with the comments of its author."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop_blueprint import SHOP

from skafu.blueprint import Blueprint, read, write
from skafu.blueprint.model import Service

EXAMPLES = sorted(Path(__file__).parents[3].glob("examples/*/skafu.yaml"))

COMMENTED = """\
# top
# second

name: x   # the name
skafu: 1
services: # all of them
  # first service
  - name: a # behind a
    aggregates:
      - name: Order
        events: [{name: A,   # an event
           to: b}, {name: B}]
        # above fields
        fields:
          # the x
          x: text # x it is
          y: {type: text, # inner
              min: 1}
        states: [b,
         # why c
         c]
  # second service
  - summary: "say: 'hi' \\"you\\" # no comment"
    # its name
    name: b
# the end
"""


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples_are_canonical(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert write(read(text)) == text


def test_every_comment_survives_at_its_element() -> None:
    written = write(read(COMMENTED))

    for comment in (
        "top",
        "second",
        "the name",
        "all of them",
        "first service",
        "behind a",
        "an event",
        "above fields",
    ):
        assert written.count(f"# {comment}\n") == 1, comment
    for comment in ("the x", "x it is", "inner", "why c", "second service", "its name", "the end"):
        assert written.count(f"# {comment}\n") == 1, comment
    assert written.startswith("# top\n# second\nskafu: 1\nname: x  # the name\n")
    assert "          # the x\n          x: text  # x it is\n" in written
    assert written.endswith("# the end\n")


def test_a_text_that_looks_like_a_comment_is_none() -> None:
    assert read(write(read(COMMENTED))).blueprint.services[1].summary == "say: 'hi' \"you\" # no comment"


def test_writing_again_changes_nothing() -> None:
    for text in (COMMENTED, SHOP):
        once = write(read(text))

        assert write(read(once)) == once
        assert read(once).blueprint == read(text).blueprint


def test_keys_come_in_the_order_of_the_model() -> None:
    assert write(read("services: [{summary: z, name: s}]\nname: x\n")) == (
        "skafu: 1\nname: x\nservices:\n  - name: s\n    summary: z\n"
    )


def test_a_blueprint_that_was_never_a_text_is_written_without_defaults() -> None:
    blueprint = Blueprint(name="shop", services=(Service(name="sales"),))

    assert write(blueprint) == "skafu: 1\nname: shop\nservices:\n  - name: sales\n"


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs", "Cc")), max_size=40))
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    service = Service(name="s", summary=text)
    blueprint = Blueprint(name="x", services=(service,), summary=text)

    again = read(write(blueprint)).blueprint

    assert again.summary == blueprint.summary
    assert again.services[0].summary == service.summary


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**15), 10**15)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=6,
    )
)
def test_any_plain_value_is_read_back_as_it_was(value: object) -> None:
    text = 'name: x\nservices: [{name: s, value_types: [{name: V, fields: {f: {type: text, default: ""}}}]}]'
    values = read(text).blueprint.model_dump(by_alias=True, exclude_unset=True)
    values["services"][0]["value_types"][0]["fields"]["f"]["default"] = value
    blueprint = Blueprint.model_validate(values)

    assert read(write(blueprint)).blueprint == blueprint
