"""Looking into archives of files."""

import pytest

from skafu.contexts.project.application.trees import (
    Entry,
    FileNotFound,
    TreeChange,
    changes_between_trees,
    entries_of,
    file_of,
)
from skafu.kernel.errors import Unavailable
from skafu.scaffold import File
from skafu.scaffold.merging.archive import packed, unpacked

FILES = {"a.txt": File(b"a"), "run.sh": File(b"#!", executable=True), "link": File(b"", link="a.txt")}
ARCHIVE = packed(FILES, compressed=True)


def test_files_are_listed_with_what_they_are() -> None:
    assert entries_of(ARCHIVE) == (
        Entry("a.txt", 1, executable=False),
        Entry("link", 0, executable=False, link="a.txt"),
        Entry("run.sh", 2, executable=True),
    )


@pytest.mark.parametrize("path", FILES)
def test_one_file_is_as_it_was_packed(path: str) -> None:
    assert file_of(ARCHIVE, path) == FILES[path]


@pytest.mark.parametrize("path", ["b.txt", "", "../a.txt", "a.txt/"])
def test_there_is_no_other_file(path: str) -> None:
    with pytest.raises(FileNotFound):
        file_of(ARCHIVE, path)


def test_trees_are_compared_by_what_is_in_their_files() -> None:
    other = packed({"a.txt": File(b"b"), "run.sh": File(b"#!"), "new": File(b"")}, compressed=True)
    assert changes_between_trees(ARCHIVE, other) == (
        TreeChange("a.txt", "changed"),
        TreeChange("link", "removed"),
        TreeChange("new", "added"),
        TreeChange("run.sh", "changed"),
    )
    assert changes_between_trees(ARCHIVE, packed(FILES)) == ()


def test_a_damaged_archive_is_told() -> None:
    with pytest.raises(Unavailable):
        entries_of(b"junk")


def test_the_same_files_make_the_same_archive_and_come_back() -> None:
    assert packed(dict(reversed(FILES.items())), compressed=True) == ARCHIVE
    assert dict(unpacked(ARCHIVE)) == dict(sorted(FILES.items()))
    assert len(packed({"a": File(b"a" * 10_000)}, compressed=True)) < 500


def test_a_large_binary_is_stored_as_it_is() -> None:
    model, text = bytes(300_000), b"text " * 60_000
    files = {"model": File(model), "words.txt": File(text)}
    archive = packed(files, compressed=True)
    assert len(model) < len(archive) < len(model) + 10_000
    assert file_of(archive, "model").content == model
    assert file_of(archive, "words.txt").content == text
