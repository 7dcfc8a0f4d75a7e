"""Zips by strangers: read in memory, within bounds, and only with names and links that are safe everywhere."""

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from skafu.kernel.errors import Invalid, Refused
from skafu.scaffold import File
from skafu.workspace.sources_zip import (
    MOST_BYTES_OF_A_FILE,
    MOST_FILES,
    check_names,
    read_archive,
    read_zip,
)


def zipped(*entries: tuple[str, bytes], mode: int = 0o644, method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, content, method)
    return packed


def linked(**links: str) -> io.BytesIO:
    return zipped(*((name, target.encode()) for name, target in links.items()), mode=stat.S_IFLNK | 0o777)


def test_files_links_and_modes_are_read_and_one_folder_taken_off(tmp_path: Path) -> None:
    packed = zipped(("top/", b""), ("top/copier.yml", b"a: 1"), ("top/run.sh", b"x"), mode=stat.S_IFREG | 0o755)
    place = tmp_path / "template.zip"
    place.write_bytes(packed.getvalue())
    assert dict(read_zip(place)) == {
        "copier.yml": File(b"a: 1", executable=True),
        "run.sh": File(b"x", executable=True),
    }
    assert dict(read_archive(linked(a="b", b="c/d"), "z")) == {"a": File(b"", link="b"), "b": File(b"", link="c/d")}
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["/etc/passwd"], "absolute"),
        (["a/../../b"], "leads out"),
        (["../b"], "leads out"),
        (["../"], "leads out"),
        (["C:/x"], "drive"),
        (["c:x"], "drive"),
        (["a\0b"], "NUL"),
        (["a\\b"], "backslash"),
        (["a."], "dot or a space"),
        (["a /b"], "dot or a space"),
        (["a\nb"], "control"),
        (["a//b"], "not normalised"),
        (["README", "readme"], "the same as"),
        (["src/a", "SRC/b"], "the same as"),
        (["stra\u00dfe", "STRASSE"], "the same as"),
        (["caf\u00e9", "cafe\u0301"], "the same as"),
        (["x" * 256], "255"),
        (["\u00e9" * 128], "255"),
        (["a", "a"], "twice"),
    ],
)
def test_unsafe_names_are_refused(names: list[str], problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        check_names([name.removesuffix("/") for name in names], "z")
    if "\0" not in names[0] and problem != "twice":
        with pytest.raises(Invalid, match=problem):
            read_archive(zipped(*((name, b"x") for name in names)), "z")


def test_a_name_with_nul_is_not_cut() -> None:
    packed = zipped(("copier.ymlXevil", b"x")).getvalue().replace(b"copier.ymlXevil", b"copier.yml\0evil")
    with pytest.raises(Invalid, match="NUL"):
        read_archive(io.BytesIO(packed), "z")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.raises(Invalid, match="twice"):
        read_archive(zipped(("a", b"1"), ("a", b"2")), "z")


def test_a_file_in_the_way_of_a_folder_is_refused() -> None:
    with pytest.raises(Invalid, match="needs a folder"):
        read_archive(zipped(("a", b"1"), ("a/b", b"2"), ("c", b"")), "z")


@pytest.mark.parametrize("target", ["/etc/passwd", "..", "../x", "a/../../x", "a\\..\\x"])
def test_links_that_lead_out_are_refused(target: str) -> None:
    with pytest.raises(Invalid, match="leads out"):
        read_archive(linked(link=target, other="x"), "z")


def test_links_that_lead_out_by_another_link_are_refused() -> None:
    links = {"p/q/r/d": "../../../a", "l": "p/q/r/d/../../x"}
    with pytest.raises(Invalid, match="leads out"):
        read_archive(linked(**links), "z")
    with pytest.raises(Invalid, match="circle"):
        read_archive(linked(a="b", b="a"), "z")


@pytest.mark.parametrize("mode", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_what_is_neither_file_nor_link_is_refused(mode: int) -> None:
    with pytest.raises(Invalid, match="neither"):
        read_archive(zipped(("a", b""), mode=mode | 0o644), "z")


def test_too_many_files_are_refused() -> None:
    with pytest.raises(Refused, match="2000 files"):
        read_archive(zipped(*((f"{number}", b"") for number in range(MOST_FILES + 1))), "z")


def test_a_list_without_end_is_refused_before_it_is_read() -> None:
    packed = bytearray(zipped(("a", b"")).getvalue())
    end = packed.rfind(b"PK\5\6")
    packed[end + 12 : end + 16] = struct.pack("<I", 500_000_000)
    with pytest.raises(Refused, match="files"):
        read_archive(io.BytesIO(bytes(packed)), "z")


def test_large_files_are_refused() -> None:
    with pytest.raises(Refused, match="more than 2 MB"):
        read_archive(zipped(("a", bytes(MOST_BYTES_OF_A_FILE + 1)), method=zipfile.ZIP_STORED), "z")


def test_many_large_files_are_refused() -> None:
    entries = [(f"{number}", bytes(MOST_BYTES_OF_A_FILE)) for number in range(26)]
    with pytest.raises(Refused, match="unpacks to 52000 kB"):
        read_archive(zipped(*entries), "z")
    with pytest.raises(Refused, match="50 MB"):
        read_archive(zipped(*entries, method=zipfile.ZIP_STORED), "z")


def test_what_is_packed_too_well_is_refused_before_unpacking() -> None:
    with pytest.raises(Refused, match="unpacks to"):
        read_archive(zipped(*((f"{number}", bytes(1_900_000)) for number in range(5))), "z")


def test_a_file_that_is_longer_than_it_says_is_refused() -> None:
    packed = zipped(("a", b"x" * 1_000))
    raw = bytearray(packed.getvalue())
    for signature, offset in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = raw.find(signature)
        raw[at + offset : at + offset + 4] = struct.pack("<I", 10)
    with pytest.raises(Invalid, match="can't be read as a zip"):
        read_archive(io.BytesIO(bytes(raw)), "z")


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"PK\5\6"])
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_archive(io.BytesIO(content), "z")
