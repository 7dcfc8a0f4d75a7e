"""The host in a folder: bare repositories that people clone by path. It runs no workflows and says so."""

import json
from functools import partial
from pathlib import Path
from typing import NoReturn

from skafu.contexts.github.adapters.commits import changes, is_ours, planned
from skafu.contexts.github.adapters.local_git.place import (
    BRANCH,
    LocalPlace,
    entries_at,
    head_of,
    in_thread,
    make,
    maker_of,
    messages_of,
    take_away,
    write_commit,
)
from skafu.contexts.github.domain.words import LeftOut, Protection, Sighting
from skafu.contexts.github.ports import (
    Commit,
    Dispatch,
    Files,
    HeadMoved,
    Host,
    Hosted,
    NameTaken,
    NotOffered,
    Opened,
    Proposal,
    PullRequestSeen,
    Pushed,
    Remote,
    Removal,
    Run,
    Secret,
)
from skafu.kernel.errors import NotFound
from skafu.workspace.git_process import GitFailed, git

_NOT_HERE = "a folder of repositories runs nothing"
_FIX = "push the repository to GitHub, or connect GitHub to the organisation, to have workflows run"


class _Repositories:
    def __init__(self, place: LocalPlace) -> None:
        self._place = place

    async def create(self, remote: Remote, *, private: bool, description: str) -> Hosted:
        del private
        return await in_thread(partial(self._create, remote, description))

    def _create(self, remote: Remote, description: str) -> Hosted:
        folder = self._place.folder(remote)
        if not folder.exists():
            make(folder, remote.repository_id, description)
        if maker_of(folder) != remote.repository_id:
            raise NameTaken(f"{folder} is there and was not made for this project", fix="choose another name")
        return _hosted(folder)

    async def find(self, remote: Remote) -> Hosted | None:
        folder = self._place.folder(remote)
        return await in_thread(lambda: _hosted(folder) if folder.is_dir() else None)

    async def remove(self, remote: Remote) -> Removal:
        return await in_thread(partial(self._remove, remote))

    def _remove(self, remote: Remote) -> Removal:
        folder = self._place.folder(remote)
        if not folder.exists():
            return Removal(gone=True)
        if maker_of(folder) != remote.repository_id:
            return Removal(gone=False, reason="it was not made by us", ours=False)
        if not all(is_ours(each, remote.repository_id) for each in messages_of(folder)):
            return Removal(gone=False, reason="it holds commits of others")
        take_away(folder)
        return Removal(gone=True)


def _hosted(folder: Path) -> Hosted:
    return Hosted(f"{folder.parent.name}/{folder.stem}", str(folder), folder.as_uri(), BRANCH)


class _Contents:
    def __init__(self, place: LocalPlace) -> None:
        self._place = place

    async def push(self, remote: Remote, branch: str, files: Files, commit: Commit) -> Pushed:
        return await in_thread(partial(_push, self._place.existing(remote), remote, branch, files, commit))


def _push(folder: Path, remote: Remote, branch: str, files: Files, commit: Commit) -> Pushed:
    plan = planned(remote, files, commit)
    head = head_of(folder, branch)
    if head not in {commit.upon, plan.oid}:
        raise HeadMoved(f"somebody else pushed to {branch} of {remote.name!r}", fix="propose the change instead")
    if head != plan.oid:
        write_commit(folder, branch, plan, files, commit, head)
    return Pushed(plan.oid, len(changes(entries_at(folder, commit.upon), plan.entries)))


