"""A new project appears whole, or not at all."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_projects import everything, project

from skafu.kernel.errors import Conflict
from skafu.scaffold import File, FileTree
from skafu.workspace import new_folder, pending
from skafu.workspace.folders import read_folder
from skafu.workspace.project_folder import is_free, write_new

TREE = project({"skafu.yaml": "name: a\n", "src/deep/er/a.py": "A = 1\n", "b.txt": b"\x00\xff"})


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_all_files_are_there_byte_for_byte(tmp_path: Path) -> None:
    write_new(TREE, tmp_path / "project")
    assert read_folder(tmp_path / "project") == TREE
    assert [one.name for one in tmp_path.iterdir()] == ["project"]


def test_the_folders_above_are_made(tmp_path: Path) -> None:
    write_new(TREE, tmp_path / "a/b/project")
    assert read_folder(tmp_path / "a/b/project") == TREE


@pytest.mark.parametrize("name", ["süß 書店", "with space", "'quoted'", "-dash", "x" * 255])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    write_new(TREE, tmp_path / name)
    assert read_folder(tmp_path / name) == TREE


def test_unicode_paths_in_the_tree(tmp_path: Path) -> None:
    tree = project({"dokumente/übersicht 書.md": "é\n"})
    write_new(tree, tmp_path / "project")
    assert read_folder(tmp_path / "project") == tree


def test_links_and_executable_bits(tmp_path: Path) -> None:
    tree = project({"run.sh": File(b"#!/bin/sh\n", executable=True), "docs/link": File(b"", link="../run.sh")})
    write_new(tree, tmp_path / "project")
    assert read_folder(tmp_path / "project") == tree
    assert stat.S_IMODE((tmp_path / "project/run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "project").stat().st_mode) == 0o755


def test_the_umask_is_kept(tmp_path: Path) -> None:
    os.umask(0o077)
    write_new(project({"run.sh": File(b"#!\n", executable=True), "a": "a"}), tmp_path / "project")
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "project").iterdir()}
    assert modes["run.sh"] == 0o700
    assert modes["a"] == 0o600
    assert stat.S_IMODE((tmp_path / "project").stat().st_mode) == 0o700


def test_an_empty_folder_is_filled_where_it_stands(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    number = folder.stat().st_ino
    write_new(TREE, folder)
    assert folder.stat().st_ino == number
    assert read_folder(folder) == TREE
    assert sorted(one.name for one in (folder / ".skafu").iterdir()) == ["lock.json"]


def test_the_working_directory_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_new(TREE, Path())
    assert read_folder(tmp_path) == TREE


def test_a_link_to_an_empty_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_new(TREE, tmp_path / "link")
    assert read_folder(tmp_path / "real") == TREE
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("held", ["file.txt", ".hidden", "sub/"])
def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path, held: str) -> None:
    folder = tmp_path / "project"
    (folder / held).parent.mkdir(parents=True)
    (folder / held).mkdir() if held.endswith("/") else (folder / held).write_text("mine")
    before = everything(tmp_path)
    with pytest.raises(Conflict, match="is not empty and holds no project"):
        write_new(TREE, folder)
    assert everything(tmp_path) == before
    assert not is_free(folder)


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "project").write_text("mine")
    with pytest.raises(Conflict, match="is no folder"):
        write_new(TREE, tmp_path / "project")
    assert everything(tmp_path) == {"project": "mine"}


def _fail(monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException) -> None:
    """Let the disk fail at one of the writes."""
    real = Path.write_bytes
    writes: list[Path] = []

    def write(path: Path, content: bytes) -> int:
        if len(writes) == at:
            raise error
        writes.append(path)
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write)


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize("folder", ["project", "new/er/project"])
def test_a_failing_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException, folder: str
) -> None:
    _fail(monkeypatch, at, error)
    with pytest.raises(type(error)):
        write_new(TREE, tmp_path / folder)
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_failing_write_leaves_an_empty_folder_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException
) -> None:
    _fail(monkeypatch, at, error)
    with pytest.raises(type(error)):
        write_new(TREE, tmp_path)
    assert everything(tmp_path) == {}


def test_nobody_sees_half_of_a_new_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    real = Path.mkdir

    def watched(path: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        seen.append((tmp_path / "project").exists())
        real(path, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", watched)
    write_new(TREE, tmp_path / "project")
    assert seen
    assert not any(seen)


def test_two_at_once_make_one_project(tmp_path: Path) -> None:
    trees = [project({"skafu.yaml": f"name: n{number}\n", "a": f"{number}"}) for number in range(4)]
    failed: list[BaseException] = []

    def run(tree: FileTree) -> None:
        try:
            write_new(tree, tmp_path / "project")
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=run, args=(tree,)) for tree in trees]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert read_folder(tmp_path / "project") in trees
    assert len(failed) == 3
    assert {type(one) for one in failed} == {Conflict}
    assert [one.name for one in tmp_path.iterdir()] == ["project"]


def test_who_is_second_by_a_moment_finds_it_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "project"
    looked = new_folder.refuse_taken
    looks: list[Path] = []

    def look(at: Path) -> None:
        looked(at)
        looks.append(at)
        if len(looks) == 1:
            write_new(TREE, at)

    monkeypatch.setattr(new_folder, "refuse_taken", look)
    with pytest.raises(Conflict, match="holds a project already"):
        write_new(project({"skafu.yaml": "name: b\n", "other": "1"}), folder)
    assert read_folder(folder) == TREE


def test_a_folder_changed_by_another_process_is_left_alone(tmp_path: Path) -> None:
    with pending.alone(tmp_path), pytest.raises(Conflict, match="another Skafu"):
        write_new(TREE, tmp_path)
    assert everything(tmp_path) == {}


def test_no_permission_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.mkdir

    def closed(path: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if path.name.startswith(".staged-"):
            raise PermissionError(13, "Permission denied", str(path))
        real(path, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", closed)
    with pytest.raises(PermissionError):
        write_new(TREE, tmp_path / "a/b/project")
    assert everything(tmp_path) == {}


def test_below_a_file_there_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Conflict, match="file is no folder"):
        write_new(TREE, tmp_path / "file/project")
    assert everything(tmp_path) == {"file": "mine"}
