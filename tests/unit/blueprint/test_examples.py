"""The examples are without errors, resolve, and together use every word of the language."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from skafu.blueprint import Document, System, check, read, resolve
from skafu.blueprint.expressions.functions import FUNCTIONS, LOOP_SIGNATURES
from skafu.blueprint.model import Part
from skafu.blueprint.types import SCALARS

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(ROOT.glob("examples/*/skafu.yaml"))
TYPE_WORDS = {*SCALARS, "one of", "list of", "optional", "ref"}
OPERATORS = {"==", "!=", "<", "<=", ">", ">=", "&&", "||", "!", " in ", "+", "-", "*", "?"}
UNUSED_FUNCTIONS = {"first", "contains", "startsWith", "endsWith", "upper", "trim", "text", "min", "map"}
"""Functions that no example needs; each has its own tests with the expressions."""


@cache
def document(path: Path) -> Document:
    return read(path.read_bytes(), file=str(path))


@cache
def system(path: Path) -> System:
    return resolve(document(path).blueprint)


def parts(part: Part) -> Iterator[Part]:
    """Give a part and every part in it."""
    yield part
    for name in type(part).model_fields:
        yield from inner(getattr(part, name))


def inner(value: object) -> Iterator[Part]:
    if isinstance(value, Part):
        yield from parts(value)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from inner(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from inner(item)


KINDS = sorted(Part.__subclasses__(), key=lambda kind: kind.__name__)
ALL = [part for path in EXAMPLES for part in parts(document(path).blueprint)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_has_no_errors_and_says_what_it_is_for(path: Path) -> None:
    findings = [str(finding) for finding in check(document(path)) if finding.is_error]

    assert findings == []
    assert document(path).blueprint.summary
    assert document(path).blueprint.name == path.parent.name
    assert path.read_text(encoding="utf-8").startswith("# ")


def test_there_are_six_of_them() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_the_language_is_used(kind: type[Part]) -> None:
    used = {name for part in ALL if isinstance(part, kind) for name in part.model_fields_set}

    assert set(kind.model_fields) - used == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_that_a_key_may_be_is_used(kind: type[Part]) -> None:
    for name, field in kind.model_fields.items():
        options = set(get_args(field.annotation)) if get_origin(field.annotation) is Literal else set()
        used = {str(getattr(part, name)) for part in ALL if isinstance(part, kind)}
        unused = options - used - {"python3.11"}

        assert unused == set(), f"{kind.__name__}.{name}"


def test_every_type_is_used() -> None:
    types = re.findall(r"[a-z]+(?: of)?", " ".join(text for path in EXAMPLES for text in type_texts(path)))

    assert TYPE_WORDS - set(types) == set()


def type_texts(path: Path) -> Iterator[str]:
    for part in parts(document(path).blueprint):
        for attribute in ("fields", "returns"):
            fields = getattr(part, attribute, None)
            for form in fields.values() if isinstance(fields, dict) else ():
                yield form if isinstance(form, str) else form.type


def test_every_operator_and_function_is_used() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in EXAMPLES)
    functions = {name for name in {*FUNCTIONS, *LOOP_SIGNATURES} if re.search(rf"\b{name}\(", text)}

    assert {operator for operator in OPERATORS if operator not in text} == set()
    assert {*FUNCTIONS, *LOOP_SIGNATURES} - functions <= UNUSED_FUNCTIONS


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_way_leads_to_each_state_and_each_command(path: Path) -> None:
    for service in system(path).services:
        for aggregate in service.aggregates:
            journeys = aggregate.journeys

            assert set(journeys.states) == set(aggregate.states or ("exists",)), aggregate.names.pascal
            assert set(journeys.commands) == {command.names.pascal for command in aggregate.commands}


def test_ways_lead_to_nearly_every_event_and_refusal() -> None:
    wanted: set[tuple[str, str]] = set()
    found: set[tuple[str, str]] = set()
    for path in EXAMPLES:
        for service in system(path).services:
            for aggregate in service.aggregates:
                wanted |= {(path.parent.name, event.names.pascal) for event in aggregate.events}
                found |= {(path.parent.name, name) for name in aggregate.journeys.events}
                for command in aggregate.commands:
                    name = command.names.pascal
                    wanted |= {(path.parent.name, f"{name}.{rule.code}") for rule in command.invariants}
                found |= {(path.parent.name, name) for name in aggregate.journeys.refusals}

    assert wanted - found <= {("auction", "OfferedToNextBidder"), ("invoices", "ApproveInvoice.other_order")}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_resolving_twice_gives_the_same(path: Path) -> None:
    assert resolve(document(path).blueprint) == system(path)


def blueprints_in_documents() -> Iterator[str]:
    """Give every YAML block of the documents that is a whole blueprint."""
    for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))):
        for block in re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            if re.search(r"^services:", block, re.MULTILINE):
                yield block


def test_blueprints_in_documents_are_right() -> None:
    for block in blueprints_in_documents():
        assert [str(finding) for finding in check(read(block)) if finding.is_error] == [], block
