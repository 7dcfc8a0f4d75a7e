"""Updates from a template that is elsewhere: rendered in a worker, with the same result."""

from pathlib import Path

import pytest
from command_line import CommandLine
from small_projects import everything
from two_releases import edit
from versioned_templates import ANSWERS, commit_all

from skafu.workspace.updating import renderers

BOMB = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


@pytest.fixture
def elsewhere(project: Path, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKAFU_HOME", str(tmp_path / "home"))
    edit(project / ANSWERS, str(template), f"git+file://{template}")
    commit_all(project)
    return project


def forbid_rendering_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(*_: object) -> None:
        raise AssertionError("rendered in this process")

    monkeypatch.setattr(renderers, "_compiled", here)


def test_the_result_is_the_same_as_from_a_template_of_ones_own(
    skafu: CommandLine, elsewhere: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(elsewhere / "src/app.py", "line 3\n", "mine\n")
    with monkeypatch.context() as forbidden:
        forbid_rendering_here(forbidden)
        assert skafu("update", elsewhere).code == 0
    there = everything(elsewhere)
    assert skafu("update", elsewhere, "--abort").code == 0
    edit(elsewhere / ANSWERS, f"git+file://{template}", str(template))
    assert skafu("update", elsewhere).code == 0
    here = everything(elsewhere)
    skipped = {path for path in {*there, *here} if path.startswith((".git/", ".skafu")) or path == ANSWERS}
    assert {path: text for path, text in there.items() if path not in skipped} == {
        path: text for path, text in here.items() if path not in skipped
    }


def test_chance_is_the_same_for_both_versions_and_kept_files_are_known(
    skafu: CommandLine, elsewhere: Path, template: Path
) -> None:
    (template / "token.txt.jinja").write_text("{{ range(100000)|random }}\n")
    (template / "kept.txt").write_text("old\n")
    commit_all(template, tag="v3.0")
    assert skafu("update", elsewhere).code == 0
    token = (elsewhere / "token.txt").read_text()
    commit_all(elsewhere)
    (template / "kept.txt").unlink()
    (template / "more.txt").write_text("more\n")
    (template / "copier.yml").write_text((template / "copier.yml").read_text() + "\n_skip_if_exists: [kept.txt]\n")
    commit_all(template, tag="v4.0")
    ended = skafu("update", elsewhere)
    assert (ended.code, ended.errors) == (0, "")
    assert (elsewhere / "token.txt").read_text() == token
    assert (elsewhere / "kept.txt").read_text() == "old\n"
    assert (elsewhere / "more.txt").exists()


def test_a_bomb_in_the_new_version_is_refused_and_nothing_is_written(
    skafu: CommandLine, elsewhere: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (template / "bomb.txt.jinja").write_text("first\n" + BOMB)
    commit_all(template, tag="v5.0")
    before = everything(elsewhere)
    forbid_rendering_here(monkeypatch)
    ended = skafu("update", elsewhere)
    assert ended.code == 2
    assert "bomb.txt.jinja:2" in ended.errors
    assert everything(elsewhere) == before
