"""Same input, same bytes: on any machine, in any folder, whatever the order of what has none."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from generated_projects import EXAMPLES

from skafu.blueprint import read, resolve
from skafu.generation.view import view
from skafu.scaffold import FileTree
from skafu.workspace.folders import read_folder

NAMES = sorted(one.parent.name for one in EXAMPLES.glob("*/skafu.yaml"))
IN_ORDER = frozenset({"fields", "returns"})
"""Fields stand in code and documents in the order in which they were written."""
PLACES = (
    {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "Asia/Tokyo"},
    {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "RUFF_CONFIG": "/nowhere.toml"},
)


def _generated(blueprint: Path, folder: Path, surroundings: dict[str, str]) -> FileTree:
    folder.mkdir()
    (folder / "home").mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), **surroundings}
    program = [sys.executable, "-m", "skafu.entrypoints.cli", "generate", str(blueprint), "--output", "project"]
    subprocess.run(program, cwd=folder, env=environment, check=True, capture_output=True)
    return read_folder(folder / "project")


def test_the_same_bytes_wherever_it_runs(tmp_path: Path) -> None:
    blueprint = tmp_path / "skafu.yaml"
    text = (EXAMPLES / "invoices" / "skafu.yaml").read_text()
    blueprint.write_text(text.replace("summary: ", "summary: Für 書店, ", 1))
    one, other = (
        _generated(blueprint, tmp_path / f"place {number}", surroundings) for number, surroundings in enumerate(PLACES)
    )
    assert "Für 書店" in one["README.md"].content.decode()
    assert [path for path in sorted({*one, *other}) if one.get(path) != other.get(path)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_keys_means_nothing(name: str) -> None:
    text = (EXAMPLES / name / "skafu.yaml").read_text()
    other = yaml.safe_dump(_backwards(yaml.safe_load(text)), sort_keys=False, allow_unicode=True)
    assert other.splitlines()[0] != text.splitlines()[0]
    assert _answers(other) == _answers(text)


def _answers(text: str) -> list[str]:
    return msgspec.json.format(msgspec.json.encode(view(resolve(read(text).blueprint)))).decode().splitlines()


def _backwards(value: Any, *, in_order: bool = False) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        turned = {key: _backwards(inner, in_order=key in IN_ORDER) for key, inner in value.items()}
        return turned if in_order else dict(reversed(turned.items()))
    return [_backwards(one) for one in value] if isinstance(value, list) else value
