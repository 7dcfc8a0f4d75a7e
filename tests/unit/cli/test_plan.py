"""`skafu plan` takes text, a file or standard input, and says what it can't take."""

import json
from pathlib import Path

import pytest
from command_line import CommandLine

from skafu.blueprint import check, read

OPEN = "Owners book stays. A stay lasts at most 30 days."
SHOP = "An online bookstore. Customers place orders and cancel them. The warehouse ships orders. Staff add books."


def test_text_becomes_a_blueprint(skafu: CommandLine) -> None:
    ended = skafu("plan", SHOP)
    assert ended.code == 0
    assert not [one for one in check(read(ended.output)) if one.is_error]
    assert "PlaceOrder" in ended.output


def test_a_file_and_standard_input_give_the_same(skafu: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "shop.txt"
    path.write_bytes(b"\xef\xbb\xbf" + SHOP.encode())
    told = skafu("plan", SHOP).output
    assert skafu("plan", path).output == told
    assert skafu("plan", "-", stdin=SHOP.encode()).output == told


def test_what_is_open_stands_above_the_blueprint(skafu: CommandLine) -> None:
    ended = skafu("plan", OPEN)
    first = ended.output.splitlines()[0]
    assert first.startswith('# Open: Which rule is meant by "at most 30"')
    assert f"? {first.removeprefix('# Open: ')}" in ended.errors.splitlines()
    assert read(ended.output).blueprint == read(ended.output.split("\n", 1)[1]).blueprint


def test_json_has_blueprint_provenance_and_questions(skafu: CommandLine) -> None:
    found = json.loads(skafu("plan", SHOP, "--json").output)
    assert set(found) == {"blueprint", "provenance", "questions"}
    assert read(json.dumps(found["blueprint"])).blueprint == read(skafu("plan", SHOP).output).blueprint
    assert any("PlaceOrder" in path for path in found["provenance"])


def test_explain_says_where_things_come_from(skafu: CommandLine) -> None:
    ended = skafu("plan", SHOP, "--explain")
    assert ended.code == 0
    assert "Customers place orders" in ended.output
    assert "rules, no model" in ended.output


def test_who_planned_is_said_beside_the_blueprint(skafu: CommandLine) -> None:
    ended = skafu("plan", SHOP)
    assert ended.errors.startswith("planned by rules, no model\n")
    assert "planned by" not in ended.output


def test_output_is_written_and_never_overwritten(skafu: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "deep/skafu.yaml"
    ended = skafu("plan", SHOP, "--output", path)
    assert (ended.code, ended.output) == (0, "")
    assert path.read_text() == skafu("plan", SHOP).output
    assert skafu("plan", SHOP, "--output", path).code == 0
    path.write_text("mine")
    refused = skafu("plan", SHOP, "--output", path)
    assert (refused.code, path.read_text()) == (1, "mine")
    assert "exists already" in refused.errors
    assert [one.name for one in path.parent.iterdir()] == ["skafu.yaml"]


@pytest.mark.parametrize(
    ("source", "stdin", "said"),
    [
        ("", b"", "is empty"),
        ("-", b"", "is empty"),
        ("   \n", b"", "is empty"),
        ("-", b"\x89PNG\r\n\x1a\n\x00", "standard input is no text in UTF-8 (byte 1)"),
        ("-", b"\x00" * 2000, "binary"),
        ("-", b"a b " * 25_251, "longer than 100 kB"),
        ("orders " * 14_429, b"", "longer than 100 kB"),
        ("descriptions/shop.txt", b"", "there is no file descriptions/shop.txt"),
        ("shop.md", b"", "there is no file shop.md"),
        ("Qwrt zxcv bnmp lkjh.", b"", "the description"),
        ("書" * 250, b"", "not in English"),
    ],
)
def test_what_is_no_description(skafu: CommandLine, source: str, stdin: bytes, said: str) -> None:
    ended = skafu("plan", source, stdin=stdin)
    assert ended.code == 2
    assert said in ended.errors
    assert "  fix: " in ended.errors
    assert ended.output == ""


def test_exactly_100_kb_is_taken(skafu: CommandLine) -> None:
    text = (SHOP + " ").encode()
    ended = skafu("plan", "-", stdin=text + b" " * (100_000 - len(text)))
    assert ended.code == 0


def test_a_file_that_is_too_long_or_binary(skafu: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "description.txt"
    path.write_bytes(b"orders " * 15_000)
    assert "longer than 100 kB" in skafu("plan", path).errors
    path.write_bytes(b"\x7fELF\xff\xfe")
    assert f"{path} is no text in UTF-8 (byte 5)" in skafu("plan", path).errors
    assert skafu("plan", tmp_path).errors == f"error: {tmp_path}: Is a directory\n"


def test_a_sentence_is_no_path(skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert skafu("plan", "Members borrow and/or return books, e.g. novels.").code == 0
    assert skafu("plan", SHOP + " " + "Customers rate books. " * 40).code == 0
