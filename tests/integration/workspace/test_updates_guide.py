"""The guide to updates does what it says: its commands run, and its example holds."""

import shlex
import shutil
from functools import partial
from pathlib import Path

import pytest
from command_line import CommandLine
from generated_projects import EXAMPLES, generate
from project_documents import ROOT, blocks_of, commands_of
from versioned_templates import commit_all, project_of_template, template_of

from skafu.proof import runner

GUIDE = ROOT / "docs" / "guides" / "updates.md"
FIRST = {"settings.txt": "one\nport: 80\n"}
SECOND = {"settings.txt": "one\nport: 8080\n"}


def _session() -> list[str]:
    """The commands of the guide's first block, without their comments."""
    (text,) = [block.text for block in blocks_of(GUIDE) if block.words == ("console",)]
    return [line.removeprefix("$ ").partition(" #")[0].strip() for line in text.splitlines()]


def test_its_commands_run_one_after_the_other(
    skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = template_of(tmp_path / "template", {"v1": FIRST, "v2": SECOND})
    project = project_of_template(template, tmp_path / "shop", "v1")
    monkeypatch.chdir(tmp_path)
    outcomes = {}
    for command in _session():
        ended = skafu(*shlex.split(command)[1:])
        assert (ended.code, ended.errors) == (0, ""), command
        outcomes[command] = (project / "settings.txt").read_text()
    assert len(outcomes) == 4
    assert outcomes["skafu update shop"] == "one\nport: 8080\n"
    assert outcomes["skafu update shop --abort"] == "one\nport: 80\n"


def test_a_conflict_looks_as_it_says(skafu: CommandLine, tmp_path: Path) -> None:
    template = template_of(tmp_path / "template", {"v1": FIRST, "v2": SECOND})
    project = project_of_template(template, tmp_path / "shop", "v1")
    (project / "settings.txt").write_text("one\nport: 9000\n")
    assert skafu("update", project).code == 1
    (shown,) = [block.text for block in blocks_of(GUIDE) if block.words == ("text", "conflict")]
    assert (project / "settings.txt").read_text() == f"one\n{shown}"


def test_the_result_of_another_blueprint_is_proven(
    skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate("todo", tmp_path / "shop")
    commit_all(tmp_path / "shop")
    shutil.copy(EXAMPLES / "todo/skafu.yaml", tmp_path / "next.yaml")
    (tmp_path / "next.yaml").write_text((tmp_path / "next.yaml").read_text().replace("Todo lists that", "Lists that"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runner, "prove", partial(runner.prove, level="model"))
    (command,) = [one for one in commands_of(GUIDE) if "--blueprint" in one and "--prove" in one]
    assert skafu(*shlex.split(command)[1:]).code == 0


def test_its_example_holds() -> None:
    examples = [block.text for block in blocks_of(GUIDE) if block.words == ("python", "run")]
    assert examples
    for text in examples:
        exec(compile(text, str(GUIDE), "exec"), {})  # noqa: S102
