"""`skafu new`: shows the plan, asks, writes and proves; what goes wrong leaves nothing behind."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine
from small_projects import everything

from skafu.proof import runner
from skafu.proof.checks import CheckResult
from skafu.proof.proof import Proof

SHOP = "An online bookstore. Customers place orders and cancel them. The warehouse ships orders."
Proving = Callable[..., Proof]


def _proving(*results: CheckResult) -> Proving:
    """What the proof says, without proving."""

    def prove(project: Path, **_: Any) -> Proof:  # noqa: ANN401
        assert (project / "skafu.yaml").is_file()
        return Proof("bookstore", "deployed", results, {}, datetime(2026, 3, 14, tzinfo=UTC), 1.0)

    return prove


def test_the_plan_is_shown_and_the_project_written_and_proven(
    skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "prove", _proving())
    ended = skafu("new", SHOP, "--output", tmp_path / "my shop", "--yes")
    assert ended.code == 0
    assert "PlaceOrder" in ended.output
    assert f"files in {tmp_path}/my shop" in ended.output
    assert f"skafu prove '{tmp_path}/my shop'" in ended.output
    assert (tmp_path / "my shop/stack.yaml").is_file()


def test_what_is_open_is_said_at_the_end_and_stands_in_the_blueprint(
    skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "prove", _proving())
    text = "Owners book stays. A stay lasts at most 30 days."
    ended = skafu("new", text, "--output", tmp_path / "stays", "--yes")
    assert f"leaves 2 questions open: see the top of {tmp_path}/stays/skafu.yaml" in ended.output
    assert (tmp_path / "stays/skafu.yaml").read_text().startswith("# Open: Which rule is meant")
    again = skafu("new", text, "--output", tmp_path / "stays", "--yes")
    assert (again.code, "holds a project already" in again.errors) == (1, True)


def test_an_answer_of_no_writes_nothing(skafu: CommandLine, tmp_path: Path) -> None:
    ended = skafu("new", SHOP, "--output", tmp_path / "shop", stdin=b"n\n")
    assert ended.code == 1
    assert "PlaceOrder" in ended.output
    assert everything(tmp_path) == {}


def test_no_answer_writes_nothing(skafu: CommandLine, tmp_path: Path) -> None:
    assert skafu("new", SHOP, "--output", tmp_path / "shop").code == 130
    assert everything(tmp_path) == {}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-",), 2, "add --yes"),
        ((SHOP, "--accept-unproven", "Ada"), 2, "--accept-unproven and --because go together"),
        ((SHOP, "--because", "of it"), 2, "--accept-unproven and --because go together"),
        (("", "--yes"), 2, "is empty"),
        (("shop.txt", "--yes"), 2, "there is no file shop.txt"),
    ],
)
def test_wrong_usage(skafu: CommandLine, tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    ended = skafu("new", *words, "--output", tmp_path / "shop")
    assert ended.code == code
    assert said in ended.errors
    assert everything(tmp_path) == {}


def test_a_folder_with_something_in_it_is_refused_before_planning(skafu: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ended = skafu("new", SHOP, "--output", tmp_path, "--yes")
    assert (ended.code, ended.output) == (1, "")
    assert "is not empty" in ended.errors
    assert everything(tmp_path) == {"mine.txt": "mine"}
