"""What git leaves in conflict is merged by key where that is certain, and only there."""

import json
from pathlib import Path

import pytest
from project_documents import ROOT, name_of

from skafu.scaffold import File, FileTree
from skafu.scaffold.merging import Rules, matching, merge_structured, prepare
from skafu.scaffold.merging.endings import ending_of, merged_ending
from skafu.scaffold.merging.values import ABSENT, Clash, merge_values

WORKFLOW = """\
# What runs
name: checks
on:
  push: {branches: [main]}
jobs:
  test:
    steps:
      - uses: actions/checkout@v3
      - name: Test
        run: pytest
version: 1
"""
SETTINGS = """\
[project]
name = "shop"
dependencies = [
    "boto3>=1",
    "msgspec",
]

[tool.ruff]
line-length = 100
"""


def _merged(path: str, base: str, ours: str, theirs: str) -> str | None:
    merged = merge_structured(path, base.encode(), ours.encode(), theirs.encode())
    return None if merged is None else merged.decode()


def test_yaml_by_key_keeps_comments_quotes_and_flow() -> None:
    ours = WORKFLOW.replace("version: 1\n", "version: 1\n# our own\nmine: 'yes'  # indeed\n")
    theirs = WORKFLOW.replace("checkout@v3", "checkout@v4").replace("version: 1\n", "version: 2\nretries: 3\n")
    assert _merged("w.yml", WORKFLOW, ours, theirs) == WORKFLOW.replace("checkout@v3", "checkout@v4").replace(
        "version: 1\n", "version: 2\n# our own\nmine: 'yes'  # indeed\nretries: 3\n"
    )


def test_toml_by_key_keeps_comments_and_both_new_requirements() -> None:
    ours = SETTINGS.replace('    "msgspec",\n', '    "msgspec",\n    "stripe",  # we sell\n')
    theirs = SETTINGS.replace('    "msgspec",\n', '    "msgspec>=0.20",\n    "powertools",\n')
    merged = _merged("pyproject.toml", SETTINGS, ours, theirs)
    assert merged is not None
    assert '    "msgspec>=0.20",\n    "stripe",  # we sell\n    "powertools",\n' in merged


def test_json_by_key_keeps_layout() -> None:
    base = '{\n  "name": "shop",\n  "scripts": {\n    "test": "a"\n  }\n}\n'
    merged = _merged(
        "p.json", base, base.replace('"a"', '"a",\n    "mine": "m"'), base.replace('"a"', '"b",\n    "new": "n"')
    )
    assert merged == base.replace('"a"', '"b",\n    "mine": "m",\n    "new": "n"')


def test_toml_comments_above_a_table_stay_there() -> None:
    base = "[a]\none = 1\n"
    merged = _merged("p.toml", base, base + "\n# why\n[mine]\nx = 1\n", base + 'two = """\n[no]\ntable"""\n\n[new]\n')
    assert merged == ('[a]\none = 1\ntwo = """\n[no]\ntable"""\n\n# why\n[mine]\nx = 1\n\n[new]\n')


def test_toml_arrays_of_tables_and_dotted_keys() -> None:
    base = '[[tool.it]]\nname = "a"\n[[tool.it]]\nname = "b"\nx.y = 1\nz = 1\n'
    ours, theirs = base.replace("x.y = 1", "x.y = 2"), base.replace("z = 1", "z = 2")
    assert _merged("p.toml", base, ours, theirs) == ours.replace("z = 1", "z = 2")
    assert _merged("p.toml", base, ours, base.replace('"b"', '"c"')) is None


def test_json_laid_out_by_hand_keeps_its_layout() -> None:
    base = '{\n  "files": ["a", "b"],\n  "rules": [\n    {"name": "x",   "on": true}\n  ]\n}\n'
    ours = base.replace("true}\n", 'true},\n    {"name": "mine"}\n')
    theirs = base.replace("true}\n", 'true},\n    {"name": "new"}\n').replace('["a", "b"]', '["a"]')
    assert _merged("p.json", base, ours, theirs) == (
        '{\n  "files": ["a"],\n  "rules": [\n    {"name": "x",   "on": true},\n    {"name": "mine"},\n'
        '    {"name": "new"}\n  ]\n}\n'
    )


def test_yaml_lists_of_mappings_are_merged_by_the_names_of_their_items() -> None:
    base = "repos:\n- repo: a  # first\n  rev: v1\n- repo: b\n  rev: v1\n"
    ours = base.replace("- repo: b\n  rev: v1\n", "- repo: b\n  rev: v1\n  args:\n  - mine\n")
    theirs = base.replace("rev: v1", "rev: v2")
    assert _merged("c.yaml", base, ours, theirs) == ours.replace("rev: v1", "rev: v2")


