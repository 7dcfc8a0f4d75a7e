"""How our commits look at every host: the same files at the same moment are the same commit, which says whose it is."""

from typing import Final

import msgspec

from skafu.contexts.github.ports import Commit, Files, Remote
from skafu.workspace.git_names import Entry, commit_oid, entries_of, tree_oid
from skafu.workspace.git_objects import Oid

NAME: Final = "Skafu"
MAIL: Final = "skafu@localhost"
PERSON: Final = f"{NAME} <{MAIL}>"
_TRAILER: Final = "Skafu-Repository"


class Planned(msgspec.Struct, frozen=True):
    """A commit before it is made: all its names are known."""

    entries: dict[str, Entry]
    tree: Oid
    message: str
    oid: Oid


def planned(remote: Remote, files: Files, commit: Commit) -> Planned:
    """Work out what a commit will be."""
    entries = entries_of(files)
    tree = tree_oid(entries)
    message = signed(commit.message, remote.repository_id)
    return Planned(entries, tree, message, commit_oid(tree, commit.upon, PERSON, commit.at, message))


def signed(words: str, repository_id: str) -> str:
    """The message of a commit, with the trailer that says to which repository of ours it belongs."""
    return f"{words.strip()}\n\n{_TRAILER}: {repository_id}\n"


def is_ours(message: str, repository_id: str) -> bool:
    """Whether a commit with this message belongs to a repository of ours."""
    return message.rstrip().endswith(f"\n{_TRAILER}: {repository_id}")


def changes(before: dict[str, Entry], after: dict[str, Entry]) -> dict[str, Entry | None]:
    """What differs: new and changed files, and none for those that are gone."""
    changed: dict[str, Entry | None] = {path: entry for path, entry in after.items() if before.get(path) != entry}
    return changed | dict.fromkeys(before.keys() - after.keys())
