import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from generated_projects import generate
from proof_subjects import proof_of, result, written

from skafu.entrypoints.cli import main
from skafu.entrypoints.cli.prove_command import say
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.kept import RouteCall
from skafu.proof.progress import Preparing, Started
from skafu.proof.record import statement_of, write_record

EXAMPLE = Path(__file__).parents[3] / "examples/todo/skafu.yaml"


def skafu(*arguments: str | Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main.run([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    output = capsys.readouterr()
    return ended.value.code, output.out + output.err


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path / "project", {"skafu.yaml": EXAMPLE.read_text()})


def test_a_project_that_was_never_generated_is_not_proven(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, output = skafu("prove", project, "--level", "model", capsys=capsys)

    assert code == 1
    assert "✓ model.blueprint" in output
    assert "✗ model.lock" in output
    assert "fix: Generate the project with `skafu generate`." in output
    assert "NOT PROVEN" in (project / "PROOF.md").read_text()


def test_a_proven_project_is_exit_code_0_until_a_file_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = generate("todo", tmp_path / "project")

    proven = skafu("prove", project, "--level", "model", capsys=capsys)
    fresh = skafu("prove", project, "--verify", capsys=capsys)
    (project / "README.md").write_text("Another one.")
    stale = skafu("prove", project, "--verify", capsys=capsys)

    assert (proven[0], fresh[0], stale[0]) == (0, 0, 1)
    assert "PROVEN up to level model" in proven[1]
    assert "README.md" in stale[1]


def test_the_record_is_printed_as_json_and_nothing_else(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, output = skafu("prove", project, "--level", "model", "--json", capsys=capsys)

    assert code == 1
    assert json.loads(output) == json.loads((project / "proof.json").read_text())


@pytest.mark.parametrize("arguments", [("nowhere",), (".", "--level", "all"), ()])
def test_wrong_usage_is_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    code, output = skafu("prove", *arguments, capsys=capsys)

    assert code == 2
    assert output


def test_what_is_missing_on_this_machine_is_exit_code_2_and_leaves_no_record(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_: None)

    code, output = skafu("prove", project, "--level", "static", capsys=capsys)

    assert code == 2
    assert "Node.js is missing" in output
    assert "https://nodejs.org" in output
    assert not (project / "proof.json").exists()


def test_verify_says_which_files_changed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert skafu("prove", project, "--verify", capsys=capsys)[0] == 1
    write_record(project, statement_of(proof_of(project, result("static.ruff"))))
    assert skafu("prove", project, "--verify", capsys=capsys)[0] == 0
    written(project, {"skafu.yaml": "changed", "new.py": ""})

    code, output = skafu("prove", project, "--verify", capsys=capsys)

    assert code == 1
    assert "changed  skafu.yaml" in output
    assert "added    new.py" in output
    code, output = skafu("prove", project, "--verify", "--json", capsys=capsys)
    assert json.loads(output)["changed"] == ["skafu.yaml"]


def test_a_line_per_check_has_its_time_and_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    problems = tuple(Problem(f"problem {number}", "a.py", number, "services.lists", "Mend it.") for number in range(12))
    for step in (
        Preparing("checkov", "building"),
        Started("static.mypy"),
        CheckResult("static.mypy", "static", "failed", 1.25, "12 problems", problems=problems),
        CheckResult("beyond-emulation.keys", "deployed", "not_proven", 0.0, "Rights on keys."),
    ):
        say(step)

    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "  … checkov: built once on this machine"
    assert lines[1] == "  ✗ static.mypy                1.25 s  12 problems"
    assert lines[2:5] == ["      a.py: problem 0", "        comes from services.lists", "        fix: Mend it."]
    assert "      and 2 more in PROOF.md" in lines
    assert lines[-1] == "  · not proven: Rights on keys."


def test_a_call_is_a_command_line_that_a_shell_takes() -> None:
    call = RouteCall("POST /api/v1/lists", "member", "POST", "http://127.0.0.1:1/x", '{"title": "it\'s"}', "abc")

    assert call.curl == (
        "curl -sS -X POST http://127.0.0.1:1/x -H 'Authorization: Bearer abc' "
        "-H 'Content-Type: application/json' -d '{\"title\": \"it'\"'\"'s\"}'"
    )


def test_help_needs_no_project() -> None:
    from skafu.entrypoints.cli.prove_command import command

    assert "--verify" in CliRunner().invoke(command, ["--help"]).output
