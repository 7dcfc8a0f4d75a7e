"""`skafu update` of projects made by Copier: the answers file is enough, and no edit is lost, whatever the case."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine
from small_projects import everything
from two_releases import BODY, SECOND, edit
from versioned_templates import ANSWERS, commit_all, git, project_of_template


def test_an_untouched_project_becomes_what_the_latest_release_makes(
    skafu: CommandLine, project: Path, template: Path, tmp_path: Path
) -> None:
    ended = skafu("update", project)
    assert (ended.code, ended.errors) == (0, "")
    assert "+ new.txt\n" in ended.output
    assert "- gone.txt\n" in ended.output
    assert "v1.0 -> v2.0: 5 files, 0 conflicts" in ended.output
    expected = everything(project_of_template(template, tmp_path / "new/shop", "v2.0", committed=False))
    found = {path: text for path, text in everything(project).items() if not path.startswith((".git", ".skafu"))}
    assert found == expected
    again = skafu("update", project)
    assert (again.code, again.output) == (0, f"{project} is up to date: v2.0\n")


def test_a_project_that_copier_itself_made(skafu: CommandLine, template: Path, tmp_path: Path) -> None:
    copier = Path(sys.executable).parent / "copier"
    words: list[str | Path] = [
        copier,
        "copy",
        "--quiet",
        "--defaults",
        "--vcs-ref",
        "v1.0",
        "-d",
        "port=8080",
        template,
        tmp_path / "made",
    ]
    subprocess.run(words, check=True)
    (tmp_path / "made/src/app.py").write_text("mine\n" + BODY)
    ended = skafu("update", tmp_path / "made", "--data", "region=us")
    assert ended.code == 0
    assert (tmp_path / "made/src/app.py").read_text() == "mine\n" + BODY + "new line\n"
    assert (tmp_path / "made/settings.yml").read_text() == "port: 8080\nregion: us\n"
    assert "_commit: v2.0\n" in (tmp_path / "made" / ANSWERS).read_text()
    assert "note: the project is in no git repository" in ended.output


def test_a_preview_shows_files_hunks_and_conflicts_and_writes_nothing(skafu: CommandLine, project: Path) -> None:
    edit(project / "settings.yml", "port: 80\n", "port: 80\nmine: 1\n")
    (project / "src/app.py").write_text(BODY + "my line\n")
    before = everything(project)
    ended = skafu("update", project, "--preview")
    assert ended.code == 1
    assert "! src/app.py  conflict: both changed the same lines\n" in ended.output
    assert "= settings.yml  merged by key\n" in ended.output
    assert "+region: eu\n" in ended.output
    assert ended.output.endswith("1 conflict; nothing was written\n")
    assert everything(project) == before


def test_a_conflict_is_marked_with_its_base_and_its_versions_are_kept(skafu: CommandLine, project: Path) -> None:
    edit(project / "src/app.py", "line 19\n", "my line\n")
    assert skafu("update", project).code == 1
    assert (
        (project / "src/app.py")
        .read_text()
        .endswith(
            "line 18\n<<<<<<< yours\nmy line\n||||||| before\nline 19\n=======\nline 19\nnew line\n>>>>>>> template\n"
        )
    )
    assert (project / ".skafu/update/base/src/app.py").read_text() == BODY
    assert (project / ".skafu/update/template/src/app.py").read_text() == BODY + "new line\n"
    assert ".skafu" not in git(project, "status", "--porcelain", "--untracked-files=all")
    refused = skafu("update", project)
    assert refused.code == 1
    assert "conflicts are marked in src/app.py" in refused.errors


def test_json(skafu: CommandLine, project: Path) -> None:
    edit(project / "src/app.py", "line 19\n", "my line\n")
    said = json.loads(skafu("update", project, "--preview", "--json").output)
    assert {key: said[key] for key in ("kind", "from", "to", "state")} == {
        "kind": "copier",
        "from": "v1.0",
        "to": "v2.0",
        "state": "preview",
    }
    assert {"path": "gone.txt", "change": "removed", "hunks": 0} in said["changes"]
    (conflict,) = said["conflicts"]
    assert (conflict["path"], conflict["kind"], conflict["base"]) == ("src/app.py", "content", BODY)


def test_abort_restores_everything_to_the_byte(skafu: CommandLine, project: Path) -> None:
    edit(project / "src/app.py", "line 19\n", "my line\n")
    (project / "src/run.sh").chmod(0o750)
    (project / "src/app.py").chmod(0o600)
    before = everything(project)
    skafu("update", project)
    assert everything(project) != before
    ended = skafu("update", project, "--abort")
    assert (ended.code, ended.output) == (0, f"{project}: everything is as it was before the update\n")
    assert everything(project) == before
    assert (project / "src/app.py").stat().st_mode & 0o777 == 0o600
    assert skafu("update", project, "--abort").code == 1


def test_abort_keeps_what_was_written_since(skafu: CommandLine, project: Path) -> None:
    skafu("update", project)
    (project / "new.txt").write_text("much work\n")
    ended = skafu("update", project, "--abort")
    assert "kept in .skafu/aborted/new.txt" in ended.output
    assert (project / ".skafu/aborted/new.txt").read_text() == "much work\n"
    assert not (project / "new.txt").exists()


def test_no_abort_over_new_commits(skafu: CommandLine, project: Path) -> None:
    skafu("update", project)
    commit_all(project)
    before = everything(project)
    ended = skafu("update", project, "--abort")
    assert ended.code == 1
    assert "new commits since the update" in ended.errors
    assert everything(project) == before


def test_a_dirty_tree_is_merged_as_it_stands_and_said(skafu: CommandLine, project: Path) -> None:
    edit(project / "README.md", "line 3\n", "my line\n")
    ended = skafu("update", project)
    assert ended.code == 0
    assert "note: 1 file has changes that are not committed; they are merged as they stand: README.md" in ended.output
    assert "my line\n" in (project / "README.md").read_text()


def test_a_branch_leaves_the_working_tree_alone(skafu: CommandLine, project: Path) -> None:
    edit(project / "src/app.py", "line 3\n", "committed\n")
    commit_all(project)
    edit(project / "src/app.py", "line 9\n", "not committed\n")
    before = everything(project)
    ended = skafu("update", project, "--branch", "template/v2")
    assert ended.code == 0, ended.errors
    now = {path: text for path, text in everything(project).items() if not path.startswith(".git/")}
    assert now == {path: text for path, text in before.items() if not path.startswith(".git/")}
    merged = git(project, "show", "template/v2:src/app.py")
    assert "committed\n" in merged
    assert "not committed" not in merged
    assert merged.endswith("new line\n")
    assert git(project, "rev-parse", "template/v2~1") == git(project, "rev-parse", "HEAD")
    assert "gone.txt" not in git(project, "ls-tree", "-r", "--name-only", "template/v2")
    taken = skafu("update", project, "--branch", "template/v2")
    assert "there is a branch template/v2 already" in taken.errors
    assert skafu("update", project, "--branch", "no..name").code == 2


def test_a_branch_by_somebody_whom_only_the_environment_knows(
    skafu: CommandLine, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project, "config", "--unset", "user.name")
    git(project, "config", "--unset", "user.email")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Grace")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "grace@example.org")
    ended = skafu("update", project, "--branch", "up")
    assert (ended.code, ended.errors) == (0, "")
    assert git(project, "log", "-1", "--format=%cn", "up") == "Grace\n"


def test_a_repository_without_a_commit(skafu: CommandLine, template: Path, tmp_path: Path) -> None:
    project = project_of_template(template, tmp_path / "shop", "v1.0", committed=False)
    git(project, "init", "--quiet")
    assert "has no commit yet" in skafu("update", project, "--branch", "up").errors
    assert skafu("update", project).code == 0
    assert skafu("update", project, "--abort").code == 0


def test_in_the_middle_of_a_merge(skafu: CommandLine, project: Path) -> None:
    git(project, "switch", "--quiet", "-c", "other")
    (project / "README.md").write_text("other\n")
    commit_all(project)
    git(project, "switch", "--quiet", "main")
    (project / "README.md").write_text("main\n")
    commit_all(project)
    with pytest.raises(subprocess.CalledProcessError):
        git(project, "merge", "other")
    ended = skafu("update", project)
    assert ended.code == 1
    assert "is in the middle of a merge: README.md" in ended.errors


def test_a_moved_project_and_a_moved_template(
    skafu: CommandLine, project: Path, template: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere/renamed"
    moved.parent.mkdir()
    project.rename(moved)
    template.rename(tmp_path / "templates")
    ended = skafu("update", moved)
    assert ended.code == 2
    assert f"the template {template} is not there any more" in ended.errors
    assert "_src_path" in ended.errors
    edit(moved / ANSWERS, str(template), str(tmp_path / "templates"))
    assert skafu("update", moved).code == 0
    assert (moved / "new.txt").read_text() == "eu\n"


def test_everything_moved_into_a_folder_but_the_answers(skafu: CommandLine, project: Path) -> None:
    (project / "backend").mkdir()
    for path in ("README.md", "src", "logo.png", "gone.txt", "settings.yml"):
        git(project, "mv", path, "backend/")
    commit_all(project)
    assert skafu("update", project).code == 0
    assert (project / "backend/src/app.py").read_text() == BODY + "new line\n"
    assert (project / "backend/settings.yml").read_text() == "port: 80\nregion: eu\n"
    assert not (project / "src").exists()
    assert not (project / "backend/gone.txt").exists()


@pytest.mark.parametrize("branch", [(), ("--branch", "up")])
def test_a_folder_of_a_monorepo(skafu: CommandLine, template: Path, tmp_path: Path, branch: tuple[str, ...]) -> None:
    repository = tmp_path / "mono"
    project = project_of_template(template, repository / "apps/shop", "v1.0", committed=False)
    (repository / "src").mkdir()
    (repository / "src/app.py").write_text("of another\n")
    commit_all(repository)
    assert skafu("update", project, *branch).code == 0
    if branch:
        assert git(repository, "show", "up:apps/shop/new.txt") == "eu\n"
        assert git(repository, "show", "up:src/app.py") == "of another\n"
        assert git(repository, "status", "--porcelain") == ""
    assert (repository / "src/app.py").read_text() == "of another\n"
    assert (project / "new.txt").exists() == (not branch)
    top = skafu("update", repository)
    assert top.code == 2
    assert str(project) in top.errors


def test_removed_renamed_modes_binaries_and_crlf(skafu: CommandLine, project: Path, template: Path) -> None:
    changed: dict[str, bytes | str] = {
        **SECOND,
        "logo.png": b"\0third",
        "README.md.jinja": "# {{ name }}\n\n" + BODY + "third\n",
        "src/run.sh": "echo 1\necho 2\n",
        "settings.yml.jinja": "port: {{ port }}\nregion: {{ region }}\nthird: 3\n",
    }
    for path, content in changed.items():
        (template / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    (template / "src/app.py").chmod(0o755)
    commit_all(template, tag="v3.0")
    (project / "settings.yml").unlink()
    (project / "logo.png").write_bytes(b"\0mine")
    (project / "src/run.sh").rename(project / "start.sh")
    (project / "start.sh").chmod(0o755)
    crlf = (project / "README.md").read_bytes().replace(b"\n", b"\r\n").replace(b"line 4", b"mine")
    (project / "README.md").write_bytes(crlf)
    ended = skafu("update", project)
    assert ended.code == 1
    assert "! logo.png  conflict: both changed it, and it is no text; it is as it was in the project" in ended.output
    assert "= settings.yml  was removed by hand and stays removed; the template changed it" in ended.output
    assert (project / "logo.png").read_bytes() == b"\0mine"
    assert (project / ".skafu/update/template/logo.png").read_bytes() == b"\0third"
    assert not (project / "settings.yml").exists()
    assert (project / "README.md").read_bytes() == crlf + b"third\r\n"
    assert (project / "src/app.py").stat().st_mode & 0o111
