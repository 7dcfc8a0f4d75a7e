"""`skafu check` says everything that is wrong, where, and what to do."""

import json
from pathlib import Path

from command_line import CommandLine

GOOD = """\
skafu: 1
name: todo
summary: Lists of things to do.
auth: {roles: [member]}
services:
  - name: lists
    aggregates:
      - name: Task
        fields: {title: text}
        commands:
          - {name: AddTask, creates: true, roles: [member], fields: {title: text}, emits: [TaskAdded]}
        events: [{name: TaskAdded, fields: {title: text}}]
"""


def _file(folder: Path, content: str | bytes) -> Path:
    path = folder / "skafu.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_good_blueprint(skafu: CommandLine, tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    ended = skafu("check", path)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.output.splitlines()[-1].startswith(f"{path}: ")
    assert "error" not in ended.output


def test_all_errors_with_line_and_column_and_fix(skafu: CommandLine, tmp_path: Path) -> None:
    path = _file(
        tmp_path, GOOD.replace("[TaskAdded]", "[TaskAddd]").replace("title: text}\n        c", "x: txt}\n        c")
    )
    ended = skafu("check", path)
    assert ended.code == 1
    assert f"{path}:9:" in ended.output
    assert f"{path}:11:" in ended.output
    assert "TaskAdded" in ended.output
    assert "    fix: " in ended.output
    assert "once the form is right" not in ended.output


def test_broken_yaml_says_the_line(skafu: CommandLine, tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD + "  - {name: [\n")
    ended = skafu("check", path)
    assert ended.code == 1
    assert f"{path}:1" in ended.output
    assert "error [" in ended.output
    assert ended.output.endswith("checked once the form is right\n")


def test_json_for_programs(skafu: CommandLine, tmp_path: Path) -> None:
    ended = skafu("check", _file(tmp_path, GOOD.replace("creates", "creats")), "--json")
    assert ended.code == 1
    finding = json.loads(ended.output)["findings"][0]
    assert (finding["line"], finding["severity"], finding["nearest"]) == (11, "error", "creates")


def test_no_such_file(skafu: CommandLine, tmp_path: Path) -> None:
    ended = skafu("check", tmp_path / "nothing.yaml")
    assert ended.code == 2
    assert ended.errors == f"error: there is no file {tmp_path}/nothing.yaml\n  fix: give the path of a skafu.yaml\n"


def test_bytes_that_are_no_text(skafu: CommandLine, tmp_path: Path) -> None:
    for content in (b"\x00\x01", b"\xff\xfe\x00", GOOD.encode("utf-16")):
        ended = skafu("check", _file(tmp_path, content))
        assert ended.code == 1
        assert "not_text" in ended.output


def test_a_huge_file_is_refused_at_once(skafu: CommandLine, tmp_path: Path) -> None:
    ended = skafu("check", _file(tmp_path, GOOD + "# " + "x" * 3_000_000))
    assert ended.code == 1
    assert "larger than 1000 kB" in ended.output


def test_a_schema_that_knows_the_keys(skafu: CommandLine) -> None:
    ended = skafu("schema")
    assert ended.code == 0
    assert {"name", "services", "integrations"} <= set(json.loads(ended.output)["properties"])
