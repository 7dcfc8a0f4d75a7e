"""What a server gives is written whole, and never over what somebody has edited."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from generated_projects import tree_of

from skafu.entrypoints.cli.remote.written_files import write_folder, write_unless_there
from skafu.kernel.errors import Conflict, Invalid
from skafu.scaffold import File, FileTree
from skafu.scaffold.merging.archive import packed


def test_one_file_is_written_over_itself_and_over_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.zip"
    write_unless_there(b"one", path, force=False)
    write_unless_there(b"one", path, force=False)
    with pytest.raises(Conflict, match="is there already"):
        write_unless_there(b"two", path, force=False)
    assert path.read_bytes() == b"one"
    write_unless_there(b"two", path, force=True)
    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [("a.zip", b"two")]


def test_a_project_is_brought_up_to_date_and_edits_are_kept(tmp_path: Path) -> None:
    tree, folder = tree_of("todo"), tmp_path / "todo"
    assert write_folder(packed(tree), folder, force=False) == f"{len(tree)} files written"
    assert write_folder(packed(tree), folder, force=False).startswith("0 added, 0 replaced, 0 removed")
    edited = folder / "openapi.yaml"
    before = edited.read_text()
    edited.write_text(f"{before}# mine\n")
    newer = FileTree({**tree, "openapi.yaml": File(b"# newer\n")})
    with pytest.raises(Conflict):
        write_folder(packed(newer), folder, force=False)
    assert edited.read_text() == f"{before}# mine\n"
    assert write_folder(packed(newer), folder, force=True).endswith("1 overwritten")
    assert edited.read_text() == "# newer\n"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Conflict):
        write_folder(packed(FileTree({"a": File(b"a")})), tmp_path, force=True)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt"])
def test_nothing_is_written_elsewhere(tmp_path: Path, name: str) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("fine.txt", "fine")
        archive.writestr(zipfile.ZipInfo(name), "out")
    folder = tmp_path / "below" / "here"
    with pytest.raises(Invalid):
        write_folder(content.getvalue(), folder, force=False)
    assert not list(tmp_path.iterdir())


def test_what_is_no_zip_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="what the server gave"):
        write_folder(b"junk", tmp_path / "x", force=False)
