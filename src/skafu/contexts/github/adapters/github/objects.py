"""Trees and commits through GitHub's git data API: only what changed is sent, and every name is checked."""

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, Final

import msgspec

from skafu.contexts.github.adapters.commits import MAIL, NAME, Planned, changes
from skafu.contexts.github.adapters.github.answers import HostFails
from skafu.contexts.github.adapters.github.api import GitHubApi
from skafu.contexts.github.adapters.github.repositories import path_of
from skafu.contexts.github.adapters.github.settling import settled
from skafu.contexts.github.ports import Commit, Files, Remote
from skafu.kernel.errors import Invalid
from skafu.workspace.git_names import Entry
from skafu.workspace.git_objects import FOLDER, PLAIN, Oid, content_of

_BATCH_ENTRIES: Final = 400
_BATCH_BYTES: Final = 1_500_000
_INLINE_BYTES: Final = 100_000
"""Larger contents, and those that are no text, are sent as blobs of their own."""


class Before(msgspec.Struct, frozen=True):
    """What a commit held: its tree, and the files."""

    tree: Oid = ""
    entries: dict[str, Entry] = msgspec.field(default_factory=dict)


class Line(msgspec.Struct, frozen=True):
    """A file on its way into a tree: what GitHub wants to know, and how many bytes it takes."""

    fields: Mapping[str, Any]
    size: int


class GitHubObjects:
    """Writes and reads the objects of a repository."""

    def __init__(self, api: GitHubApi) -> None:
        """Go through the one door."""
        self._api = api

    async def before(self, remote: Remote, commit: Oid) -> Before:
        """What a commit holds; nothing when there is no commit."""
        if not commit:
            return Before()
        tree = (await commit_at(self._api, remote, commit))["tree"]["sha"]
        return Before(tree, await self._entries(remote, tree))

    async def _entries(self, remote: Remote, tree: Oid) -> dict[str, Entry]:
        path = f"{path_of(remote)}/git/trees/{tree}"
        whole = await self._api.call(remote.installation, "GET", f"{path}?recursive=1")
        if not whole.body["truncated"]:
            return dict(_files(whole.body["tree"]))
        here = (await self._api.call(remote.installation, "GET", path)).body["tree"]
        found = dict(_files(here))
        for each in here:
            if each["type"] == "tree":
                below = await self._entries(remote, each["sha"])
                found |= {f"{each['path']}/{inner}": entry for inner, entry in below.items()}
        return found

    async def write(self, remote: Remote, plan: Planned, files: Files, commit: Commit, before: Before) -> None:
        """Write a commit, so that it is there whole, and no branch has moved yet.

        Raises:
            HostFails: GitHub did not keep the files or the commit as they are.
        """
        await self._write_tree(remote, plan, files, before)
        who = {"name": NAME, "email": MAIL, "date": f"{commit.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        body = {
            "message": plan.message,
            "tree": plan.tree,
            "parents": [commit.upon] if commit.upon else [],
            "author": who,
            "committer": who,
        }
        path = f"{path_of(remote)}/git/commits"
        made = await self._api.call(remote.installation, "POST", path, body=body, repeatable=True)
        _check_kept(made.body["sha"], plan.oid, "the commit")

    async def _write_tree(self, remote: Remote, plan: Planned, files: Files, before: Before) -> None:
        if plan.tree == before.tree:
            return
        differing = changes(before.entries, plan.entries)
        made = before.tree
        if not _changes_kinds(before.entries, differing):
            made = await self._send(remote, differing, files, before)
        if made != plan.tree:
            everything: dict[str, Entry | None] = dict(plan.entries)
            made = await self._send(remote, everything, files, Before("", before.entries))
        _check_kept(made, plan.tree, "the files")

    async def _send(self, remote: Remote, wanted: Mapping[str, Entry | None], files: Files, before: Before) -> Oid:
        known = {oid for _, oid in before.entries.values()}
        lines = [await self._line(remote, path, entry, files, known) for path, entry in sorted(wanted.items())]
        tree = before.tree
        for batch in _batches(lines):
            body: dict[str, Any] = {"tree": [line.fields for line in batch]}
            if tree:
                body["base_tree"] = tree
            path = f"{path_of(remote)}/git/trees"
            answer = await self._api.call(remote.installation, "POST", path, body=body, repeatable=True)
            tree = answer.body["sha"]
        return tree

    async def _line(self, remote: Remote, path: str, entry: Entry | None, files: Files, known: set[Oid]) -> Line:
        if entry is None:
            return Line({"path": path, "mode": PLAIN, "type": "blob", "sha": None}, len(path))
        mode, oid = entry
        fields = {"path": path, "mode": mode, "type": "blob"}
        if oid in known:
            return Line(fields | {"sha": oid}, len(path))
        content = content_of(files[path])
        text = _text(content)
        if text is not None:
            return Line(fields | {"content": text}, len(path) + len(content))
        await self._send_blob(remote, content, oid)
        known.add(oid)
        return Line(fields | {"sha": oid}, len(path))

    async def _send_blob(self, remote: Remote, content: bytes, oid: Oid) -> None:
        body = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        path = f"{path_of(remote)}/git/blobs"
        made = await self._api.call(remote.installation, "POST", path, body=body, repeatable=True)
        _check_kept(made.body["sha"], oid, "a file")


async def commit_at(api: GitHubApi, remote: Remote, commit: Oid) -> Mapping[str, Any]:
    """A commit that we know to be there, although GitHub may not show it yet.

    Raises:
        HostFails: it does not show it for long.
    """
    path = f"{path_of(remote)}/git/commits/{commit}"
    answer = await settled(
        api,
        lambda: api.call(remote.installation, "GET", path, accepts=(404, 409)),
        lambda seen: seen.status == 200,
    )
    if answer.status != 200:
        raise HostFails(f"GitHub does not show commit {commit[:12]} of {remote.owner}/{remote.name}", fix="try again")
    found: Mapping[str, Any] = answer.body
    return found


def check_paths(files: Files) -> None:
    """Refuse what GitHub's API can't take.

    Raises:
        Invalid: there is nothing to push, or a path is no text.
    """
    if not files:
        raise Invalid("there is no file to push", fix="give a tree with at least one file")
    for path in files:
        try:
            path.encode()
        except UnicodeEncodeError:
            raise Invalid(f"{path!r} can't be sent to GitHub: it is not UTF-8", fix="rename the file") from None


def _text(content: bytes) -> str | None:
    if len(content) > _INLINE_BYTES:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _batches(lines: list[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        if batch and (len(batch) == _BATCH_ENTRIES or size + line.size > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += line.size
    if batch:
        yield batch


def _changes_kinds(before: Mapping[str, Entry], differing: Mapping[str, Entry | None]) -> bool:
    """Whether a file becomes a folder or the reverse, for which the order of lines would count."""
    gone = {path for path, entry in differing.items() if entry is None}
    if not gone:
        return False
    added = {path for path, entry in differing.items() if entry is not None and path not in before}
    return bool(gone & _folders(added) or added & _folders(gone))


def _folders(paths: set[str]) -> set[str]:
    return {path[:at] for path in paths for at, letter in enumerate(path) if letter == "/"}


def _files(lines: list[Mapping[str, Any]]) -> Iterator[tuple[str, Entry]]:
    for each in lines:
        if each["mode"].lstrip("0") != FOLDER:
            yield each["path"], (each["mode"], each["sha"])


def _check_kept(made: Oid, wanted: Oid, what: str) -> None:
    if made != wanted:
        raise HostFails(
            f"GitHub did not keep {what} as it was sent: {made[:12]} instead of {wanted[:12]}", fix="try again"
        )
