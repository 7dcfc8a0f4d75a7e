"""What is wrong with the text or the shape of a blueprint is said at once, with its place."""

import re
import time
import tracemalloc

import pytest
from shop_blueprint import SHOP, changed

from skafu.blueprint import BlueprintInvalid, Finding, read
from skafu.blueprint.codes import SYNTAX
from skafu.blueprint.model import FORMAT_VERSION
from skafu.blueprint.yaml_source import MAX_NODES

SMALL = "name: shop\nservices: [{name: sales}]\n"


def refused(text: str | bytes) -> tuple[Finding, ...]:
    """Give the findings of a text that must not be read."""
    with pytest.raises(BlueprintInvalid) as caught:
        read(text, file="shop.yaml")
    return caught.value.findings


def only(text: str | bytes) -> Finding:
    """Give the only finding of a text."""
    (found,) = refused(text)
    return found


BROKEN: dict[str, tuple[str, str, tuple[int, int]]] = {
    "duplicate_key": ("name: a\nname: b\nservices: [{name: s}]", "the key name is here twice", (2, 1)),
    "format_version": ("skafu: 2\nname: a", "the blueprint has format 2, this Skafu knows formats up to 1", (1, 8)),
    "missing_key": ("name: a", "the key services is missing", (1, 1)),
    "not_text": ("name: a\nsummary: b\0c", "the character U+0000 is not allowed in YAML", (2, 11)),
    "too_deep": ("a: " + "[" * 50, "nested deeper than 40 levels", (1, 44)),
    "too_few": ("name: a\nservices: []", "expected at least 1 of them, got a list", (2, 11)),
    "too_large": ("a: [" + "1," * 30_000 + "]", "more than 20000 values", (1, 39999)),
    "unknown_key": ("name: a\nserices: 1\nservices: [{name: s}]", "did you mean services?", (2, 1)),
    "wrong_name": ("name: My Shop\nservices: [{name: s}]", "did you mean my-shop?", (1, 7)),
    "wrong_shape": ("name: a\nservices: [{name: s, aggregates: none}]", "expected a list, got 'none'", (2, 34)),
    "wrong_value": ("name: a\napi: grpc\nservices: [{name: s}]", "'grpc' is not one of http or rest", (2, 6)),
    "yaml_anchor": ("name: &a b\nservices: [{name: s}]", "anchors and aliases are not used", (1, 7)),
    "yaml_syntax": ("name: a\n  b: c", "this is no YAML", (2, 4)),
    "yaml_tag": ("name: !!python/name:os.system x", "is not used in blueprints", (1, 7)),
}


@pytest.mark.parametrize("code", SYNTAX)
def test_each_kind_of_broken_text_is_explained_with_its_place(code: str) -> None:
    text, message, place = BROKEN[code]

    found = next(finding for finding in refused(text) if finding.code == code)

    assert message in found.message
    assert (found.line, found.column) == place
    assert found.severity == "error"
    assert found.file == "shop.yaml"
    assert re.fullmatch(r"[A-Z].+\.", found.fix)


def test_everything_is_said_at_once() -> None:
    text = changed(
        ("summary: Sells", "sumary: Sells"), ("kind: http", "kind: htp"), ("creates: true", "creates: often")
    )

    found = refused(text)

    assert [finding.code for finding in found] == ["unknown_key", "wrong_value", "wrong_shape"]
    assert [finding.nearest for finding in found] == ["summary", "http", ""]
    assert found[2].path == "services.sales.aggregates.Product.commands.AddProduct.creates"
    assert str(found[1]).startswith("shop.yaml:8:11: error: 'htp' is not one of http, email, sms, chat, queue")
    assert str(found[1]).endswith("; did you mean http? (at integrations.Stripe.kind) [wrong_value]")


def test_a_misspelled_key_is_not_also_a_missing_one() -> None:
    assert only("nme: a\nservices: [{name: s}]").code == "unknown_key"


def test_a_field_is_a_text_or_a_mapping_and_errors_speak_of_the_one_meant() -> None:
    value_type = "name: a\nservices: [{{name: s, value_types: [{{name: V, fields: {{x: {}}}}}]}}]"

    assert only(value_type.format("5")).expected == "a text or a mapping of keys to values"
    assert only(value_type.format("{type: text, mx: 5}")).nearest == "max"
    assert only(value_type.format("{type: 5}")).expected == "a text"


