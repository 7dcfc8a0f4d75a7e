"""`skafu update` of projects made by Copier: versions that are gone or broken, other answers, and wrong usage."""

import shutil
from pathlib import Path

import pytest
from command_line import CommandLine
from small_projects import everything
from two_releases import BODY, edit
from versioned_templates import ANSWERS, commit_all, git, project_of_template, template_of


def test_an_old_version_that_does_not_render_any_more(skafu: CommandLine, template: Path, tmp_path: Path) -> None:
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    edit(project / "src/app.py", "line 3\n", "mine\n")
    git(template, "switch", "--quiet", "--detach", "v1.0")
    (template / "src/broken.py.jinja").write_text("{% nonsense %}")
    commit_all(template, tag="broken")
    edit(project / ANSWERS, "v1.0", "broken")
    ended = skafu("update", project)
    assert ended.code == 0, ended.output
    assert "of the version broken some files do not render any more" in ended.output
    assert (project / "src/app.py").read_text() == BODY.replace("line 3\n", "mine\n") + "new line\n"


@pytest.mark.parametrize("gone", ["tag", "manifest"])
def test_an_old_version_that_is_gone_shows_every_difference(
    skafu: CommandLine, template: Path, project: Path, gone: str
) -> None:
    edit(project / "src/app.py", "line 3\n", "mine\n")
    if gone == "tag":
        git(template, "tag", "--delete", "v1.0")
    else:
        git(template, "switch", "--quiet", "--detach", "v1.0")
        (template / "copier.yml").write_text("[")
        commit_all(template, tag="bad")
        edit(project / ANSWERS, "v1.0", "bad")
    ended = skafu("update", project)
    assert ended.code == 1
    assert "the project is compared with the new version alone" in ended.output
    shown = (project / "src/app.py").read_text()
    assert "<<<<<<< yours\nmine\n" in shown
    assert "line 3\n" in shown
    assert "new line\n" in shown
    assert (project / "gone.txt").exists()
    assert (project / "settings.yml").read_text() == "port: 80\nregion: eu\n"


def test_a_chosen_version_a_prerelease_and_none(skafu: CommandLine, template: Path, tmp_path: Path) -> None:
    project = project_of_template(template, tmp_path / "shop", "v3.0b1")
    assert "_commit: v3.0b1" in (project / ANSWERS).read_text()
    chosen = skafu("update", project, "--to", "v2.0")
    assert chosen.code == 0
    missing = skafu("update", project, "--to", "v9")
    assert missing.code == 2
    assert "the template has no version v9" in missing.errors
    assert "v2.0, v1.0" in missing.errors


def test_a_project_newer_than_the_latest_release(skafu: CommandLine, template: Path, project: Path) -> None:
    skafu("update", project)
    commit_all(project)
    git(template, "tag", "--delete", "v2.0")
    edit(project / ANSWERS, "v2.0", "v2.0.1")
    ended = skafu("update", project)
    assert ended.code == 1
    assert "is made from v2.0.1, and the latest release of the template is v1.0" in ended.errors


def test_answers_alone_change(skafu: CommandLine, project: Path) -> None:
    ended = skafu("update", project, "--to", "v1.0", "--data", "port=99")
    assert ended.code == 0
    assert (project / "settings.yml").read_text() == "port: 99\n"
    assert "port: 99\n" in (project / ANSWERS).read_text()


def test_files_to_skip_are_their_peoples(skafu: CommandLine, tmp_path: Path) -> None:
    first = {"copier.yml": "_skip_if_exists: [mine.txt, late.txt]\n", "mine.txt": "1\n", "late.txt": "1\n"}
    template = template_of(tmp_path / "t", {"v1": first, "v2": {**first, "mine.txt": "2\n", "late.txt": "2\n"}})
    project = project_of_template(template, tmp_path / "p", "v1")
    (project / "mine.txt").write_text("all mine\n")
    assert skafu("update", project).code == 0
    assert (project / "mine.txt").read_text() == "all mine\n"
    assert (project / "late.txt").read_text() == "1\n"


def test_tasks_are_said_and_not_run(skafu: CommandLine, tmp_path: Path) -> None:
    manifest = "_tasks: [touch ran]\n_message_after_update: Well done\n"
    template = template_of(tmp_path / "t", {"v1": {}, "v2": {"copier.yml": manifest, "a": "1\n"}})
    project = project_of_template(template, tmp_path / "p", "v1")
    ended = skafu("update", project)
    assert "note: not run, as it is code of the template: touch ran" in ended.output
    assert not (project / "ran").exists()
    assert "Well done\n" in ended.output


MIGRATIONS = """
_migrations:
  - {version: v1, command: too old}
  - {version: v2, command: "move {{ name }} from {{ _version_from }}", working_directory: src}
  - {version: v2, command: [stop, it], when: "{{ _stage == 'before' }}"}
  - {version: v3, command: later}
  - always
  - {version: v2, before: [legacy before], after: [legacy after]}
name: shop
"""


