"""`skafu update` of generated projects: a changed blueprint or template is merged, also into edited generated files."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from command_line import CommandLine
from generated_projects import EXAMPLES, generate
from small_projects import everything
from versioned_templates import commit_all, git

from skafu.blueprint.lock import LOCK_PATH, LockedFile, digest, read_lock, write_lock
from skafu.proof import runner
from skafu.scaffold import File, FileTree
from skafu.scaffold.merging import BASE_PATH, packed, unpacked

HANDLER = "services/lists/src/lists/handlers/add_task.py"
SHARE = "services/lists/src/lists/handlers/share_list.py"
RULES = "services/lists/src/lists/domain/todo_list_rules.py"
BLUEPRINT = "skafu.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = generate("todo", tmp_path_factory.mktemp("generated") / "todo")
    commit_all(folder)
    return folder


@pytest.fixture
def project(generated: Path, tmp_path: Path) -> Path:
    shutil.copytree(generated, tmp_path / "todo", symlinks=True)
    return tmp_path / "todo"


def _edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def _made_by_an_older_template(project: Path, path: str, before: str, after: str) -> None:
    """Let a file look as if an older template had made it, in which `after` stood where `before` stands now."""
    _edit(project / path, before, after)
    content = (project / path).read_bytes()
    lock = read_lock((project / LOCK_PATH).read_bytes())
    lock.files[path] = LockedFile(digest(content), lock.files[path].owner, lock.files[path].element)
    (project / LOCK_PATH).write_bytes(write_lock(lock))
    base = unpacked((project / BASE_PATH).read_bytes())
    (project / BASE_PATH).write_bytes(packed({**base, path: File(content)}))
    commit_all(project)


def _rename_share_list(blueprint: Path) -> None:
    _edit(blueprint, "name: ShareList", "name: InvitePerson")


def test_a_project_that_is_as_its_blueprint_says(skafu: CommandLine, project: Path) -> None:
    before = everything(project)
    ended = skafu("update", project)
    assert (ended.code, ended.errors) == (0, "")
    assert " is up to date: system " in ended.output
    assert everything(project) == before


def test_an_edited_blueprint_is_merged_with_edits_of_generated_files(skafu: CommandLine, project: Path) -> None:
    text = (project / HANDLER).read_text()
    (project / HANDLER).write_text(text + "\n\nMINE = 1\n")
    (project / SHARE).write_text((project / SHARE).read_text() + "\n\nALSO_MINE = 1\n")
    _edit(project / BLUEPRINT, "summary: Adds a task to the open ones.", "summary: Adds a task to those that are open.")
    _rename_share_list(project / BLUEPRINT)
    assert skafu("generate", project / BLUEPRINT, "--output", project, "--dry-run").code == 1
    ended = skafu("update", project)
    assert (ended.code, ended.errors) == (0, "")
    merged = (project / HANDLER).read_text()
    assert merged.endswith("\n\nMINE = 1\n")
    assert "Adds a task to those that are open." in merged
    renamed = (project / "services/lists/src/lists/handlers/invite_person.py").read_text()
    assert renamed.endswith("\n\nALSO_MINE = 1\n")
    assert not (project / SHARE).exists()
    lock = read_lock((project / LOCK_PATH).read_bytes())
    assert lock.blueprint_digest == digest((project / BLUEPRINT).read_bytes())
    assert " is up to date: " in skafu("update", project).output


def test_another_blueprint(skafu: CommandLine, project: Path, tmp_path: Path) -> None:
    shutil.copy(project / BLUEPRINT, tmp_path / "next.yaml")
    _rename_share_list(tmp_path / "next.yaml")
    ended = skafu("update", project, "--blueprint", tmp_path / "next.yaml")
    assert ended.code == 0
    assert (project / BLUEPRINT).read_bytes() == (tmp_path / "next.yaml").read_bytes()
    assert (project / "services/lists/src/lists/handlers/invite_person.py").exists()
    _edit(project / BLUEPRINT, "Todo lists that", "Lists that")
    refused = skafu("update", project, "--blueprint", EXAMPLES / "todo/skafu.yaml")
    assert refused.code == 1
    assert "it is not the blueprint given" in refused.errors


def test_a_newer_template_is_merged_into_edited_files(skafu: CommandLine, project: Path) -> None:
    first = (project / HANDLER).read_text().splitlines(keepends=True)[0]
    _made_by_an_older_template(project, HANDLER, first, first + "# an older line\n")
    (project / HANDLER).write_text((project / HANDLER).read_text() + "\n\nMINE = 1\n")
    (project / RULES).write_text("# all mine\n")
    ended = skafu("update", project)
    assert ended.code == 0
    merged = (project / HANDLER).read_text()
    assert "an older line" not in merged
    assert merged.endswith("\n\nMINE = 1\n")
    assert (project / RULES).read_text() == "# all mine\n"


def test_both_changed_one_line(skafu: CommandLine, project: Path) -> None:
    first = (project / HANDLER).read_text().splitlines(keepends=True)[0]
    _made_by_an_older_template(project, HANDLER, first, '"""Older."""\n')
    _edit(project / HANDLER, '"""Older."""\n', '"""Mine."""\n')
    ended = skafu("update", project)
    assert ended.code == 1
    assert (
        (project / HANDLER)
        .read_text()
        .startswith(f'<<<<<<< yours\n"""Mine."""\n||||||| before\n"""Older."""\n=======\n{first}>>>>>>> template\n')
    )


def test_yours_that_were_removed_stay_removed_and_new_ones_are_made(skafu: CommandLine, project: Path) -> None:
    (project / RULES).unlink()
    _edit(project / BLUEPRINT, "- name: TodoList\n", "- name: TaskList\n")
    _edit(project / BLUEPRINT, "todo_list_id", "task_list_id")
    assert skafu("update", project).code == 0
    assert not (project / RULES).exists()
    assert (project / "services/lists/src/lists/domain/task_list_rules.py").exists()


def test_a_project_without_a_kept_base_loses_nothing(skafu: CommandLine, project: Path) -> None:
    (project / BASE_PATH).unlink()
    (project / HANDLER).write_text((project / HANDLER).read_text() + "\n\nMINE = 1\n")
    _rename_share_list(project / BLUEPRINT)
    ended = skafu("update", project)
    assert f"how {HANDLER} was generated is not kept" in ended.output
    assert "MINE = 1\n" in (project / HANDLER).read_text()
    assert not (project / SHARE).exists()
    assert (project / BASE_PATH).is_file()


def test_a_damaged_base(skafu: CommandLine, project: Path) -> None:
    (project / BASE_PATH).write_bytes(b"no zip")
    ended = skafu("update", project)
    assert ended.code == 2
    assert ".skafu/base.zip can't be read" in ended.errors


def test_a_base_that_was_tampered_with_does_not_count(skafu: CommandLine, project: Path) -> None:
    base = unpacked((project / BASE_PATH).read_bytes())
    mine = (project / HANDLER).read_bytes() + b"\nMINE = 1\n"
    (project / HANDLER).write_bytes(mine)
    (project / BASE_PATH).write_bytes(packed(FileTree({**base, HANDLER: File(mine)})))
    skafu("update", project)
    assert b"\nMINE = 1\n" in (project / HANDLER).read_bytes()


def test_a_blueprint_that_is_a_link_stays_one(skafu: CommandLine, project: Path, tmp_path: Path) -> None:
    (project / BLUEPRINT).rename(tmp_path / "design.yaml")
    (project / BLUEPRINT).symlink_to("../design.yaml")
    _rename_share_list(tmp_path / "design.yaml")
    assert skafu("update", project).code == 0
    assert (project / BLUEPRINT).is_symlink()
    assert not (project / SHARE).exists()
    assert " is up to date: " in skafu("update", project).output


@pytest.mark.parametrize("words", [("--to", "v2"), ("--data", "a=b")])
def test_versions_and_answers_belong_to_other_templates(
    skafu: CommandLine, project: Path, words: tuple[str, ...]
) -> None:
    assert skafu("update", project, *words).code == 2


def test_a_blueprint_with_errors_changes_nothing(skafu: CommandLine, project: Path) -> None:
    _edit(project / BLUEPRINT, "emits: [TaskAdded]", "emits: [TaskAddd]")
    before = everything(project)
    ended = skafu("update", project)
    assert ended.code == 2
    assert "TaskAdded" in ended.errors
    assert everything(project) == before


@pytest.mark.parametrize("branch", [(), ("--branch", "next")])
def test_the_merged_result_is_proven(
    skafu: CommandLine, project: Path, monkeypatch: pytest.MonkeyPatch, branch: tuple[str, ...]
) -> None:
    monkeypatch.setattr(runner, "prove", partial(runner.prove, level="model"))
    _rename_share_list(project / BLUEPRINT)
    commit_all(project)
    ended = skafu("update", project, "--prove", *branch)
    assert ended.code == 0, ended.errors
    assert "✓ model.lock" in ended.output
    assert "PROVEN" in ended.output
    assert (project / "PROOF.md").exists() == (not branch)
    if branch:
        assert git(project, "status", "--porcelain") == ""


def test_conflicts_are_not_proven(skafu: CommandLine, project: Path) -> None:
    first = (project / HANDLER).read_text().splitlines(keepends=True)[0]
    _made_by_an_older_template(project, HANDLER, first, '"""Older."""\n')
    _edit(project / HANDLER, '"""Older."""\n', '"""Mine."""\n')
    ended = skafu("update", project, "--prove", "--json")
    assert ended.code == 1
    assert "not proven" in ended.errors
    assert json.loads(ended.output)["proven"] is None
