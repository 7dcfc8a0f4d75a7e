"""`skafu generate`: new projects, the second minute, and everything that is refused."""

import shutil
from pathlib import Path

import pytest
from command_line import CommandLine
from small_projects import everything

from skafu.blueprint.lock import LOCK_PATH

EXAMPLES = Path(__file__).parents[3] / "examples"
TODO = EXAMPLES / "todo" / "skafu.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from skafu.bootstrap import blueprint_text, project_of, read_blueprint
    from skafu.workspace.project_folder import write_new

    folder = tmp_path_factory.mktemp("generated") / "todo"
    write_new(project_of(read_blueprint(TODO), blueprint_text(TODO)), folder)
    return folder


@pytest.fixture
def project(generated: Path, tmp_path: Path) -> Path:
    shutil.copytree(generated, tmp_path / "todo", symlinks=True)
    return tmp_path / "todo"


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_a_new_project(skafu: CommandLine, tmp_path: Path) -> None:
    ended = skafu("generate", TODO, "--output", tmp_path / "deep/new")
    assert (ended.code, ended.errors) == (0, "")
    assert ended.output.endswith("files written\n")
    assert (tmp_path / "deep/new" / LOCK_PATH).is_file()
    assert (tmp_path / "deep/new/skafu.yaml").read_bytes() == TODO.read_bytes()


@pytest.mark.parametrize("option", ["--dry-run", "--diff"])
def test_a_preview_of_a_new_project_writes_nothing(skafu: CommandLine, tmp_path: Path, option: str) -> None:
    ended = skafu("generate", TODO, "--output", tmp_path / "new", option)
    assert ended.code == 0
    assert "+ skafu.yaml\n" in ended.output
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("option", [(), ("--dry-run",), ("--force",)])
def test_a_folder_of_somebody_else_is_refused(skafu: CommandLine, tmp_path: Path, option: tuple[str, ...]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ended = skafu("generate", TODO, "--output", tmp_path, *option)
    assert ended.code == 1
    assert ended.errors == (
        f"error: {tmp_path} is not empty and holds no project of Skafu\n  fix: choose a new folder with --output\n"
    )
    assert everything(tmp_path) == {"mine.txt": "mine"}


def test_an_output_that_is_a_file(skafu: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "is a file" in skafu("generate", TODO, "--output", tmp_path / "file").errors
    below = skafu("generate", TODO, "--output", tmp_path / "file/project")
    assert (below.code, below.errors.splitlines()[0]) == (1, f"error: {tmp_path}/file is no folder")


def test_the_same_again_changes_nothing(skafu: CommandLine, project: Path) -> None:
    before = everything(project)
    ended = skafu("generate", project / "skafu.yaml", "--output", project)
    assert ended.code == 0
    assert ended.output == f"{project}: 0 added, 0 replaced, 0 removed, {len(_files(project))} kept\n"
    assert everything(project) == before


def _files(project: Path) -> list[Path]:
    return [one for one in project.rglob("*") if one.is_file()]


def test_the_second_minute(skafu: CommandLine, project: Path) -> None:
    """Edit the blueprint, generate: a new command arrives, what is yours stays."""
    blueprint = project / "skafu.yaml"
    rules = next(project.glob("services/*/src/*/domain/*_rules.py"))
    rules.write_text(rules.read_text() + "\n# mine\n")
    _edit(blueprint, "summary: ", "summary: Updated. ")
    shown = skafu("generate", blueprint, "--output", project, "--diff")
    assert shown.code == 0
    assert "~ README.md\n" in shown.output
    assert "+Updated." in shown.output
    before = everything(project)
    ended = skafu("generate", blueprint, "--output", project)
    assert ended.code == 0
    assert before != everything(project)
    assert rules.read_text().endswith("# mine\n")
    assert "Updated." in (project / "README.md").read_text()
    assert skafu("generate", blueprint, "--output", project).output.count("0 added, 0 replaced, 0 removed") == 1


def test_edited_generated_files_are_listed_and_refused(skafu: CommandLine, project: Path) -> None:
    stack, samconfig = project / "stack.yaml", project / "samconfig.toml"
    for path in (stack, samconfig):
        path.write_text(path.read_text() + "# mine\n")
    before = everything(project)
    for options in ((), ("--dry-run",), ("--diff",)):
        ended = skafu("generate", project / "skafu.yaml", "--output", project, *options)
        assert ended.code == 1
        assert "! samconfig.toml\n! stack.yaml\n" in ended.output
        assert "edited by hand: samconfig.toml, stack.yaml" in ended.errors
        assert "--force" in ended.errors
        assert everything(project) == before
    forced = skafu("generate", project / "skafu.yaml", "--output", project, "--force")
    assert forced.code == 0
    assert "2 overwritten" in forced.output
    assert "# mine" not in stack.read_text()


def test_another_blueprint_over_an_edited_one_is_refused(skafu: CommandLine, project: Path) -> None:
    _edit(project / "skafu.yaml", "summary: ", "summary: Mine. ")
    ended = skafu("generate", TODO, "--output", project, "--force")
    assert ended.code == 1
    assert "it is not the blueprint given" in ended.errors
    assert "Mine." in (project / "skafu.yaml").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "can't be read"), ('{"template": 1}', "can't be read")],
)
def test_a_damaged_lock(skafu: CommandLine, project: Path, content: str, said: str) -> None:
    (project / LOCK_PATH).write_text(content)
    before = everything(project)
    ended = skafu("generate", TODO, "--output", project)
    assert ended.code == 2
    assert said in ended.errors
    assert "restore it from version control" in ended.errors
    assert everything(project) == before


