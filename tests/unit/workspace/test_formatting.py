"""The formatter gives the same bytes wherever it runs, and says what it can't format."""

import subprocess
import tempfile
from pathlib import Path

import pytest

from skafu.kernel.errors import Unavailable
from skafu.workspace import formatting
from skafu.workspace.formatting import RuffFormatter

UGLY = b"import sys\nfrom typing import Any\nimport os\nx:Any={'a':os.sep,}\n"
PRETTY = b'import os\nfrom typing import Any\n\nx: Any = {"a": os.sep}\n'
SETTINGS = b"[tool.ruff.format]\nskip-magic-trailing-comma = true\n"


def test_imports_are_sorted_and_pruned_and_code_is_laid_out() -> None:
    assert RuffFormatter().format({"a.py": UGLY, "pyproject.toml": SETTINGS}) == {"a.py": PRETTY}


def test_the_settings_of_the_project_count() -> None:
    narrow = b"[tool.ruff]\nline-length = 20\n"
    content = b"x = (11111111, 22222222)\n"
    assert RuffFormatter().format({"a.py": content})["a.py"] == content
    assert b"\n    22222222,\n" in RuffFormatter().format({"a.py": content, "pyproject.toml": narrow})["a.py"]


def test_only_python_is_given_back() -> None:
    assert set(RuffFormatter().format({"a.py": b"", "b/c.py": b"", "d.txt": b"x =1"})) == {"a.py", "b/c.py"}


@pytest.mark.parametrize("folder", ["dist", "venv", "build", "node_modules", ".venv", "site-packages", "übung"])
def test_no_folder_is_passed_over(folder: str) -> None:
    path = f"services/{folder}/a.py"
    assert RuffFormatter().format({path: UGLY, "pyproject.toml": SETTINGS}) == {path: PRETTY}


def test_surroundings_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "ruff.toml").write_text("line-length = 20\nexclude = ['*']\n")
    monkeypatch.setattr(formatting, "MEMORY", tmp_path / "missing")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("RUFF_OUTPUT_FILE", str(tmp_path / "out"))
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    for files in ({"a.py": UGLY, "pyproject.toml": SETTINGS}, {"a.py": UGLY}):
        assert RuffFormatter().format(files)["a.py"].startswith(b"import os\nfrom typing import Any\n\nx: Any = {")
    assert sorted(one.name for one in tmp_path.iterdir()) == [".git", ".gitignore", "ruff.toml"]


def test_what_is_no_python_is_named() -> None:
    with pytest.raises(Unavailable, match=r"b\.py"):
        RuffFormatter().format({"a.py": b"x = 1\n", "b.py": b"x = (\n"})


def test_a_formatter_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "ruff_binary", lambda: "/nowhere/ruff")
    with pytest.raises(Unavailable, match="does not run") as caught:
        RuffFormatter().format({"a.py": b""})
    assert caught.value.fix == "install Skafu again"


def test_a_formatter_that_hangs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ruff").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "ruff").chmod(0o755)
    monkeypatch.setattr(formatting, "ruff_binary", lambda: str(tmp_path / "ruff"))
    monkeypatch.setattr(formatting, "LIMIT_SECONDS", 0.1)
    with pytest.raises(Unavailable, match="timed out"):
        RuffFormatter().format({"a.py": b""})


def test_its_version_is_recorded() -> None:
    shown = subprocess.run([formatting.ruff_binary(), "--version"], capture_output=True, text=True, check=True)
    assert RuffFormatter.name == shown.stdout.strip()
