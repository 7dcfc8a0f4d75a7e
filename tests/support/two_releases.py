"""A template with two releases and a prerelease, and a project that was made from the first."""

from pathlib import Path

import pytest
from versioned_templates import project_of_template, template_of

BODY = "".join(f"line {number}\n" for number in range(20))
FIRST: dict[str, bytes | str] = {
    "copier.yml": "name: shop\nport: 80\n",
    "README.md.jinja": "# {{ name }}\n\n" + BODY,
    "src/app.py": BODY,
    "src/run.sh": "echo 1\n",
    "logo.png": b"\0first",
    "gone.txt": "gone\n",
    "settings.yml.jinja": "port: {{ port }}\n",
}
SECOND: dict[str, bytes | str] = {
    **{path: text for path, text in FIRST.items() if path != "gone.txt"},
    "copier.yml": "name: shop\nport: 80\nregion: eu\n",
    "src/app.py": BODY + "new line\n",
    "new.txt.jinja": "{{ region }}\n",
    "settings.yml.jinja": "port: {{ port }}\nregion: {{ region }}\n",
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return template_of(tmp_path / "template", {"v1.0": FIRST, "v2.0": SECOND, "v3.0b1": FIRST})


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    return project_of_template(template, tmp_path / "shop", "v1.0")


def edit(path: Path, before: str, after: str) -> None:
    """Change a file that says what it should."""
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