def test_migrations_are_said_with_their_moment_and_not_run(skafu: CommandLine, tmp_path: Path) -> None:
    template = template_of(tmp_path / "t", {"v1": {}, "v2": {"copier.yml": MIGRATIONS, "a": "{{ name }}"}})
    project = project_of_template(template, tmp_path / "p", "v1")
    ended = skafu("update", project)
    said = "note: migration not run, as it is code of the template; it is meant for "
    assert [line.removeprefix(said) for line in ended.output.splitlines() if line.startswith(said)] == [
        "before the update: stop it",
        "before the update: legacy before",
        "after the update in src: move shop from v1",
        "after the update: always",
        "after the update: legacy after",
    ]
    assert (ended.code, ended.errors) == (0, "")


def test_a_link_where_the_template_writes(skafu: CommandLine, project: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/app.py").write_text("outside\n")
    shutil.rmtree(project / "src")
    (project / "src").symlink_to("../outside")
    skafu("update", project)
    assert (tmp_path / "outside/app.py").read_text() == "outside\n"
    assert (project / "src").is_symlink()


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ("name: shop\n", "does not say _src_path"),
        ("_src_path: x\n", "does not say _commit"),
        ("- a\n", "holds no answers"),
        ("a: [\n", "can't be read"),
    ],
)
def test_answers_files_that_are_no_use(skafu: CommandLine, project: Path, answers: str, words: str) -> None:
    (project / ANSWERS).write_text(answers)
    ended = skafu("update", project)
    assert ended.code == 2
    assert words in ended.errors


def test_a_template_that_is_not_in_git(skafu: CommandLine, project: Path, template: Path) -> None:
    shutil.rmtree(template / ".git")
    ended = skafu("update", project)
    assert ended.code == 1
    assert "is no git repository, so there is no former version to compare with" in ended.errors


def test_a_template_elsewhere_is_copied_once(
    skafu: CommandLine, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKAFU_HOME", str(tmp_path / "home"))
    project = project_of_template(template, tmp_path / "shop", "v1.0")
    edit(project / ANSWERS, str(template), f"git+file://{template}")
    commit_all(project)
    assert skafu("update", project).code == 0
    git(project, "reset", "--quiet", "--hard")
    git(project, "clean", "-fdxq")
    template.rename(tmp_path / "away")
    ended = skafu("update", project)
    assert ended.code == 0
    assert "can't be reached" in ended.output
    assert (project / "new.txt").exists()


def test_several_answers_files(skafu: CommandLine, project: Path) -> None:
    (project / ANSWERS).rename(project / ".copier-answers.a.yml")
    shutil.copy(project / ".copier-answers.a.yml", project / ".copier-answers.b.yml")
    ended = skafu("update", project)
    assert ended.code == 1
    assert "--answers-file" in ended.errors
    assert skafu("update", project, "--answers-file", ".copier-answers.a.yml").code == 0
    assert "_commit: v2.0\n" in (project / ".copier-answers.a.yml").read_text()
    assert "_commit: v1.0\n" in (project / ".copier-answers.b.yml").read_text()
    assert not (project / ANSWERS).exists()


def test_rules_of_the_projects_own(skafu: CommandLine, project: Path) -> None:
    (project / ".skafu").mkdir()
    (project / ".skafu/rules.yaml").write_text("keep: [src/]\ntemplate: [settings.yml]\nagain: [README.md]\n")
    (project / "settings.yml").write_text("all mine\n")
    (project / "README.md").unlink()
    ended = skafu("update", project)
    assert ended.code == 0
    assert (project / "src/app.py").read_text() == BODY
    assert (project / "README.md").exists()
    assert (project / "settings.yml").read_text() == "port: 80\nregion: eu\n"
    assert "= settings.yml  was edited by hand, and is what the template says" in ended.output
    assert (project / ".skafu/update/before/settings.yml").read_text() == "all mine\n"


@pytest.mark.parametrize("rules", ["keep: src/\n", "else: []\n", "- a\n", "a: [\n"])
def test_rules_that_are_wrong(skafu: CommandLine, project: Path, rules: str) -> None:
    (project / ".skafu").mkdir()
    (project / ".skafu/rules.yaml").write_text(rules)
    ended = skafu("update", project)
    assert ended.code == 2
    assert "keep, template and again" in ended.errors


def test_defaults_of_the_users_own_settings(
    skafu: CommandLine, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.yml").write_text("defaults:\n  region: us\n  port: 1\n")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    assert skafu("update", project).code == 0
    assert (project / "settings.yml").read_text() == "port: 80\nregion: us\n"


@pytest.mark.parametrize(
    "words",
    [
        ("--abort", "--preview"),
        ("--preview", "--prove"),
        ("--blueprint", "x.yaml", "--to", "v2"),
        ("--blueprint", "x.yaml"),
        ("--data", "nonsense"),
        ("--answers-file", "none.yml"),
    ],
)
def test_wrong_usage(skafu: CommandLine, project: Path, words: tuple[str, ...]) -> None:
    before = everything(project)
    assert skafu("update", project, *words).code == 2
    assert everything(project) == before


def test_only_projects_of_skafu_can_be_proven(skafu: CommandLine, project: Path) -> None:
    before = everything(project)
    ended = skafu("update", project, "--prove")
    assert ended.code == 1
    assert "can't be proven" in ended.errors
    assert everything(project) == before


def test_no_project_at_all(skafu: CommandLine, tmp_path: Path) -> None:
    assert skafu("update", tmp_path).code == 2
    assert skafu("update", tmp_path / "nowhere").code == 2
