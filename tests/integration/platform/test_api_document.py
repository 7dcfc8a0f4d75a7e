"""The description of the API says enough to write, or to generate, a client."""

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from api_document import Operation, operations
from jsonschema import Draft202012Validator
from platform_under_test import platform_of

from skafu.entrypoints.http.documented import ANY

Document = dict[str, Any]
FEW: Final = {
    "list_providers": "a provider for each that is set up: one at most",
    "get_quotas": "a row for each measure that there is: four",
}
"""Listings without pages, and why."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return asyncio.run(_document(tmp_path_factory.mktemp("document")))


async def _document(folder: Path) -> Document:
    async with platform_of(folder) as running:
        document: Document = (await running.client.get("/api/v1/openapi.json")).json()
        return document


def test_every_operation_says_what_it_is_for(document: Document) -> None:
    silent = [str(each) for each in operations(document) if not _says_something(each)]
    assert not silent, "\n".join(silent)


def _says_something(operation: Operation) -> bool:
    described = operation.described
    return bool(described.get("summary", "").strip() and described.get("description", "").strip())


def test_operations_have_names_of_their_own(document: Document) -> None:
    names = Counter(each.described["operationId"] for each in operations(document))
    assert [name for name, times in names.items() if times > 1] == []
    assert [name for name in names if not name.isidentifier()] == []


def test_every_post_takes_an_idempotency_key(document: Document) -> None:
    """But for deliveries of GitHub, which have a number of their own."""
    posts = [each for each in operations(document) if each.method == "POST"]
    without = [each for each in posts if "idempotency-key" not in each.named("header")]
    assert [str(each) for each in without] == ["POST /api/v1/github/webhooks"]
    assert "X-GitHub-Delivery" in without[0].named("header")


def test_shapes_have_names_of_their_own(document: Document) -> None:
    """Where two parts give two shapes one name, generated clients lose one of them."""
    assert [name for name in document["components"]["schemas"] if name.startswith("skafu__")] == []


def test_every_answer_is_typed(document: Document) -> None:
    untyped = [
        f"{operation} {status}"
        for operation in operations(document)
        for status, answer in operation.described["responses"].items()
        if status not in {"204", "302", "303", "304"} and not _is_typed(answer)
    ]
    assert not untyped, "\n".join(untyped)


def _is_typed(answer: dict[str, Any]) -> bool:
    content = answer.get("content")
    if content is None:
        return True  # it has no body
    json_schema = content.get("application/json", {}).get("schema", {})
    return bool(json_schema.keys() - {"title"}) or any(kind != "application/json" for kind in content)


def test_every_operation_documents_what_may_go_wrong(document: Document) -> None:
    for operation in operations(document):
        errors = {int(status): answer for status, answer in operation.described["responses"].items() if status >= "400"}
        assert set(ANY) <= set(errors), str(operation)
        assert operation.open or {401, 403} <= set(errors), str(operation)
        for status, answer in errors.items():
            assert answer["description"], f"{operation} {status}"
            (schema,) = [content["schema"] for content in answer["content"].values()]
            assert schema == {"$ref": "#/components/schemas/ErrorAnswer"}, f"{operation} {status}"
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_parameter_and_every_field_of_a_body_is_bounded(document: Document) -> None:
    endless = [f"{operation} {place}" for operation in operations(document) for place in _endless(operation)]
    assert not endless, "\n".join(endless)


def _endless(operation: Operation) -> Iterator[str]:
    for each in operation.parameters:
        yield from _unbounded(each["schema"], operation.document, each["name"])
    for kind, body in operation.bodies.items():
        if kind == "application/json":
            yield from _unbounded(body["schema"], operation.document, "body")


def _unbounded(
    schema: Mapping[str, Any], document: Mapping[str, Any], place: str, seen: tuple[str, ...] = ()
) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name not in seen:
            yield from _unbounded(document["components"]["schemas"][name], document, place, (*seen, name))
        return
    for several in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(several, ()):
            yield from _unbounded(inner, document, place, seen)
    for name, inner in schema.get("properties", {}).items():
        yield from _unbounded(inner, document, f"{place}.{name}", seen)
    kind = schema.get("type")
    if kind == "string" and not {"maxLength", "enum", "const", "format", "pattern"} & schema.keys():
        yield f"{place}: a text of any length"
    if kind == "array":
        if "maxItems" not in schema:
            yield f"{place}: a list of any length"
        yield from _unbounded(schema.get("items", {}), document, f"{place}[]", seen)


def test_every_listing_has_pages_an_order_and_sparse_fields(document: Document) -> None:
    wanted = {"cursor", "limit", "sort", "fields"}
    listings = {each.described["operationId"]: each for each in operations(document) if each.lists}
    assert len(listings) > 30
    assert FEW.keys() <= listings.keys()
    without = {name for name, each in listings.items() if not wanted <= each.named("query").keys()}
    assert without == set(FEW)
    paged = {each.described["operationId"] for each in operations(document) if "cursor" in each.named("query")}
    assert paged == listings.keys() - FEW


def test_it_says_who_is_let_in(document: Document) -> None:
    assert set(document["components"]["securitySchemes"]) == {"bearer", "session"}
    closed = [each for each in operations(document) if not each.open]
    assert closed
    for operation in closed:
        ((role,),) = {tuple(next(iter(way.values()))) for way in operation.described["security"]}
        assert role in {"viewer", "developer", "admin"}, str(operation)


def test_every_parameter_and_every_field_says_what_it_means(document: Document) -> None:
    silent = [f"{each} {said['name']}" for each in operations(document) for said in each.parameters if _is_silent(said)]
    for shape, schema in document["components"]["schemas"].items():
        fields = schema.get("properties", {})
        silent += [f"{shape}.{name}" for name, described in fields.items() if _is_silent(described)]
    assert not silent, "\n".join(silent)


def _is_silent(described: Mapping[str, Any]) -> bool:
    return not described.get("description", "").strip()


def test_every_body_and_every_answer_is_shown_and_fits_its_schema(document: Document) -> None:
    shown = list(_shown(document))
    assert len(shown) > 1_000
    unlike = [
        f"{place}: {error.message}"
        for place, schema, example in shown
        for error in Draft202012Validator({**schema, "components": document["components"]}).iter_errors(example)
    ]
    assert not unlike, "\n".join(unlike)
    empty = [place for place, _schema, example in shown if re.search('[{:[,]"text"[],}]', _json(example))]
    assert not empty, "\n".join(empty)


def _json(example: object) -> str:
    return json.dumps(example, separators=(",", ":"))


def _shown(document: Document) -> Iterator[tuple[str, Mapping[str, Any], object]]:
    """Each JSON of the document: where it is, its schema, and its example."""
    for operation in operations(document):
        answers = operation.described["responses"]
        contents = {status: answer.get("content", {}) for status, answer in answers.items()}
        contents["body"] = operation.bodies
        for place, content in contents.items():
            if "application/json" in content:
                described = content["application/json"]
                yield f"{operation} {place}", described["schema"], _example(described, document)


def _example(described: Mapping[str, Any], document: Document) -> object:
    if "example" in described:
        return described["example"]
    (named,) = described["examples"].values()
    return document["components"]["examples"][named["$ref"].rsplit("/", 1)[1]]["value"]


def test_a_typed_client_can_be_generated(document: Document, tmp_path: Path) -> None:
    path, settings = tmp_path / "openapi.json", tmp_path / "settings.json"
    path.write_text(json.dumps(document))
    settings.write_text(json.dumps({"content_type_overrides": {"application/zip": "application/octet-stream"}}))
    tool = Path(sys.executable).parent / "openapi-python-client"
    words: list[str | Path] = [
        tool,
        "generate",
        "--path",
        path,
        "--config",
        settings,
        "--meta",
        "none",
        "--output-path",
        "skafu_client",
    ]
    made = _done(words, tmp_path)
    assert made.returncode == 0, made.stdout
    assert "WARNING" not in made.stdout, made.stdout
    parts = {each.described["tags"][0].replace("-", "_") for each in operations(document)}
    program = f"import skafu_client.models; from skafu_client.api import {', '.join(sorted(parts))}"
    used = _done([sys.executable, "-c", program], tmp_path)
    assert used.returncode == 0, used.stdout


def _done(words: Sequence[str | Path], folder: Path) -> "subprocess.CompletedProcess[str]":
    """What became of a command, with all that it said."""
    return subprocess.run(
        [str(each) for each in words],
        check=False,
        text=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
