"""Folders are read as they are, and links are not followed."""

import os
from pathlib import Path

import pytest

from skafu.kernel.errors import Invalid
from skafu.scaffold import File, FileTree
from skafu.workspace.folders import is_safe, obstacle, read_folder


def test_files_links_and_bits(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/run").write_bytes(b"\x00")
    (tmp_path / "sub/run").chmod(0o755)
    (tmp_path / "file").symlink_to("sub/run")
    (tmp_path / "folder").symlink_to("sub")
    (tmp_path / "nowhere").symlink_to("../missing")
    assert read_folder(tmp_path) == FileTree(
        {
            "sub/run": File(b"\x00", executable=True),
            "file": File(b"", link="sub/run"),
            "folder": File(b"", link="sub"),
            "nowhere": File(b"", link="../missing"),
        }
    )


def test_folders_that_are_nobody_s_source_are_passed_over(tmp_path: Path) -> None:
    for name in (".git", "a/__pycache__", "a/node_modules", ".venv"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "x").write_text("x")
    assert read_folder(tmp_path) == FileTree()
    assert set(read_folder(tmp_path, without=())) == {".git/x", "a/__pycache__/x", "a/node_modules/x", ".venv/x"}


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_folder(tmp_path / "missing")


@pytest.mark.parametrize("path", ["a", "a/b.py", ".github/x", "a..b", ".gitignore"])
def test_safe_paths(path: str) -> None:
    assert is_safe(path)


@pytest.mark.parametrize("path", ["", "/a", "../a", "a/..", "a/./b", "a\\b", "a\0", ".git/config", "sub/.Git/hooks"])
def test_unsafe_paths(path: str) -> None:
    assert not is_safe(path)


def test_obstacles(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("folder")
    (tmp_path / "broken").symlink_to("missing")
    os.mkfifo(tmp_path / "pipe")
    found = {
        path: obstacle(tmp_path, path)
        for path in ("new", "new/deep", "file", "link", "folder/x", "folder", "file/x/y", "link/x", "broken/x", "pipe")
    }
    assert found == {
        "new": "",
        "new/deep": "",
        "file": "",
        "link": "",
        "folder/x": "",
        "folder": "folder",
        "file/x/y": "file",
        "link/x": "link",
        "broken/x": "broken",
        "pipe": "pipe",
    }


def test_a_folder_with_too_many_files_is_not_read(tmp_path: Path) -> None:
    for name in ("a", "b/c", "b/.git/d"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert list(read_folder(tmp_path, most=2)) == ["a", "b/c"]
    with pytest.raises(Invalid, match="more than 1 files"):
        read_folder(tmp_path, most=1)
