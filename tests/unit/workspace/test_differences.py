"""Differences are shown as `patch` and people read them."""

import subprocess
from pathlib import Path

from small_projects import project

from skafu.blueprint.lock import LOCK_PATH
from skafu.scaffold import File
from skafu.workspace.differences import difference
from skafu.workspace.project_folder import compare, lock_of, write_new


def _shown(folder: Path, before: dict[str, str | bytes | File], after: dict[str, str | bytes | File]) -> str:
    write_new(project(before), folder)
    lock = lock_of(folder)
    assert lock is not None
    tree = project(after)
    update = compare(tree, folder, lock)
    return difference(tree, folder, update._replace(replace=tuple(one for one in update.replace if one != LOCK_PATH)))


def test_added_changed_and_removed(tmp_path: Path) -> None:
    shown = _shown(tmp_path / "p", {"a": "1\n2\n", "b": "gone\n"}, {"a": "1\n3\n", "c": "new\n"})
    assert shown == (
        "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n 1\n-2\n+3\n"
        "--- a/b\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
        "--- /dev/null\n+++ b/c\n@@ -0,0 +1 @@\n+new\n"
    )


def test_what_is_kept_is_not_shown(tmp_path: Path) -> None:
    assert "rules.py" not in _shown(tmp_path / "p", {"rules.py": "1\n", "a": "1\n"}, {"rules.py": "2\n", "a": "2\n"})


def test_no_line_feed_at_the_end(tmp_path: Path) -> None:
    shown = _shown(tmp_path / "p", {"a": "1"}, {"a": "2\n"})
    assert shown.endswith("-1\n\\ No newline at end of file\n+2\n")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert "Binary files a/a and b/a differ\n" in _shown(tmp_path / "p", {"a": b"\xff"}, {"a": b"\xfe"})


def test_links_and_executable_bits(tmp_path: Path) -> None:
    before: dict[str, str | bytes | File] = {"l": File(b"", link="x"), "r": "r\n"}
    shown = _shown(tmp_path / "p", before, {"l": File(b"", link="y"), "r": File(b"r\n", executable=True)})
    assert "-link to x\n+link to y\n" in shown
    assert "r: becomes executable\n" in shown


def test_git_understands_it(tmp_path: Path) -> None:
    old = "".join(f"{n}\x0c{n}\u2028{n}\n" for n in range(30))
    new = old.replace("7\x0c7", "seven").replace("29\x0c", "")
    shown = _shown(tmp_path / "p", {"a": old, "b": "x"}, {"a": new, "c": "y"})
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn"], cwd=tmp_path / "p", input=shown.encode(), check=False
    )
    assert done.returncode == 0
    assert (tmp_path / "p/a").read_bytes() == new.encode()
    assert (tmp_path / "p/c").read_bytes() == b"y"
    assert not (tmp_path / "p/b").exists()
