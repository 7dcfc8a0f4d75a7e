"""Renders the template with several answers, and looks at the result."""

import ast
import subprocess
import sys
from pathlib import Path

import copier
import pytest

TEMPLATE = Path(__file__).parent.parent


def render(folder: Path, **answers: str) -> Path:
    copier.run_copy(str(TEMPLATE), folder, data=answers, defaults=True, quiet=True, vcs_ref="HEAD")
    return folder


@pytest.mark.parametrize("license", ["mit", "none"])
def test_every_license_renders(tmp_path: Path, license: str) -> None:
    project = render(tmp_path / "project", name="book-shop", license=license)
    assert (project / "LICENSE").exists() == (license == "mit")
    assert "book-shop" in (project / "README.md").read_text()
    for path in project.rglob("*.py"):
        ast.parse(path.read_text())


def test_the_tests_of_the_project_pass(tmp_path: Path) -> None:
    project = render(tmp_path / "project")
    done = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_wrong_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="small letters"):
        render(tmp_path / "project", name="No Name")
