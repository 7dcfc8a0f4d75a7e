"""The lock of a generated project."""

import pytest

from skafu.blueprint.lock import LOCK_FORMAT, Lock, LockedFile, digest_of_files, read_lock, write_lock
from skafu.kernel.errors import Invalid

LOCK = Lock(
    "system", "t", "a", "b", "ruff", {"b.py": LockedFile("1", "yours"), "a.py": LockedFile("2", "generated", "x")}
)


def test_a_lock_is_read_back_as_it_was() -> None:
    assert read_lock(write_lock(LOCK)) == LOCK


def test_the_order_of_files_does_not_matter() -> None:
    turned = Lock("system", "t", "a", "b", "ruff", dict(reversed(LOCK.files.items())))

    assert write_lock(turned) == write_lock(LOCK)
    assert digest_of_files({"a": b"1", "b": b"2"}) == digest_of_files({"b": b"2", "a": b"1"})
    assert digest_of_files({"a": b"1", "b": b"2"}) != digest_of_files({"a": b"2", "b": b"1"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{}", "can't be read"),
        (b"\xff", "can't be read"),
        (write_lock(LOCK).replace(b'"format": 1', b'"format": 2'), f"has format 2, newer than {LOCK_FORMAT}"),
    ],
)
def test_a_damaged_or_newer_lock_is_a_clear_error(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        read_lock(content)