class _PullRequests:
    """A proposal is a branch, and a note in the repository's folder that says what it is about."""

    def __init__(self, place: LocalPlace) -> None:
        self._place = place

    async def open(self, remote: Remote, base: str, files: Files, proposal: Proposal) -> Opened:
        return await in_thread(partial(_propose, self._place.existing(remote), remote, base, files, proposal))

    async def look(self, remote: Remote, number: int) -> PullRequestSeen:
        return await in_thread(partial(self._look, self._place.existing(remote), remote, number))

    def _look(self, folder: Path, remote: Remote, number: int) -> PullRequestSeen:
        note = _notes(folder) / f"{number}.json"
        if not note.is_file():
            raise NotFound(f"there is no pull request {number} in {remote.name!r}")
        said = json.loads(note.read_text())
        now = self._place.clock()
        if _is_within(folder, said["commit"], said["base"]):
            return PullRequestSeen("merged", now, head_of(folder, said["base"]))
        return PullRequestSeen("open" if head_of(folder, said["branch"]) else "closed", now)


def _notes(folder: Path) -> Path:
    return folder / "skafu-pull-requests"


def _propose(folder: Path, remote: Remote, base: str, files: Files, proposal: Proposal) -> Opened:
    plan = planned(remote, files, proposal.commit)
    earlier = _noted(folder, proposal.branch)
    if earlier is None:
        head = head_of(folder, proposal.branch)
        if head not in {"", plan.oid}:
            raise HeadMoved(f"branch {proposal.branch} holds something else", fix="propose it under a new id")
        if not head:
            write_commit(folder, proposal.branch, plan, files, proposal.commit, "")
        earlier = _note(folder, base, plan.oid, proposal)
    number, commit = earlier
    if commit != plan.oid:
        raise HeadMoved(f"branch {proposal.branch} holds something else", fix="propose it under a new id")
    return Opened(number, f"{folder}#{proposal.branch}", commit)


def _noted(folder: Path, branch: str) -> tuple[int, str] | None:
    for note in _notes(folder).glob("*.json"):
        said = json.loads(note.read_text())
        if said["branch"] == branch:
            return int(note.stem), said["commit"]
    return None


def _note(folder: Path, base: str, commit: str, proposal: Proposal) -> tuple[int, str]:
    notes = _notes(folder)
    notes.mkdir(exist_ok=True)
    number = max((int(each.stem) for each in notes.glob("*.json")), default=0) + 1
    said = {"base": base, "branch": proposal.branch, "commit": commit, "title": proposal.title, "body": proposal.body}
    draft = notes / f"{number}.draft"
    draft.write_text(json.dumps(said, indent=1))
    draft.rename(notes / f"{number}.json")
    return number, commit


def _is_within(folder: Path, commit: str, branch: str) -> bool:
    try:
        git("merge-base", "--is-ancestor", commit, f"refs/heads/{branch}", at=folder)
    except GitFailed:
        return False
    return True


class _Configuration:
    async def protect(self, remote: Remote, branch: str, protection: Protection) -> LeftOut | None:
        del remote, protection
        return LeftOut(f"protection of {branch}", "a folder of repositories has no protected branches")

    async def set_variable(self, remote: Remote, name: str, value: str) -> LeftOut | None:
        del remote, value
        return LeftOut(f"variable {name}", _NOT_HERE)

    async def set_secret(self, remote: Remote, name: str, value: Secret) -> None:
        del remote, value
        raise NotOffered(f"the secret {name} can't be kept: {_NOT_HERE}", fix=_FIX)


class _Workflows:
    async def dispatch(self, remote: Remote, dispatch: Dispatch) -> Run:
        _refuse(f"{dispatch.workflow} of {remote.name!r} was not run")

    async def look_at_run(self, remote: Remote, run_id: int) -> Sighting:
        _refuse(f"there is no run {run_id} of {remote.name!r}")

    async def look_at_deployment(self, remote: Remote, number: int) -> Sighting:
        _refuse(f"there is no deployment {number} of {remote.name!r}")


def _refuse(what: str) -> NoReturn:
    raise NotOffered(f"{what}: {_NOT_HERE}", fix=_FIX)


def local_host(place: LocalPlace) -> Host:
    """The host that needs no account: a folder of bare repositories."""
    return Host(_Repositories(place), _Contents(place), _PullRequests(place), _Configuration(), _Workflows())
