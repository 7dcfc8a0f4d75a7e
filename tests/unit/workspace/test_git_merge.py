"""One three-way merge of trees by real git: its cases, and that no line written by hand is ever lost."""

import os
from pathlib import Path

import pytest
from random_updates import Triple, lost_lines, random_update

from skafu.kernel.errors import Unavailable
from skafu.scaffold import File, FileTree
from skafu.scaffold.merging import Kind, Merge, Rules, matching
from skafu.workspace import git_process
from skafu.workspace.git_merge import update, update_many

LONG = b"".join(b"line %d\n" % number for number in range(40))
BASE = FileTree({"a.txt": b"1\n2\n3\n", "src/long.py": LONG, "src/other.py": LONG[50:] + b"end\n", "logo": b"\0base"})
RANDOM_UPDATES = 300
TEMPLATE_LOSES = Rules(template=matching(["*"]))


def _with(files: dict[str, bytes | File], *without: str, tree: FileTree = BASE) -> FileTree:
    return FileTree({**{path: file for path, file in tree.items() if path not in without}, **files})


def _kinds(merge: Merge) -> list[tuple[str, Kind]]:
    return [(one.path, one.kind) for one in merge.conflicts]


def test_a_conflict_shows_the_lines_of_all_three() -> None:
    merge = update(BASE, _with({"a.txt": b"1\nmine\n3\n"}), _with({"a.txt": b"1\nnew\n3\n"}))
    assert _kinds(merge) == [("a.txt", "content")]
    assert merge.tree["a.txt"].content == (
        b"1\n<<<<<<< yours\nmine\n||||||| before\n2\n=======\nnew\n>>>>>>> template\n3\n"
    )
    (conflict,) = merge.conflicts
    assert [one and one.content for one in (conflict.base, conflict.ours, conflict.theirs)] == [
        b"1\n2\n3\n",
        b"1\nmine\n3\n",
        b"1\nnew\n3\n",
    ]


def test_empty_lines_are_no_conflict() -> None:
    merge = update(BASE, _with({"a.txt": b"1\n2\n3\nmine\n"}), _with({"a.txt": b"1\n2\n3\n\n"}))
    assert not merge.conflicts
    assert merge.tree["a.txt"].content == b"1\n2\n3\nmine\n\n"
    changed = update(BASE, _with({"a.txt": b"1\n2\nmine\n"}), _with({"a.txt": b"1\n2\n\n"}))
    assert _kinds(changed) == [("a.txt", "content")]
    base, ours, theirs = (FileTree({"to": File(b"", link=target)}) for target in ("base", "mine", "new"))
    assert [one.path for one in update(base, ours, theirs).conflicts] == ["to"]
    marks = b"1\n2\n3\n=======\nmine\n"
    assert _kinds(update(BASE, _with({"a.txt": marks}), _with({"a.txt": b"1\n2\n3\n\n"}))) == [("a.txt", "content")]


def test_an_edit_follows_a_file_that_the_template_moved() -> None:
    merge = update(BASE, _with({"src/long.py": LONG + b"mine\n"}), _with({"lib/long.py": LONG}, "src/long.py"))
    assert not merge.conflicts
    assert merge.tree["lib/long.py"].content == LONG + b"mine\n"
    assert "src/long.py" not in merge.tree


def test_a_change_of_the_template_follows_a_file_that_was_moved_by_hand() -> None:
    merge = update(BASE, _with({"mine/long.py": LONG}, "src/long.py"), _with({"src/long.py": LONG + b"new\n"}))
    assert not merge.conflicts
    assert merge.tree["mine/long.py"].content == LONG + b"new\n"


def test_new_files_of_the_template_follow_a_folder_that_was_moved_by_hand() -> None:
    moved = {"app/long.py": BASE["src/long.py"], "app/other.py": BASE["src/other.py"]}
    merge = update(BASE, _with(dict(moved), "src/long.py", "src/other.py"), _with({"src/new.py": b"new\n"}))
    assert not merge.conflicts
    assert merge.tree["app/new.py"].content == b"new\n"


def test_own_files_stay_where_they_are_when_the_template_moves_their_folder() -> None:
    moved = {"lib/long.py": BASE["src/long.py"], "lib/other.py": BASE["src/other.py"]}
    merge = update(BASE, _with({"src/mine.py": b"mine\n"}), _with(dict(moved), "src/long.py", "src/other.py"))
    assert merge.tree["src/mine.py"].content == b"mine\n"
    assert "lib/mine.py" not in merge.tree


def test_everything_moved_into_a_folder_by_hand() -> None:
    ours = FileTree({f"backend/{path}": file for path, file in BASE.items()})
    merge = update(BASE, ours, _with({"a.txt": b"1\n2\n3\nnew\n", "src/new.py": b"new\n"}))
    assert not merge.conflicts
    assert merge.tree["backend/a.txt"].content == b"1\n2\n3\nnew\n"
    assert merge.tree["backend/src/new.py"].content == b"new\n"
    assert all(path.startswith("backend/") for path in merge.tree)


def test_what_was_removed_by_hand_stays_removed() -> None:
    merge = update(BASE, _with({}, "a.txt"), _with({"a.txt": b"new\n"}))
    assert (merge.stayed_away, merge.conflicts) == (("a.txt",), ())
    assert "a.txt" not in merge.tree
    again = update(BASE, _with({}, "a.txt"), _with({"a.txt": b"new\n"}), Rules(once=matching(["other"])))
    assert (again.stayed_away, again.conflicts) == ((), ())
    assert again.tree["a.txt"].content == b"new\n"


