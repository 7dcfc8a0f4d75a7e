"""Where each value of a text begins and ends, which is what an edit of the text needs to know."""

from typing import Any, Protocol

import msgspec

from skafu.blueprint.findings import Location


class Node(msgspec.Struct):
    """A value in the text; places are characters from its start, the end itself left out.

    Attributes:
        start: of the value; where it would be, when nothing is written.
        end: behind its last character that says something.
        flow: a list or mapping in brackets or braces.
        keys: of a mapping, where each key begins and ends.
        inner: what is in a list or mapping, by key or index.
    """

    start: int
    end: int
    flow: bool = False
    is_open: bool = False
    keys: dict[str, tuple[int, int]] = {}
    inner: "dict[str | int, Node]" = {}

    @property
    def is_block(self) -> bool:
        """Whether it is a list or mapping over lines of its own."""
        return self.is_open and not self.flow


class _Mark(Protocol):
    index: int


class _Event(Protocol):
    start_mark: _Mark
    end_mark: _Mark
    value: str
    flow_style: bool


def outline(text: str) -> Node:
    """Find the places of all values.

    Args:
        text: YAML that `yaml_source.parse` has read, so that it is bounded and has neither anchors nor tags.
    """
    from ruamel.yaml import YAML

    outliner = _Outliner(text)
    for event in YAML(typ="safe", pure=True).parse(text):
        outliner.take(event)
    return outliner.root


def node_at(root: Node, location: Location) -> Node:
    """The node at a location that is there."""
    for step in location:
        root = root.inner[step]
    return root


class _Outliner:
    """Builds nodes from the events of the parser."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[Node] = []
        self._keys: list[str | None] = []
        self._is_list: list[bool] = []
        self.root = Node(0, 0)

    def take(self, event: Any) -> None:  # noqa: ANN401
        kind = type(event).__name__
        if kind in {"MappingStartEvent", "SequenceStartEvent"}:
            node = Node(event.start_mark.index, event.end_mark.index, bool(event.flow_style), is_open=True)
            self._add(node)
            self._open.append(node)
            self._keys.append(None)
            self._is_list.append(kind == "SequenceStartEvent")
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._close(event)
        elif kind == "ScalarEvent":
            self._scalar(event)

    def _scalar(self, event: _Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        end = start + len(self._text[start:end].rstrip())
        if self._open and not self._is_list[-1] and self._keys[-1] is None:
            self._keys[-1] = event.value
            self._open[-1].keys[event.value] = (start, end)
        else:
            self._add(Node(start, end) if end > start else self._missing(start))

    def _missing(self, index: int) -> Node:
        """A key without a value: that would stand behind its colon, and the parser says where the next word stands."""
        key = self._keys[-1] if self._open else None
        if key is not None:
            end = self._open[-1].keys[key][1]
            index = end + len(self._text[end:]) - len(self._text[end:].lstrip().removeprefix(":"))
        return Node(index, index)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        holder, key = self._open[-1], self._keys[-1]
        holder.inner[len(holder.inner) if key is None else key] = node
        self._keys[-1] = None

    def _close(self, event: _Event) -> None:
        node = self._open.pop()
        self._keys.pop()
        self._is_list.pop()
        last = max((inner.end for inner in node.inner.values()), default=node.end)
        node.end = event.end_mark.index if node.flow else last
