"""An update and its way back, killed at any step: everything is as before, or is finished by the next run."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_projects import everything
from sudden_death import dies_before

from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import File, FileTree
from skafu.scaffold.merging import Rules
from skafu.workspace.pending import JOURNAL, PENDING, recover, write_files
from skafu.workspace.updating import Plan, abort, apply, prospect, refuse_unfinished
from skafu.workspace.updating.record import RECORD

PLENTY = 120
BASE = FileTree({"a.txt": b"1\n2\n3\n", "gone/b.txt": b"b\n", "moved.txt": b"".join(b"%d\n" % n for n in range(30))})
OURS = {
    "a.txt": File(b"1\nmine\n3\n"),
    "gone/b.txt": File(b"b\n"),
    "moved.txt": File(BASE["moved.txt"].content + b"my line\n", executable=True),
    "own.txt": File(b"own\n"),
    "link": File(b"", link="own.txt"),
}
THEIRS = FileTree({"a.txt": b"1\nnew\n3\n", "to/moved.txt": BASE["moved.txt"], "fresh/c.txt": b"c\n"})
PLAN = Plan("copier", "v1", "v2", BASE, THEIRS, Rules())


def _project(folder: Path) -> dict[str, str]:
    write_files(OURS, folder)
    return everything(folder)


def _update(folder: Path) -> None:
    apply(prospect(folder, PLAN, None))


def _back(folder: Path) -> None:
    abort(folder, head="")


def _at_every_step(tmp_path: Path, prepare: Callable[[Path], object], work: Callable[[Path], None]) -> list[Path]:
    folders = []
    for step in range(PLENTY):
        folder = tmp_path / f"{step}"
        prepare(folder)
        folders.append(folder)
        if not dies_before(step, lambda here=folder: work(here)):  # type: ignore[misc]
            return folders
    raise AssertionError("the work does not end")


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    folder = tmp_path_factory.mktemp("states") / "project"
    before = _project(folder)
    _update(folder)
    return before, everything(folder)


def test_an_update_killed_anywhere(tmp_path: Path, states: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = states
    outcomes = set()
    for folder in _at_every_step(tmp_path, _project, _update):
        recover(folder)
        found = everything(folder)
        assert found in (before, after)
        outcomes.add(found == after)
    assert outcomes == {True, False}


def test_going_back_killed_anywhere(tmp_path: Path, states: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = states

    def prepare(folder: Path) -> None:
        _project(folder)
        _update(folder)

    outcomes = set()
    for folder in _at_every_step(tmp_path, prepare, _back):
        recover(folder)
        found = everything(folder)
        assert found in (before, after)
        outcomes.add(found == before)
    assert outcomes == {True, False}


def test_a_preview_of_a_project_that_is_half_changed_is_refused(tmp_path: Path) -> None:
    for step in range(PLENTY):
        _project(tmp_path / f"{step}")
        dies_before(step, lambda here=tmp_path / f"{step}": _update(here))  # type: ignore[misc]
        if (tmp_path / f"{step}" / PENDING / JOURNAL).exists():
            with pytest.raises(Conflict, match="was interrupted"):
                refuse_unfinished(tmp_path / f"{step}")
            return
    raise AssertionError("no update is ever decided")


@pytest.mark.parametrize("path", ["a.txt", "fresh/c.txt", "gone/b.txt"])
def test_what_is_written_between_merging_and_writing_is_not_lost(tmp_path: Path, path: str) -> None:
    _project(tmp_path / "p")
    found = prospect(tmp_path / "p", PLAN, None)
    (tmp_path / "p" / path).parent.mkdir(exist_ok=True)
    (tmp_path / "p" / path).write_text("just now\n")
    before = everything(tmp_path / "p")
    with pytest.raises(Conflict, match=f"changed just now: {path}"):
        apply(found)
    assert everything(tmp_path / "p") == before


def test_nothing_to_do_writes_nothing(tmp_path: Path) -> None:
    before = _project(tmp_path / "p")
    apply(prospect(tmp_path / "p", Plan("copier", "v1", "v1", BASE, BASE, Rules()), None))
    assert everything(tmp_path / "p") == before


def test_a_second_update_forgets_what_the_first_replaced(tmp_path: Path) -> None:
    _project(tmp_path / "p")
    _update(tmp_path / "p")
    (tmp_path / "p/a.txt").write_text("1\nmine and new\n3\n")
    before = everything(tmp_path / "p")
    third = FileTree({**THEIRS, "fresh/c.txt": File(b"d\n")})
    apply(prospect(tmp_path / "p", Plan("copier", "v2", "v3", THEIRS, third, Rules()), None))
    assert not (tmp_path / "p/.skafu/update/before/moved.txt").exists()
    _back(tmp_path / "p")
    now = everything(tmp_path / "p")
    assert now == {path: text for path, text in before.items() if not path.startswith(".skafu")}


def test_marks_of_the_last_update_are_decided_about_first(tmp_path: Path) -> None:
    refuse_unfinished(tmp_path)
    _project(tmp_path / "p")
    _update(tmp_path / "p")
    with pytest.raises(Conflict, match=r"marked in a\.txt"):
        refuse_unfinished(tmp_path / "p")
    (tmp_path / "p/a.txt").write_text("decided\n")
    refuse_unfinished(tmp_path / "p")


def test_no_way_back_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    _project(tmp_path / "p")
    _update(tmp_path / "p")
    (tmp_path / "p/gone").symlink_to("../outside")
    with pytest.raises(Conflict, match="gone stands in the way"):
        _back(tmp_path / "p")
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "can't be read"),
        (
            '{"before":"","after":"","head":"","wrote":{"../a":""},"removed":[],"modes":{},"conflicts":[]}',
            "no path of a project",
        ),
    ],
)
def test_a_damaged_record(tmp_path: Path, content: str, words: str) -> None:
    _project(tmp_path / "p")
    _update(tmp_path / "p")
    (tmp_path / "p" / RECORD).write_text(content)
    with pytest.raises(Invalid, match=words):
        _back(tmp_path / "p")