def test_a_block_of_text_with_marks_of_comments_is_no_comment() -> None:
    base = "run: |\n  one\n\n  # two\nlast: 1\n"
    ours = base.replace("last: 1", "mine: 1\nlast: 1")
    theirs = base.replace("last: 1", "new: 1\nlast: 1")
    assert _merged("c.yaml", base, ours, theirs) == base.replace("last: 1", "mine: 1\nnew: 1\nlast: 1")


DOCUMENTS = (*sorted((ROOT / "examples").glob("*/skafu.yaml")), ROOT / "pyproject.toml")


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_entries_are_all_of_a_document(path: Path) -> None:
    text = path.read_text()
    mine = text + ("\n[tool.mine]\nx = 1\n" if path.suffix == ".toml" else "\nmine: 1\n")
    new = text + ("\n[tool.new]\nx = 1\n" if path.suffix == ".toml" else "\nnew: 1\n")
    assert _merged(path.name, text, mine, new) == mine + new.removeprefix(text)


def test_a_new_file_on_both_sides_is_merged_by_key() -> None:
    assert json.loads(_merged("p.json", "", '{\n  "a": 1\n}', '{\n  "b": 2\n}') or "") == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs"),
    [
        ("both-changed-one-value.yml", "a: 1\n", "a: 2\n", "a: 3\n"),
        ("both-changed-one-requirement.json", '["a>=1"]', '["a>=2"]', '["a>=3"]'),
        ("changed-and-removed.yml", "a: {b: 1}\nc: 1\n", "a: {b: 2}\nc: 1\n", "c: 1\n"),
        ("another-order.json", '["a", "b"]', '["b", "a"]', '["a", "b", "c"]'),
        ("no-names.json", "[[1], [2]]", "[[1], [2], [3]]", "[[1], [2], [4]]"),
        ("two-documents.yml", "a: 1\n", "a: 1\n---\nb: 1\n", "a: 1\nc: 1\n"),
        ("no-yaml.yml", "a: 1\n", "a: [\n", "a: 1\nc: 1\n"),
        ("text.md", "a\n", "b\n", "c\n"),
        ("no-utf-8.yml", "a: 1\n", "a: 1\nb: \udcff\n", "a: 1\nc: 1\n"),
    ],
)
def test_what_is_not_certain_stays_a_conflict(path: str, base: str, ours: str, theirs: str) -> None:
    sides = (one.encode(errors="surrogateescape") for one in (base, ours, theirs))
    assert merge_structured(path, *sides) is None


def test_a_layout_that_would_change_is_left_alone() -> None:
    base = '{"a": 1,\n"list": [1,\n2]}\n'
    assert _merged("p.json", base, base.replace("1,\n2", "1,\n3"), base.replace('"a": 1', '"a": 5')) is None


def test_one_is_not_true() -> None:
    with pytest.raises(Clash):
        merge_values(0, 1, True)
    assert merge_values(ABSENT, ABSENT, 1) == 1
    assert merge_values(1, ABSENT, 1) is ABSENT


def test_new_keys_stand_behind_what_they_stand_behind_in_the_template() -> None:
    base = {"a": 1, "z": 1}
    merged = merge_values(base, {"a": 1, "mine": 1, "z": 1}, {"first": 1, "a": 1, "new": 1, "z": 1})
    assert list(merged) == ["first", "a", "mine", "new", "z"]


def test_endings() -> None:
    assert [ending_of(File(one)) for one in (b"a\r\nb\r\n", b"a\nb", b"a\r\nb\n", b"a", b"\0\r\n")] == [
        "crlf",
        "lf",
        "mixed",
        "",
        "",
    ]
    assert merged_ending("lf", "crlf", "lf") == "crlf"
    assert merged_ending("crlf", "crlf", "lf") == "lf"
    assert merged_ending("", "", "crlf") == "crlf"


def test_rules_take_the_say_from_one_side() -> None:
    base, ours, theirs = (FileTree({"keep": one, "lock": one, "rest": one}) for one in (b"b", b"o", b"t"))
    rules = Rules(keep=matching(["keep", "new"]), template=matching(paths=["lock"]))
    prepared = prepare(base, ours, theirs | {"new": File(b"n")}, rules)
    assert [side["keep"].content for side in (prepared.base, prepared.ours, prepared.theirs)] == [b"b", b"o", b"b"]
    assert [side["lock"].content for side in (prepared.base, prepared.ours, prepared.theirs)] == [b"b", b"b", b"t"]
    assert prepared.ours["rest"].content == b"o"
    assert prepared.theirs["new"].content == b"n"
    assert prepared.overruled == ("lock",)
