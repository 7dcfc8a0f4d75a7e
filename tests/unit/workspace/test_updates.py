"""An update replaces what nobody touched, and never loses what somebody wrote."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_projects import everything, project

from skafu.blueprint.lock import LOCK_PATH, Lock, read_lock
from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import File, FileTree
from skafu.workspace.changed_paths import Update
from skafu.workspace.folders import read_folder
from skafu.workspace.project_folder import compare, lock_of, write_new, write_update

BLUEPRINT = "name: a\n"
OLD = {
    "skafu.yaml": BLUEPRINT,
    "README.md": "old words\n",
    "src/app.py": "A = 1\n",
    "src/same.py": "B = 1\n",
    "services/gone/handlers/go.py": "G = 1\n",
    "services/gone/rules.py": "pass\n",
}
NEW = {
    "skafu.yaml": BLUEPRINT,
    "README.md": "new words\n",
    "src/app.py": "A = 2\n",
    "src/same.py": "B = 1\n",
    "services/fresh/handlers/go.py": "F = 1\n",
    "services/fresh/rules.py": "pass\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_new(project(OLD), tmp_path / "project")
    return tmp_path / "project"


def _lock(folder: Path) -> Lock:
    lock = lock_of(folder)
    assert lock is not None
    return lock


def _compare(folder: Path, tree: FileTree) -> Update:
    return compare(tree, folder, _lock(folder))


def _update(folder: Path, tree: FileTree, *, force: bool = False) -> Update:
    update = _compare(folder, tree)
    write_update(tree, folder, update, force=force)
    return update


def test_an_untouched_project_becomes_the_new_one_but_keeps_what_is_yours(folder: Path) -> None:
    update = _update(folder, project(NEW))
    assert update == Update(
        add=("services/fresh/handlers/go.py", "services/fresh/rules.py"),
        replace=(LOCK_PATH, "README.md", "src/app.py"),
        remove=("services/gone/handlers/go.py",),
        keep=("services/gone/rules.py", "skafu.yaml", "src/same.py"),
    )
    assert read_folder(folder) == project(NEW) | {"services/gone/rules.py": File(b"pass\n")}
    assert not (folder / "services/gone/handlers").exists()


def test_a_second_update_changes_nothing_on_the_disk(folder: Path) -> None:
    _update(folder, project(NEW))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    update = _update(folder, project(NEW))
    assert not update.changes
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_comparing_writes_nothing(folder: Path) -> None:
    before = everything(folder)
    _compare(folder, project(NEW))
    assert everything(folder) == before


def test_folders_that_are_empty_then_go_with_what_python_cached_there(folder: Path) -> None:
    cache = folder / "services/gone/handlers/__pycache__"
    cache.mkdir()
    (cache / "go.cpython-313.pyc").write_bytes(b"\x00")
    (folder / "services/gone/rules.py").unlink()
    _update(folder, project(NEW))
    assert not (folder / "services/gone").exists()


def test_folders_with_files_of_others_stay(folder: Path) -> None:
    (folder / "services/gone/handlers/mine.txt").write_text("mine")
    _update(folder, project(NEW))
    assert (folder / "services/gone/handlers/mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("edited", "path"),
    [
        ("changed", "src/app.py"),
        ("dropped", "services/gone/handlers/go.py"),
        ("in the way", "services/fresh/handlers/go.py"),
    ],
)
def test_an_edited_generated_file_is_listed_and_refused(folder: Path, edited: str, path: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(edited)
    before = everything(folder)
    assert _compare(folder, project(NEW)).edited == (path,)
    with pytest.raises(Conflict, match=path) as caught:
        _update(folder, project(NEW))
    assert "--force" in caught.value.fix
    assert everything(folder) == before


def test_an_edit_that_the_new_tree_has_too_is_no_edit(folder: Path) -> None:
    (folder / "src/app.py").write_text("A = 2\n")
    assert _update(folder, project(NEW)).edited == ()


def test_an_edit_of_a_file_that_does_not_change_is_refused_too(folder: Path) -> None:
    (folder / "src/same.py").write_text("B = 3\n")
    assert _compare(folder, project(NEW)).edited == ("src/same.py",)


def test_force_overwrites_edited_generated_files_and_never_yours(folder: Path) -> None:
    for path in ("src/app.py", "services/gone/handlers/go.py", "services/gone/rules.py", "README.md"):
        (folder / path).write_text("edited\n")
    (folder / "services/fresh").mkdir()
    (folder / "services/fresh/rules.py").write_text("mine, from before\n")
    _update(folder, project(NEW), force=True)
    assert (folder / "src/app.py").read_text() == "A = 2\n"
    assert not (folder / "services/gone/handlers/go.py").exists()
    assert (folder / "services/gone/rules.py").read_text() == "edited\n"
    assert (folder / "services/fresh/rules.py").read_text() == "mine, from before\n"
    assert (folder / "README.md").read_text() == "edited\n"


def test_yours_survive_an_element_that_goes_and_comes_back(folder: Path) -> None:
    (folder / "services/gone/rules.py").write_text("mine\n")
    _update(folder, project(NEW))
    _update(folder, project(OLD))
    assert (folder / "services/gone/rules.py").read_text() == "mine\n"
    assert (folder / "services/gone/handlers/go.py").read_text() == "G = 1\n"


def test_yours_that_were_removed_are_not_made_again(folder: Path) -> None:
    (folder / "services/gone/rules.py").unlink()
    _update(folder, project(OLD | {"src/app.py": "A = 3\n"}))
    assert not (folder / "services/gone/rules.py").exists()


def test_generated_files_that_were_removed_are_made_again(folder: Path) -> None:
    (folder / "src/same.py").unlink()
    assert _update(folder, project(OLD)).add == ("src/same.py",)
    assert (folder / "src/same.py").read_text() == "B = 1\n"


def test_edits_of_shared_files_stay_and_untouched_ones_follow(folder: Path) -> None:
    (folder / "README.md").write_text("mine\n")
    _update(folder, project(NEW))
    assert (folder / "README.md").read_text() == "mine\n"
    _update(folder, project(NEW | {"README.md": "newer words\n"}))
    assert (folder / "README.md").read_text() == "mine\n"
    (folder / "README.md").unlink()
    _update(folder, project(NEW))
    assert (folder / "README.md").read_text() == "new words\n"


def test_a_blueprint_that_was_edited_and_given_is_kept(folder: Path) -> None:
    (folder / "skafu.yaml").write_text("name: b\n")
    _update(folder, project(NEW | {"skafu.yaml": "name: b\n"}))
    assert (folder / "skafu.yaml").read_text() == "name: b\n"


def test_another_blueprint_takes_the_place_of_an_untouched_one(folder: Path) -> None:
    assert "skafu.yaml" in _update(folder, project(NEW | {"skafu.yaml": "name: b\n"})).replace
    assert (folder / "skafu.yaml").read_text() == "name: b\n"


@pytest.mark.parametrize("force", [False, True])
def test_another_blueprint_never_takes_the_place_of_an_edited_one(folder: Path, force: bool) -> None:
    (folder / "skafu.yaml").write_text("name: mine\n")
    before = everything(folder)
    with pytest.raises(Conflict, match=r"skafu\.yaml was changed since"):
        _update(folder, project(NEW | {"skafu.yaml": "name: b\n"}), force=force)
    assert everything(folder) == before


def test_a_blueprint_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("name: b\n")
    (folder / "skafu.yaml").unlink()
    (folder / "skafu.yaml").symlink_to("../elsewhere.yaml")
    _update(folder, project(NEW | {"skafu.yaml": "name: b\n"}))
    assert (folder / "skafu.yaml").is_symlink()


def test_links_and_executable_bits_are_followed_up(tmp_path: Path) -> None:
    first = project({"run.sh": "echo\n", "link": File(b"", link="run.sh"), "other": File(b"", link="run.sh")})
    second = project({"run.sh": File(b"echo\n", executable=True), "link": "a file now\n", "other": File(b"", link="b")})
    write_new(first, tmp_path / "project")
    _update(tmp_path / "project", second)
    assert read_folder(tmp_path / "project") == second
    _update(tmp_path / "project", first)
    assert read_folder(tmp_path / "project") == first


def test_a_link_that_was_turned_elsewhere_is_an_edit(tmp_path: Path) -> None:
    write_new(project({"link": File(b"", link="a")}), tmp_path / "project")
    (tmp_path / "project/link").unlink()
    (tmp_path / "project/link").symlink_to("mine")
    assert _compare(tmp_path / "project", project({"link": File(b"", link="b")})).edited == ("link",)


def test_a_generated_file_replaced_by_a_link_is_an_edit_and_force_does_not_write_through_it(
    folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("A = 1\n")
    (folder / "src/app.py").unlink()
    (folder / "src/app.py").symlink_to(outside)
    assert _compare(folder, project(NEW)).edited == ("src/app.py",)
    _update(folder, project(NEW), force=True)
    assert outside.read_text() == "A = 1\n"
    assert not (folder / "src/app.py").is_symlink()


@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_through_a_linked_folder(folder: Path, tmp_path: Path, force: bool) -> None:
    (folder / "src").rename(tmp_path / "outside")
    (folder / "src").symlink_to(tmp_path / "outside")
    before = everything(tmp_path)
    with pytest.raises(Conflict, match="stand where the project goes: src"):
        _update(folder, project(NEW), force=force)
    assert everything(tmp_path) == before


def test_nothing_is_removed_through_a_linked_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "services/gone").rename(tmp_path / "outside")
    (folder / "services/gone").symlink_to(tmp_path / "outside")
    _update(folder, project(NEW), force=True)
    assert (tmp_path / "outside/handlers/go.py").read_text() == "G = 1\n"
    assert (folder / "services/gone").is_symlink()


@pytest.mark.parametrize("made", [Path.mkdir, lambda path: path.write_text("mine")])
def test_a_folder_or_a_file_in_the_way_is_refused(folder: Path, made: Callable[[Path], object]) -> None:
    place = folder / ("services/fresh" if made is not Path.mkdir else "services/fresh/rules.py")
    place.parent.mkdir(parents=True, exist_ok=True)
    made(place)
    before = everything(folder)
    with pytest.raises(Conflict, match="services/fresh"):
        _update(folder, project(NEW), force=True)
    assert everything(folder) == before


@pytest.mark.parametrize("content", [b"{", b"[]", b"", b"\xff\xfe", b'{"template": 1}'])
def test_a_damaged_lock_is_a_clear_error(folder: Path, content: bytes) -> None:
    (folder / LOCK_PATH).write_bytes(content)
    with pytest.raises(Invalid, match=r"\.skafu/lock\.json can't be read") as caught:
        lock_of(folder)
    assert "version control" in caught.value.fix


def test_a_newer_lock_is_a_clear_error(folder: Path) -> None:
    path = folder / LOCK_PATH
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(Invalid, match="format 2, newer than 1") as caught:
        lock_of(folder)
    assert caught.value.fix == "update Skafu"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", ".git/config", "a//b", "", "a\\b", "sub/.GIT/x"])
def test_a_lock_that_leads_out_of_the_project_is_refused(folder: Path, path: str) -> None:
    lock = folder / LOCK_PATH
    lock.write_bytes(lock.read_bytes().replace(b"src/app.py", path.replace("\\", "\\\\").encode()))
    with pytest.raises(Invalid, match="no path of a project"):
        lock_of(folder)


def test_no_lock_is_no_project(tmp_path: Path) -> None:
    assert lock_of(tmp_path) is None
    assert lock_of(tmp_path / "missing") is None


def test_the_lock_says_the_new_digests_afterwards(folder: Path) -> None:
    tree = project(NEW)
    _update(folder, tree)
    assert _lock(folder) == read_lock(tree[LOCK_PATH].content)