def test_values_follow_the_core_schema_of_yaml_1_2() -> None:
    text = "name: shop\nservices: [{{name: sales}}]\nsummary: {}\n"

    assert read(text.format("2026-03-14")).blueprint.summary == "2026-03-14"
    assert read(text.format("yes")).blueprint.summary == "yes"
    assert read(text.format('"1_000"')).blueprint.summary == "1_000"
    assert read(text.format("1_000")).blueprint.summary == "1_000"
    assert only(text.format("0x10")).message == "expected a text, got 16"
    assert only(text.format("null")).message == "expected a text, got nothing"


def test_positions_of_values_are_kept() -> None:
    document = read(SHOP)

    line = document.source.lines[document.positions["services", 0, "aggregates", 1, "commands", 0, "http"].line - 1]
    assert line.strip() == "http: POST /orders"
    assert document.blueprint.skafu == FORMAT_VERSION


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1", "cp1252", "cp037"]
)
def test_other_encodings_are_refused(encoding: str) -> None:
    assert only(SMALL.replace("shop", "sh\u00f6p").encode(encoding)).fix == "Save it as UTF-8."
    assert encoding in {"latin-1", "cp1252"} or only(SMALL.encode(encoding)).fix == "Save it as UTF-8."


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    text = "\ufeff" + SMALL.replace("\n", "\r\n")

    assert read(text.encode()).blueprint == read(SMALL).blueprint


@pytest.mark.parametrize(
    "text",
    [
        "x" * 50_000_000,
        "[" * 900_000,
        "{" * 900_000,
        "- " * 400_000,
        "a: " + "!" * 900_000,
        "? " * 400_000,
        "&a [" * 200_000,
        "a: [" + "x, " * 300_000 + "]",
        "".join(f"k{number}: 1\n" for number in range(19_000)),
        "a: &b [x]\n" + "c: *b\n" * 15_000,
        "a: " + "9" * 900_000,
        "a: 1e" + "9" * 900_000,
        "#" * 900_000,
        "a: |\n" + " x\n" * 19_000,
        'a: "' + "\\x41" * 200_000 + '"',
        "\n" * 900_000,
        "---\n" * 19_000,
        "a: [" + "1, " * 100_000 + "]",
        "- x\n" * 100_000,
        "a: " + "[a, " * 45 + "]" * 45,
        "a: &a {b: 1}\nc: {<<: *a}",
        "a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
        "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.system [x]",
        "? [a, b]\n: c",
        "\0" * 900_000,
    ],
    ids=lambda text: f"{text[:8]!r}...",
)
def test_hostile_text_is_refused_in_bounded_time(text: str) -> None:
    began = time.process_time()

    refused(text)

    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x]\n" + "b: [*a, *a, *a]\n" * 5_000,
        "".join(f"k{number}: &k{number} [{f'*k{number - 1}, ' * 9}]\n" for number in range(1, 90)),
        "a: [" + "1, " * 100_000 + "]",
        "a: |\n" + "  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" * 19_000,
        "[" * 900_000,
    ],
    ids=lambda text: f"{text[:12]!r}...",
)
def test_hostile_text_is_refused_in_bounded_memory(bomb: str) -> None:
    read(SMALL)
    tracemalloc.start()

    refused(bomb)

    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


def test_numbers_that_no_machine_counts_with_are_texts() -> None:
    limit = "name: a\nservices: [{name: s, value_types: [{name: V, fields: {x: {type: integer, max: LIMIT}}}]}]"

    assert read(limit.replace("LIMIT", "9" * 18)).blueprint.name == "a"
    for number in ("9" * 5000, "1e999", "0x" + "f" * 16, ".inf", "1_x"):
        assert only(limit.replace("LIMIT", number)).code == "wrong_shape"


def test_a_merge_key_is_a_key_like_others() -> None:
    assert only("name: a\n<<: {api: rest}\nservices: [{name: s}]").code == "unknown_key"


def test_as_many_values_as_are_allowed_are_read() -> None:
    items = ", ".join(["f"] * (MAX_NODES - 20))

    assert {
        finding.code
        for finding in refused(f"name: a\nservices: [{{name: s, queries: [{{name: Q, filter: [{items}], x: 1}}]}}]")
    } == {"unknown_key"}
    assert only(f"name: a\nservices: [{items}, {items}]").code == "too_large"
