"""Whatever people write into summaries and messages, the files of a project stay what they are: YAML, TOML, Python."""

import ast
import json
import re
import tomllib
from pathlib import PurePosixPath

import pytest
import yaml
from stack_documents import stacks_of

from skafu.blueprint import read
from skafu.blueprint.aws_limits import LONGEST_FUNCTION_DESCRIPTION, LONGEST_STACK_DESCRIPTION
from skafu.bootstrap import project_of
from skafu.scaffold import FileTree

TEXTS = (
    "Sells: books # and more, 'for' \"all\" {of} [us] & *you* | %now !",
    "- starts like a list",
    "? : @ ` > | are no names",
    'ends with "quotes"',
    '"""Ends a docstring"""',
    "back\\slash \\u0041 {{ braces }} {% raw %} ${Stage} #{x}",
    "It’s an “odd” – dash, naïve, 日本語, 😀 and \u202ehidden\u200b",  # noqa: RUF001
    "two\nlines\tand a tab",
    "null",
    "long " * 150,
)
BLUEPRINT = """\
skafu: 1
name: hostile
summary: {text}
api: {api}
auth: {{roles: [member]}}
integrations:
  - {{name: Mail, kind: email, summary: {text}, operations: [{{name: send}}]}}
  - name: Bank
    kind: http
    summary: {text}
    operations: [{{name: pay, method: POST, path: /p, fields: {{x: text}}}}]
services:
  - name: desk
    summary: {text}
    value_types: [{{name: Line, summary: {text}, fields: {{word: {{type: text, summary: {text}}}}}}}]
    aggregates:
      - name: Order
        summary: {text}
        states: [placed, paid]
        fields: {{note: {{type: text, summary: {text}}}, lines: list of Line}}
        commands:
          - name: PlaceOrder
            summary: {text}
            creates: true
            roles: [member]
            fields: {{note: {{type: text, summary: {text}}}, lines: list of Line}}
            invariants: [{{code: empty, rule: size(command.lines) > 0, message: {text}}}]
            emits: [OrderPlaced]
          - {{name: PayOrder, summary: {text}, in: [placed], roles: [member], emits: [OrderPaid]}}
        events:
          - {{name: OrderPlaced, summary: {text}, to: placed, fields: {{note: text, lines: list of Line}}}}
          - {{name: OrderPaid, summary: {text}, to: paid}}
    queries:
      - {{name: Orders, summary: {text}, roles: [member], from: [OrderPlaced, OrderPaid]}}
      - {{name: Totals, summary: {text}, roles: [member], from: [OrderPlaced], yours: true}}
    calls: [{{when: OrderPlaced, call: Bank.pay, with: {{x: event.note}}, ok: PayOrder}}]
    workflows:
      - {{name: Flow, summary: {text}, starts: OrderPlaced, steps: [{{wait: 2 days}}, {{do: PayOrder}}]}}
"""


def _project(text: str, api: str = "http") -> FileTree:
    blueprint = BLUEPRINT.format(text=json.dumps(text, ensure_ascii=False), api=api)
    return project_of(read(blueprint), blueprint)


def _parse(path: str, content: bytes) -> None:
    match PurePosixPath(path).suffix:
        case ".py":
            ast.parse(content)
        case ".json":
            json.loads(content)
        case ".toml":
            tomllib.loads(content.decode())
        case ".yaml" if not path.endswith("stack.yaml"):
            assert yaml.safe_load(content)


@pytest.mark.parametrize("text", TEXTS, ids=[one[:12].strip() for one in TEXTS])
def test_every_file_can_be_read(text: str) -> None:
    project = _project(text)
    for path, file in project.items():
        _parse(path, file.content)
    for path, stack in stacks_of(project).items():
        assert isinstance(stack["Description"], str), path
        assert len(stack["Description"].encode()) <= LONGEST_STACK_DESCRIPTION
        for resource in stack["Resources"].values():
            description = resource.get("Properties", {}).get("Description", "-")
            assert isinstance(description, str)
            assert 0 < len(description) <= LONGEST_FUNCTION_DESCRIPTION
    document = yaml.safe_load(project["openapi.yaml"].content)
    assert isinstance(document["info"]["summary"], str)
    _check_tables(project["README.md"].content.decode())
    _check_tables(project["docs/events.md"].content.decode())


def test_a_rest_api_takes_them_as_well() -> None:
    project = _project(TEXTS[0], "rest")
    assert stacks_of(project)["shared/stack.yaml"]["Description"]


@pytest.mark.parametrize("text", [TEXTS[0], "Ünïcode, 日本 and 😀."])
def test_what_people_wrote_is_told_as_they_wrote_it(text: str) -> None:
    document = yaml.safe_load(_project(text)["openapi.yaml"].content)
    assert document["info"]["summary"] == text
    assert document["paths"]["/orders"]["post"]["summary"] == text


def _check_tables(document: str) -> None:
    """Every row of a table has as many cells as its head."""
    for table in re.findall(r"(?:^\|.*\n)+", document, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", row))) for row in table.splitlines()}
        assert len(cells) == 1, table
