"""What YAML does not read as a text is no name, because names stand in the documents and stacks of a project."""

import pytest

from skafu.blueprint import check, read

BLUEPRINT = """\
skafu: 1
name: small
summary: A small system.
auth: {roles: [member]}
services:
  - name: desk
    aggregates:
      - name: Order
        fields: {title: text}
        commands:
          - name: PlaceOrder
            creates: true
            roles: [member]
            fields: {title: text}
            invariants: [{code: no, rule: command.title != "", message: "No."}]
            emits: [OrderPlaced]
        events: [{name: OrderPlaced, fields: {title: text}}]
"""


def _reserved(text: str) -> list[str]:
    return [one.message for one in check(read(text)) if one.code == "reserved_name"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("name: small", 'name: "null"'), ("name: desk", 'name: "on"'), ("[member]", '["off"]'), ("OrderPlaced", '"Yes"')],
)
def test_a_word_of_yaml_is_no_name(before: str, after: str) -> None:
    (message,) = _reserved(BLUEPRINT.replace(before, after))
    assert message.endswith("it is not a text in YAML")


def test_codes_of_rules_may_be_any_word() -> None:
    assert _reserved(BLUEPRINT) == []