def test_what_the_template_removed_stays_where_it_was_edited() -> None:
    merge = update(BASE, _with({"a.txt": b"mine\n"}), _with({}, "a.txt", "src/other.py"))
    assert (merge.kept, merge.conflicts) == (("a.txt",), ())
    assert merge.tree["a.txt"].content == b"mine\n"
    assert "src/other.py" not in merge.tree


def test_bytes_that_are_no_text_stay_the_projects_own() -> None:
    merge = update(BASE, _with({"logo": b"\0mine"}), _with({"logo": b"\0new"}))
    assert _kinds(merge) == [("logo", "binary")]
    assert merge.tree["logo"].content == b"\0mine"


def test_modes_and_links() -> None:
    ours = _with({"a.txt": File(b"1\n2\n3\n", executable=True), "to": File(b"", link="a.txt")})
    merge = update(BASE, ours, _with({"a.txt": b"1\n2\n3\nnew\n"}))
    assert merge.tree["a.txt"] == File(b"1\n2\n3\nnew\n", executable=True)
    assert merge.tree["to"].link == "a.txt"
    assert _kinds(update(BASE, _with({"a.txt": File(b"", link="x")}), _with({"a.txt": b"new\n"}))) != []


def test_a_file_where_the_template_needs_a_folder() -> None:
    merge = update(BASE, _with({"new": b"mine\n"}), _with({"new/file": b"new\n"}))
    assert ("new~yours", "place") in _kinds(merge)
    assert merge.tree["new~yours"].content == b"mine\n"
    assert merge.tree["new/file"].content == b"new\n"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (b"1\n2\n3\n4\n", b"1\r\n2\r\n3\r\n4\r\n", b"0\n1\n2\n3\n4\n", b"0\r\n1\r\n2\r\n3\r\n4\r\n"),
        (b"1\n2\n3\n4\n", b"1\n2\n3\n4\nmine\n", b"1\r\n2\r\n3\r\n4\r\n", b"1\r\n2\r\n3\r\n4\r\nmine\r\n"),
        (
            b"1\r\n2\r\n3\r\n4\r\n",
            b"1\r\n2\r\n3\r\n4\nmine\n",
            b"0\r\n1\r\n2\r\n3\r\n4\r\n",
            b"0\r\n1\r\n2\r\n3\r\n4\nmine\n",
        ),
    ],
)
def test_line_endings_are_no_conflict(base: bytes, ours: bytes, theirs: bytes, merged: bytes) -> None:
    merge = update(FileTree({"a.txt": base}), FileTree({"a.txt": ours}), FileTree({"a.txt": theirs}))
    assert not merge.conflicts
    assert merge.tree["a.txt"].content == merged


def test_settings_that_conflict_as_text_are_merged_by_key() -> None:
    base = FileTree({"a.yml": b"a: 1\n"})
    merge = update(base, FileTree({"a.yml": b"a: 1\nmine: 1\n"}), FileTree({"a.yml": b"a: 1\nnew: 1\n"}))
    assert (merge.by_key, merge.conflicts) == (("a.yml",), ())
    assert merge.tree["a.yml"].content == b"a: 1\nmine: 1\nnew: 1\n"


def test_odd_names() -> None:
    names = ['with "quotes"', "with\ttab", "with\\nothing" if os.sep == "\\" else "ümlaut", "line\nfeed", " space "]
    base = FileTree(dict.fromkeys(names, b"1\n2\n3\n"))
    merge = update(base, base | {names[0]: File(b"1\n2\nmine\n")}, FileTree(dict.fromkeys(names, b"0\n1\n2\n3\n")))
    assert set(merge.tree) == set(names)


@pytest.fixture(scope="module")
def updates() -> list[Triple]:
    return [random_update(seed) for seed in range(RANDOM_UPDATES)]


def test_no_line_written_by_hand_is_lost(updates: list[Triple]) -> None:
    merges = update_many(updates)
    lost = {
        seed: lines
        for seed, ((base, ours, _), merge) in enumerate(zip(updates, merges, strict=True))
        if (lines := lost_lines(base, ours, merge.tree))
    }
    assert lost == {}
    assert sum(bool(one.conflicts) for one in merges) > RANDOM_UPDATES // 20
    assert sum(len(one.by_key) for one in merges) > 0


def test_a_merge_that_loses_lines_is_seen(updates: list[Triple]) -> None:
    merges = update_many(updates, TEMPLATE_LOSES)
    losing = [1 for (base, ours, _), merge in zip(updates, merges, strict=True) if lost_lines(base, ours, merge.tree)]
    assert len(losing) > RANDOM_UPDATES // 2


def test_an_untouched_project_becomes_what_the_template_makes(updates: list[Triple]) -> None:
    for (_, _, theirs), merge in zip(updates, update_many([(one[0], one[0], one[2]) for one in updates]), strict=True):
        assert merge == Merge(theirs)


def test_a_template_that_did_not_change_changes_nothing(updates: list[Triple]) -> None:
    for (_, ours, _), merge in zip(updates, update_many([(one[0], one[1], one[0]) for one in updates]), strict=True):
        assert merge == Merge(ours)
        assert not merge.changes(ours)


def test_many_at_once_are_the_same_as_each_alone(updates: list[Triple]) -> None:
    for one in updates[:5]:
        assert update(*one) == update_many([one, updates[-1]])[0]


def test_settings_of_whoever_runs_this_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".gitconfig").write_text("[merge]\n\tconflictStyle = merge\n\trenames = false\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    test_a_conflict_shows_the_lines_of_all_three()
    test_an_edit_follows_a_file_that_the_template_moved()


def test_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    git_process.git_binary.cache_clear()
    try:
        with pytest.raises(Unavailable, match="no git here"):
            git_process.git("version")
    finally:
        git_process.git_binary.cache_clear()
