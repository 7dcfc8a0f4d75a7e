"""`skafu update --trust`: migrations and tasks run as with Copier itself, and all of it can be undone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine
from small_projects import everything
from versioned_templates import commit_all, git, project_of_template, template_of

FIRST = {
    "copier.yml": """
name: shop
port: 80
_tasks:
- echo made >> made.log
- [sh, -c, 'echo $STAGE >> stage.log']
""",
    "README.md.jinja": "# {{ name }}\n\nOne.\nTwo.\nThree.\nFour.\nFive.\nSix.\nSeven.\n",
    "settings.ini.jinja": "port={{ port }}\n",
    "sorted.txt": "b\na\n",
}
SECOND = {
    **FIRST,
    "copier.yml": """
name: shop
port: 80
region: eu
_tasks:
- echo made >> made.log
- [sh, -c, 'echo $STAGE >> stage.log']
- sort -o sorted.txt sorted.txt
- command: echo {{ region }} > region.txt
  working_directory: sub
  when: "{{ region == 'eu' }}"
- {command: echo never > never.txt, when: "{{ region == 'us' }}"}
_migrations:
- version: v2.0
  before:
  - [sh, -c, 'echo "$STAGE $VERSION_FROM $VERSION_TO $VERSION_CURRENT $VERSION_PEP440_CURRENT" >> windows.log']
  - sed -i s/80/8080/ .copier-answers.yml
  after: ["echo legacy {{ _stage }} >> windows.log"]
- version: v1.0
  before: [echo too old >> windows.log]
- {version: v2.1, command: echo too new >> windows.log}
- version: v1.5
  command: echo "new $STAGE $VERSION_PEP440_FROM $VERSION_PEP440_TO $VERSION_CURRENT" >> windows.log