def test_a_lock_that_leads_out_of_the_project(skafu: CommandLine, project: Path) -> None:
    (project.parent / "victim").write_text("mine")
    lock = project / LOCK_PATH
    lock.write_text(lock.read_text().replace('"samconfig.toml"', '"../victim"'))
    ended = skafu("generate", TODO, "--output", project, "--force")
    assert ended.code == 2
    assert "'../victim', which is no path of a project" in ended.errors
    assert (project.parent / "victim").read_text() == "mine"


def test_an_interrupted_update_is_finished_first(skafu: CommandLine, project: Path) -> None:
    pending = project / ".skafu/pending"
    (pending / "files").mkdir(parents=True)
    stack = project / "stack.yaml"
    stack.rename(pending / "files/stack.yaml")
    (pending / "journal.json").write_text('{"write": ["stack.yaml"], "remove": []}')
    ended = skafu("generate", project / "skafu.yaml", "--output", project)
    assert ended.code == 0
    assert "interrupted is finished now" in ended.output
    assert stack.is_file()
    assert not pending.exists()


def test_a_blueprint_with_errors_is_told_with_places(skafu: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "skafu.yaml"
    path.write_text(TODO.read_text().replace("emits: [TaskAdded]", "emits: [TaskAddd]"))
    ended = skafu("generate", path, "--output", tmp_path / "new")
    assert ended.code == 2
    assert f"{path}:" in ended.errors
    assert "did you mean TaskAdded?" in ended.errors
    assert "  fix: " in ended.errors
    assert not (tmp_path / "new").exists()


def test_no_such_file(skafu: CommandLine, tmp_path: Path) -> None:
    ended = skafu("generate", tmp_path / "none.yaml", "--output", tmp_path / "new")
    assert ended.code == 2
    assert "there is no file" in ended.errors


def test_line_ends_of_the_blueprint_are_kept(skafu: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "skafu.yaml"
    path.write_bytes(TODO.read_bytes().replace(b"\n", b"\r\n"))
    assert skafu("generate", path, "--output", tmp_path / "new").code == 0
    assert (tmp_path / "new/skafu.yaml").read_bytes() == path.read_bytes()
    again = skafu("generate", tmp_path / "new/skafu.yaml", "--output", tmp_path / "new")
    assert "0 added, 0 replaced, 0 removed" in again.output
