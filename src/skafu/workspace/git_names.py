"""The names that git gives to trees and commits, worked out without git: who knows them need not ask what is there.

The forms of the objects: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from skafu.scaffold import File
from skafu.workspace.git_objects import FOLDER, Oid, blob_oid, content_of, mode_of

Entry = tuple[str, Oid]
"""Mode and object of a file."""


def entries_of(files: Mapping[str, File]) -> dict[str, Entry]:
    """Mode and object of each file, by path."""
    return {path: (mode_of(file), blob_oid(content_of(file))) for path, file in files.items()}


def tree_oid(entries: Mapping[str, Entry]) -> Oid:
    """The name of the tree that holds these files, folders included."""
    here: dict[str, Entry] = {}
    below: dict[str, dict[str, Entry]] = {}
    for path, entry in entries.items():
        name, slash, rest = path.partition("/")
        if slash:
            below.setdefault(name, {})[rest] = entry
        else:
            here[name] = entry
    here |= {name: (FOLDER, tree_oid(inner)) for name, inner in below.items()}
    lines = sorted(
        (_raw(name) + (b"/" if mode == FOLDER else b""), mode, _raw(name), oid) for name, (mode, oid) in here.items()
    )
    return _named(
        "tree", b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for _, mode, name, oid in lines)
    )


def commit_oid(tree: Oid, upon: Oid, person: str, at: datetime, message: str) -> Oid:
    """The name of a commit with one parent or none.

    Args:
        tree: what it holds.
        upon: the commit before; empty for the first.
        person: author and committer, as `Name <mail>`.
        at: when; whole seconds count, told in UTC.
        message: the words, to the last byte.
    """
    who = f"{person} {int(at.timestamp())} +0000"
    parent = f"parent {upon}\n" if upon else ""
    return _named("commit", f"tree {tree}\n{parent}author {who}\ncommitter {who}\n\n{message}".encode())


def _raw(name: str) -> bytes:
    return name.encode(errors="surrogateescape")


def _named(kind: str, content: bytes) -> Oid:
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()
