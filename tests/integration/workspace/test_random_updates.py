"""Random edits and template changes through real folders: no line is lost on the disk, and every way back is exact."""

from pathlib import Path

import pytest
from random_updates import lost_lines, random_update
from small_projects import everything
from versioned_templates import commit_all, git

from skafu.scaffold.merging import Rules
from skafu.workspace.folders import read_folder
from skafu.workspace.pending import write_files
from skafu.workspace.updating import Plan, abort, apply, commit_to_branch, prospect, repository_of

SEEDS = range(100, 140)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_folder_that_is_in_no_repository(tmp_path: Path, seed: int) -> None:
    base, ours, theirs = random_update(seed)
    folder = tmp_path / "project"
    folder.mkdir()
    write_files(ours, folder)
    before = everything(folder)
    found = prospect(folder, Plan("copier", "v1", "v2", base, theirs, Rules()), None)
    apply(found)
    now = read_folder(folder, without={".skafu"})
    assert lost_lines(base, ours, now) == []
    assert all(now[path] == found.merge.tree[path] for path in found.changes.write)
    if found.changes:
        assert abort(folder, head="") == ()
    assert everything(folder) == before


@pytest.mark.parametrize("seed", SEEDS[:12])
def test_a_branch_has_the_same_files_as_the_folder_would(tmp_path: Path, seed: int) -> None:
    base, ours, theirs = random_update(seed)
    plan = Plan("copier", "v1", "v2", base, theirs, Rules())
    folder = tmp_path / "repository/project"
    folder.mkdir(parents=True)
    write_files(ours, folder)
    (tmp_path / "repository/other.txt").write_text("other\n")
    commit_all(tmp_path / "repository")
    repository = repository_of(folder)
    on_branch = prospect(folder, plan, repository, committed=True)
    if on_branch.changes:
        commit_to_branch(on_branch, "update")
        apply(prospect(folder, plan, repository))
        git(folder, "add", "--all")
        assert git(folder, "diff", "--cached", "--name-only", "update", "--", ".") == ""
