"""Whatever is interrupted, wherever: a folder is as before, or it is finished by the next run; never half."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_projects import everything, project
from sudden_death import dies_before

from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import FileTree
from skafu.workspace import pending
from skafu.workspace.folders import read_folder
from skafu.workspace.project_folder import compare, is_free, lock_of, recover, write_new, write_update

OLD = project({"skafu.yaml": "a\n", "app.py": "A = 1\n", "gone/b.py": "B = 1\n", "gone/deep/c.py": "C = 1\n"})
NEW = project({"skafu.yaml": "a\n", "app.py": "A = 2\n", "new/b.py": "B = 2\n", "new/deep/c.py": "C = 2\n"})
PLENTY = 200


def _update(folder: Path, tree: FileTree = NEW) -> None:
    lock = lock_of(folder)
    assert lock is not None
    write_update(tree, folder, compare(tree, folder, lock))


def _at_every_step(tmp_path: Path, prepare: Callable[[Path], None], work: Callable[[Path], None]) -> list[Path]:
    folders: list[Path] = []
    for step in range(PLENTY):
        folder = tmp_path / f"{step}" / "project"
        folder.parent.mkdir()
        prepare(folder)
        folders.append(folder)
        if not dies_before(step, lambda here=folder: work(here)):  # type: ignore[misc]
            return folders
    raise AssertionError("the work does not end")


def test_an_update_killed_anywhere_is_finished_or_has_not_begun(tmp_path: Path) -> None:
    folders = _at_every_step(tmp_path, lambda folder: write_new(OLD, folder), _update)
    outcomes = set()
    for folder in folders:
        finished = recover(folder)
        tree = read_folder(folder)
        assert tree == (NEW if finished or folder == folders[-1] or tree == NEW else OLD)
        assert not any(one.name.startswith((".staged", "pending")) for one in folder.rglob("*"))
        assert not [one for one in folder.rglob("*") if one.is_dir() and not any(one.iterdir())]
        outcomes.add((finished, tree == NEW))
    assert {(False, False), (True, True)} <= outcomes
    assert len(folders) > 20


def test_a_recovery_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    decided = _decided_at(tmp_path)

    def prepare(folder: Path) -> None:
        write_new(OLD, folder)
        assert dies_before(decided, lambda: _update(folder))

    for folder in _at_every_step(tmp_path / "again", prepare, recover_all):
        recover(folder)
        assert read_folder(folder) == NEW
        assert not (folder / ".skafu/pending").exists()


def recover_all(folder: Path) -> None:
    recover(folder)


def _decided_at(tmp_path: Path) -> int:
    """The step after the one that decides an update."""
    (tmp_path / "again").mkdir()
    for step in range(PLENTY):
        folder = tmp_path / f"probe-{step}"
        write_new(OLD, folder)
        dies_before(step, lambda here=folder: _update(here))  # type: ignore[misc]
        if (folder / ".skafu/pending/journal.json").exists():
            return step
    raise AssertionError("no update is ever decided")


def test_a_new_project_killed_anywhere_is_whole_or_not_there(tmp_path: Path) -> None:
    for folder in _at_every_step(tmp_path, lambda _: None, lambda folder: write_new(NEW, folder)):
        assert not folder.exists() or read_folder(folder) == NEW


def test_filling_an_empty_folder_killed_anywhere_can_be_done_again(tmp_path: Path) -> None:
    for folder in _at_every_step(tmp_path, Path.mkdir, lambda folder: write_new(NEW, folder)):
        finished = recover(folder)
        if is_free(folder):
            assert not finished
            write_new(NEW, folder)
        assert read_folder(folder) == NEW


@pytest.mark.parametrize("at", [0, 1, 2, 5, 8])
def test_ctrl_c_in_the_middle_of_an_update_changes_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    write_new(OLD, tmp_path / "project")
    left = at
    real = {name: getattr(Path, name) for name in ("write_bytes", "replace", "unlink")}

    def interrupted(name: str) -> Callable[..., object]:
        def step(path: Path, *arguments: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left == -1:
                raise KeyboardInterrupt
            found: object = real[name](path, *arguments, **named)
            return found

        return step

    for name in real:
        monkeypatch.setattr(Path, name, interrupted(name))
    with pytest.raises(KeyboardInterrupt):
        _update(tmp_path / "project")
    monkeypatch.undo()
    before_the_journal = at < 5
    assert read_folder(tmp_path / "project") == (OLD if before_the_journal else NEW)
    assert sorted(one.name for one in (tmp_path / "project/.skafu").iterdir()) == ["lock.json"]


def _interrupted(folder: Path, *, write: dict[str, str], journal: bytes) -> None:
    for path, content in write.items():
        target = folder / pending.PENDING / "files" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    (folder / pending.PENDING / pending.JOURNAL).write_bytes(journal)


@pytest.mark.parametrize(
    "journal",
    [
        b'{"write": [], "remove": ["../mine.txt"]}',
        b'{"write": ["../mine.txt"], "remove": []}',
        b'{"write": [], "remove": ["/etc/nothing"]}',
        b'{"write": [".git/hooks/pre-commit"], "remove": []}',
    ],
)
def test_a_tampered_journal_never_leads_out_of_the_project(tmp_path: Path, journal: bytes) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    write_new(OLD, tmp_path / "project")
    _interrupted(tmp_path / "project", write={"a": "a"}, journal=journal)
    with pytest.raises(Invalid, match="no path of a project"):
        recover(tmp_path / "project")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_damaged_journal_is_a_clear_error(tmp_path: Path) -> None:
    write_new(OLD, tmp_path / "project")
    _interrupted(tmp_path / "project", write={"a": "a"}, journal=b"{")
    with pytest.raises(Invalid, match=r"journal\.json can't be read"):
        recover(tmp_path / "project")


def test_an_interrupted_update_is_not_finished_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/b.py").write_text("mine")
    write_new(OLD, tmp_path / "project")
    (tmp_path / "project/new").symlink_to("../outside")
    journal = b'{"write": ["new/b.py"], "remove": ["new/b.py"]}'
    _interrupted(tmp_path / "project", write={"new/b.py": "x"}, journal=journal)
    with pytest.raises(Conflict, match="new stands in its way"):
        recover(tmp_path / "project")
    assert (tmp_path / "outside/b.py").read_text() == "mine"
    (tmp_path / "project/new").unlink()
    assert recover(tmp_path / "project")
    assert (tmp_path / "project/new/b.py").read_text() == "x"


def test_a_folder_of_pending_changes_elsewhere_is_not_touched(tmp_path: Path) -> None:
    write_new(OLD, tmp_path / "other")
    _interrupted(tmp_path / "other", write={"app.py": "evil"}, journal=b'{"write": ["app.py"], "remove": []}')
    write_new(OLD, tmp_path / "project")
    (tmp_path / "project" / pending.PENDING).symlink_to(tmp_path / "other" / pending.PENDING)
    before = everything(tmp_path)
    assert not recover(tmp_path / "project")
    assert everything(tmp_path) == before


def test_nothing_to_recover(tmp_path: Path) -> None:
    assert not recover(tmp_path)
    write_new(OLD, tmp_path / "project")
    assert not recover(tmp_path / "project")
