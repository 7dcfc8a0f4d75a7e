"""What people read: columns, values, and nothing that a terminal would obey."""

import pytest

from skafu.entrypoints.cli.remote.tables import cells_of, pairs, shown, table

COLUMNS = (("name", "NAME"), ("words", "WORDS"), ("n", "N"))
ROWS: list[dict[str, object]] = [
    {"name": "shop", "words": "buys and sells", "n": 3},
    {"name": "a-long-name", "words": None},
]


def test_columns_stand_below_each_other() -> None:
    assert table(ROWS, COLUMNS).splitlines() == [
        "NAME         WORDS           N",
        "shop         buys and sells  3",
        "a-long-name",
    ]


def test_the_widest_columns_are_cut_to_the_terminal() -> None:
    assert table(ROWS, COLUMNS, 24).splitlines() == [
        "NAME       WORDS       N",
        "shop       buys and …  3",
        "a-long-n…",
    ]
    assert max(map(len, table(ROWS, COLUMNS, 5).splitlines())) == 8 + 2 + 8 + 2 + 1


def test_ids_are_whole_however_narrow_the_terminal() -> None:
    identifier = "70662fd4-be36-54ca-bc92-591680a030e8"
    rows = [{"name": identifier, "words": "a title of many words"}, {"name": "", "words": "another"}]
    assert table(rows, COLUMNS[:2], 30).splitlines() == [
        f"NAME{' ' * 34}WORDS",
        f"{identifier}  a title…",
        f"{' ' * 38}another",
    ]


def test_wide_letters_take_two_cells() -> None:
    assert cells_of("日本e\u0301") == 5
    lines = table([{"name": "日本語日本語", "words": "x"}, {"name": "shop", "words": "y"}], COLUMNS[:2]).splitlines()
    assert lines[1:] == ["日本語日本語  x", "shop          y"]
    assert table([{"name": "日本語日本語"}], COLUMNS[:1], 8).splitlines()[1] == "日本語…"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (2.50, "2.5"),
        (["a", 1], "a, 1"),
        ({"prod": "deployed"}, "prod: deployed"),
        ("2026-05-01T10:20:30.123456Z", "2026-05-01 10:20:30"),
        ("two\nlines\x1b[31m", r"two lines\x1b[31m"),
    ],
)
def test_values(value: object, words: str) -> None:
    assert shown(value) == words


def test_pairs_leave_out_what_has_no_value() -> None:
    assert pairs([("name", "shop"), ("title", ""), ("open runs", 0), ("x", None), ("y", [])]) == (
        "name       shop\nopen runs  0"
    )