- echo "always $STAGE $COPIER_OPERATION $VERSION_CURRENT" >> windows.log
- {command: "echo both {{ _stage }} {{ _version_from }} >> windows.log", when: "true"}
- {command: echo first > before.txt, when: "{{ _stage == 'before' }}"}
""",
    "README.md.jinja": "# {{ name }} in {{ region }}\n\nOne.\nTwo.\nThree.\nFour.\nFive.\nSix.\nSeven.\n",
    "sorted.txt": "c\nb\na\n",
    "sub/new.txt": "new\n",
}
OTHER_MARKS = "_envops: {variable_start_string: '[[', variable_end_string: ']]'}\nname: shop\n"


def copier(*words: str | Path) -> None:
    tool = Path(sys.executable).parent / "copier"
    done = subprocess.run([tool, *words], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def twins(template: Path, folder: Path) -> tuple[Path, Path]:
    """The same project twice, made by Copier with all of its code, and committed."""
    one, other = folder / "one/shop", folder / "other/shop"
    copier("copy", "--trust", "--defaults", "--vcs-ref", "v1.0", template, one)
    shutil.copytree(one, other)
    for project in (one, other):
        commit_all(project)
    return one, other


def content(project: Path) -> dict[str, object]:
    return {path: text for path, text in everything(project).items() if not path.startswith((".git/", ".skafu"))}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return template_of(tmp_path / "template", {"v1.0": FIRST, "v2.0": SECOND})


def test_the_project_is_the_one_that_copier_gives(skafu: CommandLine, template: Path, tmp_path: Path) -> None:
    ours, theirs = twins(template, tmp_path)
    for project in (ours, theirs):
        with (project / "README.md").open("a") as file:
            file.write("Mine.\n")
        (project / "mine.txt").write_text("mine\n")
        commit_all(project)
    copier("update", "--trust", "--defaults", theirs)
    ended = skafu("update", ours, "--trust")
    assert (ended.code, ended.errors) == (0, "")
    found = content(ours)
    assert found == content(theirs)
    assert "Mine." in (ours / "README.md").read_text()
    assert (ours / "windows.log").read_text().splitlines()[0] == "before v1.0 v2.0 v2.0 2.0"
    assert (ours / "made.log").read_text() == "made\nmade\n"
    assert (ours / "settings.ini").read_text() == "port=8080\n"


def test_delimiters_of_ones_own(skafu: CommandLine, tmp_path: Path) -> None:
    first: dict[str, str] = {
        "copier.yml": OTHER_MARKS,
        "[[ _copier_conf.answers_file ]].jinja": "[[ _copier_answers|to_nice_yaml ]]",
    }
    second = {**first, "copier.yml": OTHER_MARKS + "_migrations:\n- echo [[ name ]] $STAGE >> log.txt\n"}
    template = template_of(tmp_path / "template", {"v1.0": first, "v2.0": second})
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    assert skafu("update", project, "--trust").code == 0
    assert (project / "log.txt").read_text() == "shop after\n"


def test_code_finds_the_files_of_its_version_of_the_template(skafu: CommandLine, tmp_path: Path) -> None:
    read = "cat {{ _copier_conf.src_path }}/data.txt"
    settings = f"_subdirectory: in\nname: shop\n_tasks: ['{read} > task.txt']\n"
    migration = settings + f"_migrations: ['{read} > migration.txt']\n"
    answers = {"in/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}"}
    template = template_of(
        tmp_path / "template",
        {
            "v1.0": {"copier.yml": settings, "data.txt": "one", **answers},
            "v2.0": {"copier.yml": migration, "data.txt": "two", **answers},
        },
    )
    ours, theirs = twins(template, tmp_path)
    copier("update", "--trust", "--defaults", theirs)
    assert skafu("update", ours, "--trust").code == 0
    assert (ours / "task.txt").read_text() == (ours / "migration.txt").read_text() == "two"
    assert content(ours) == content(theirs)


def test_abort_undoes_what_code_of_the_template_did_to_files(
    skafu: CommandLine, template: Path, tmp_path: Path
) -> None:
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    (project / "not-committed.txt").write_text("mine\n")
    (project / "sorted.txt").chmod(0o600)
    before = everything(project)
    ended = skafu("update", project, "--trust")
    assert "windows.log" in ended.output
    assert everything(project) != before
    assert skafu("update", project, "--abort").code == 0
    assert everything(project) == before
    assert (project / "sorted.txt").stat().st_mode & 0o777 == 0o600


def test_the_settings_of_copier_trust_as_the_option_does(
    skafu: CommandLine, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    (tmp_path / "settings.yml").write_text(f"trust: ['{tmp_path}/']")
    ours, theirs = twins(template, tmp_path)
    before = everything(ours)
    assert "code of the template that runs after the merge" in skafu("update", ours, "--preview").output
    on_branch = skafu("update", ours, "--branch", "next")
    assert (on_branch.code, on_branch.errors, "not run, as it is code" in on_branch.output) == (0, "", True)
    assert content(ours) == {path: text for path, text in before.items() if not path.startswith(".git/")}
    copier("update", "--defaults", theirs)
    ended = skafu("update", ours)
    assert (ended.code, ended.errors) == (0, f"note: {template} is trusted by your settings of Copier\n")
    assert content(ours) == content(theirs)
    assert (ours / "windows.log").exists()
    (tmp_path / "settings.yml").write_text("trust: [gh:ours/]")
    assert skafu("update", ours, "--abort").code == 0
    ended = skafu("update", ours)
    assert ended.errors == ""
    assert not (ours / "windows.log").exists()


def test_without_trust_nothing_runs_and_a_preview_runs_nothing_either(
    skafu: CommandLine, template: Path, tmp_path: Path
) -> None:
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    before = everything(project)
    shown = skafu("update", project, "--trust", "--preview").output
    assert "migration that runs before the update: sed -i s/80/8080/" in shown
    assert "code of the template that runs after the merge: echo made" in shown
    assert everything(project) == before
    ended = skafu("update", project)
    assert "migration not run, as it is code of the template; it is meant for before" in ended.output
    assert not (project / "windows.log").exists()


def test_tasks_see_no_marks_of_conflicts(skafu: CommandLine, tmp_path: Path) -> None:
    first = {"copier.yml": "_tasks: ['cp a.txt seen.txt']", "a.txt": "one\n"}
    template = template_of(tmp_path / "template", {"v1.0": first, "v2.0": {**first, "a.txt": "two\n"}})
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    (project / "a.txt").write_text("mine\n")
    commit_all(project)
    ended = skafu("update", project, "--trust")
    assert ended.code == 1
    assert (project / "a.txt").read_text().startswith("<<<<<<< yours\nmine\n")
    assert (project / "seen.txt").read_text() == "two\n"
    assert "conflicts are marked in a.txt" in skafu("update", project).errors
    assert skafu("update", project, "--abort").code == 0
    assert (project / "a.txt").read_text() == "mine\n"


@pytest.mark.parametrize("moment", ["_tasks: [exit 3]", "_migrations: [exit 3]", "_migrations: [rm -r src; exit 3]"])
def test_what_fails_leaves_everything_as_it_was(skafu: CommandLine, tmp_path: Path, moment: str) -> None:
    first = {"copier.yml": "name: shop", "src/a.txt": "one\n"}
    second = {"copier.yml": f"name: shop\n{moment}", "src/a.txt": "two\n", "b.txt": ""}
    template = template_of(tmp_path / "template", {"v1.0": first, "v2.0": second})
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    (project / "dirty.txt").write_text("mine\n")
    before = everything(project)
    ended = skafu("update", project, "--trust")
    assert ended.code == 1
    assert "exit code 3" in ended.errors
    assert everything(project) == before


def test_a_killed_update_is_undone_by_abort(skafu: CommandLine, tmp_path: Path) -> None:
    first = {"copier.yml": "name: shop", "a.txt": "one\n"}
    stop = "_migrations: [{command: 'echo half > a.txt; echo made > made.txt; kill -9 $PPID', when: 'true'}]"
    template = template_of(tmp_path / "template", {"v1.0": first, "v2.0": {**first, "copier.yml": stop}})
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    before = everything(project)
    words: list[str | Path] = [Path(sys.executable).parent / "skafu", "update", project, "--trust"]
    assert subprocess.run(words, check=False, capture_output=True).returncode == -9
    assert (project / "a.txt").read_text() == "half\n"
    assert "interrupted while code of the template ran" in skafu("update", project).errors
    assert skafu("update", project, "--abort").code == 0
    now = everything(project)
    assert {path: text for path, text in now.items() if not path.startswith(".skafu")} == before
    assert (project / ".skafu/aborted/a.txt").read_text() == "half\n"
    assert git(project, "status", "--porcelain", "--", "a.txt", "made.txt") == ""


def test_what_tasks_print_is_no_part_of_the_json(tmp_path: Path) -> None:
    first = {"copier.yml": "_tasks: [echo printed]", "a.txt": "one\n"}
    template = template_of(tmp_path / "template", {"v1.0": first, "v2.0": {**first, "a.txt": "two\n"}})
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    words: list[str | Path] = [Path(sys.executable).parent / "skafu", "update", project, "--trust", "--json"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["state"] == "updated"
    assert done.stderr == "printed\n" * 3


def test_trust_and_a_branch_and_a_project_of_skafu(skafu: CommandLine, template: Path, tmp_path: Path) -> None:
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    ended = skafu("update", project, "--trust", "--branch", "up")
    assert (ended.code, "working tree" in ended.errors) == (2, True)
    assert skafu("update", project, "--trust", "--abort").code == 2
