"""Documents that can be changed key by key without losing comments and layout: TOML and JSON."""

import json
import re
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence
from typing import Any, Protocol

import tomlkit
from tomlkit.exceptions import TOMLKitError

from skafu.scaffold.merging.values import ABSENT, Plain, name_of

# A node of a document that remembers its layout.
Node = Any


class DocumentUnreadable(Exception):
    """It is no such document, or it could not be written as it stands."""


class Document(Protocol):
    """A document in memory."""

    def plain(self) -> Plain:
        """What it holds, as plain values."""

    def become(self, expected: Plain, other: "Document") -> None:
        """Change it to hold what is expected; what is new is taken from another document, with its layout."""

    def text(self) -> str:
        """Write it."""


class _Layered:
    """A document of nodes that are mappings and sequences."""

    root: Node

    def plain(self) -> Plain:
        """What it holds, as plain values."""
        return _plain(self.root)

    def become(self, expected: Plain, other: "Document") -> None:
        """Change it to hold what is expected; what is new is taken from another document, with its layout."""
        self.root = _become(self.root, expected, other.root if isinstance(other, _Layered) else ABSENT)


class TomlDocument(_Layered):
    """A TOML document; every byte that is not changed survives."""

    def __init__(self, text: str) -> None:
        """Read it.

        Raises:
            DocumentUnreadable: it is no TOML.
        """
        try:
            self.root = tomlkit.parse(text)
        except (TOMLKitError, ValueError, RecursionError) as error:
            raise DocumentUnreadable(str(error)) from error

    def text(self) -> str:
        """Write it."""
        return tomlkit.dumps(self.root)


class JsonDocument(_Layered):
    """A JSON document in one of the usual layouts."""

    def __init__(self, text: str) -> None:
        """Read it.

        Raises:
            DocumentUnreadable: it is no JSON, or laid out by hand.
        """
        try:
            self.root = json.loads(text) if text else {}
        except (ValueError, RecursionError) as error:
            raise DocumentUnreadable(str(error)) from error
        indent = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
        self._indent = indent[1] if indent else None
        self._end = "\n" if text.endswith("\n") else ""
        self._ascii = text.isascii()
        if text and self.text() != text:
            raise DocumentUnreadable

    def text(self) -> str:
        """Write it."""
        return json.dumps(self.root, indent=self._indent, ensure_ascii=self._ascii) + self._end


_READERS: Mapping[str, Callable[[str], Document]] = {
    ".toml": TomlDocument,
    ".json": JsonDocument,
}


def reader_of(path: str) -> Callable[[str], Document]:
    """What reads a document, by the ending of its name."""
    return next(reader for ending, reader in _READERS.items() if path.endswith(ending))


def _plain(node: Node) -> Plain:
    if isinstance(node, Mapping):
        return {_plain(key): _plain(value) for key, value in node.items()}
    if isinstance(node, MutableSequence):
        return [_plain(one) for one in node]
    unwrap = getattr(node, "unwrap", None)
    if unwrap is not None:
        return unwrap()
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _become(node: Node, expected: Plain, other: Node) -> Node:
    """Change a node to hold what is expected; give the node, or the other one that holds it."""
    if _plain(node) == expected:
        return node
    if isinstance(node, MutableMapping) and isinstance(expected, Mapping):
        _change_mapping(node, expected, other if isinstance(other, Mapping) else {})
        return node
    if isinstance(node, MutableSequence) and isinstance(expected, list):
        _change_sequence(node, expected, other if isinstance(other, MutableSequence) else [])
        return node
    return other if other is not ABSENT and _plain(other) == expected else expected


def _change_mapping(node: Node, expected: Mapping[Plain, Plain], other: Mapping[Plain, Node]) -> None:
    for key in [key for key in node if _plain(key) not in expected]:
        del node[key]
    for place, (key, value) in enumerate(expected.items()):
        if key not in node:
            _insert(node, place, key, _become(ABSENT, value, other.get(key, ABSENT)))
        elif _plain(node[key]) != value:
            node[key] = _become(node[key], value, other.get(key, ABSENT))


def _insert(node: Node, place: int, key: Plain, value: Node) -> None:
    if type(node) is not dict:
        node[key] = value
        return
    behind = [(one, node.pop(one)) for one in list(node)[place:]]
    node[key] = value
    node.update(behind)


def _change_sequence(node: Node, expected: list[Plain], other: MutableSequence[Node]) -> None:
    names = [name_of(one) for one in expected]
    for at in reversed(range(len(node))):
        if name_of(_plain(node[at])) not in names:
            del node[at]
    theirs = {name_of(_plain(one)): one for one in other}
    for at, (name, value) in enumerate(zip(names, expected, strict=True)):
        if at >= len(node) or name_of(_plain(node[at])) != name:
            node.insert(at, _become(ABSENT, value, theirs.get(name, ABSENT)))
        elif _plain(node[at]) != value:
            node[at] = _become(node[at], value, theirs.get(name, ABSENT))
