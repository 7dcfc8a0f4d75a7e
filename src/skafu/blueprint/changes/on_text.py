"""Changes of a blueprint's text: what they are not about stays as it is, to the letter."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from skafu.blueprint.changes.change import Change
from skafu.blueprint.changes.edits import Delete, Edit, Insert, Put, Rekey, applied, edits_of
from skafu.blueprint.changes.outline import Node, node_at, outline
from skafu.blueprint.changes.places import UnusableChange
from skafu.blueprint.findings import BlueprintInvalid, Location
from skafu.blueprint.shape import keys_of, part_at
from skafu.blueprint.writing import entry_text, item_text, one_line
from skafu.blueprint.yaml_source import decode, parse
from skafu.kernel.errors import Refused


class PlaceNotEditable(Refused):
    """The text is written in a way that can't be edited in place."""


class Splice(msgspec.Struct, frozen=True):
    """New text for a stretch of the old one."""

    start: int
    end: int
    text: str


def change_text(text: str, changes: Iterable[Change], *, file: str = "skafu.yaml") -> str:
    """Make changes in the text of a blueprint, one after the other.

    Comments, the order of keys and the way in which everything else is written stay. The blueprint need not be right:
    what can't be read as one, or has findings, can be changed as long as it is YAML.

    Args:
        text: of the blueprint.
        changes: in their order; each is about what the one before it left.
        file: the name that findings carry.

    Returns:
        The new text; line ends are those of Unix.

    Raises:
        BlueprintInvalid: the text, or what it would become, is no YAML that a blueprint may be.
        NoSuchPlace: a change is about a place that is not there.
        UnusableChange: a change makes no sense where it is.
        PlaceNotEditable: the place is written in a way that can't be edited.
    """
    text = decode(text, file=file)
    values = parse(text, file=file).values
    for change in changes:
        edits = edits_of(values, change)
        values = applied(values, edits)
        text = _edited(text, edits, values, file)
    return text


def change_values(values: Any, changes: Iterable[Change]) -> Any:  # noqa: ANN401
    """Make changes in plain values, as `change_text` does in a text.

    Raises:
        NoSuchPlace: a change is about a place that is not there.
        UnusableChange: a change makes no sense where it is.
    """
    for change in changes:
        values = applied(values, edits_of(values, change))
    return values


def _edited(text: str, edits: Sequence[Edit], expected: object, file: str) -> str:
    """Edit the text, and see that it now says what it should: a file may be written in ways that nobody foresaw."""
    editor = _Editor(text)
    try:
        new = _spliced(text, [editor.splice(edit) for edit in edits])
        if parse(decode(new, file=file), file=file).values == expected:
            return new
    except BlueprintInvalid as error:
        found = error.findings[0]
        if found.code in {"too_large", "too_deep", "not_text"}:
            raise UnusableChange(f"the change makes no blueprint: {found.message}", fix=found.fix) from error
    raise PlaceNotEditable(
        "the place is written in a way that can't be changed without touching the rest",
        fix="write it like the examples do, on lines of its own, and try again",
    )


def _spliced(text: str, splices: Iterable[Splice]) -> str:
    for splice in sorted(splices, key=lambda one: one.start, reverse=True):
        text = text[: splice.start] + splice.text + text[splice.end :]
    return text


class _Editor:
    """Turns edits into splices of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = outline(text)

    def splice(self, edit: Edit) -> Splice:
        match edit:
            case Put(at, value):
                return self._put(at, value)
            case Insert(to, index, value):
                return self._insert(to, index, value)
            case Delete(at):
                return self._delete(at)
            case Rekey(at, key):
                start, end = node_at(self._root, at[:-1]).keys[str(at[-1])]
                return Splice(start, end, one_line(key, in_flow=True))

    def _put(self, at: Location, value: object) -> Splice:
        holder, step = node_at(self._root, at[:-1]), at[-1]
        if step not in holder.inner:
            return self._put_new(at, holder, value)
        node = holder.inner[step]
        if holder.flow:
            return Splice(node.start, node.end, one_line(value, in_flow=True))
        start = holder.keys[str(step)][0] if isinstance(step, str) else self._dash(node)
        written = self._written(at, value, self._column(start))
        if node.is_block or "\n" in written or node.start == node.end:
            return Splice(start, max(node.end, start), written)
        return Splice(node.start, node.end, one_line(value, in_flow=False))

    def _put_new(self, at: Location, holder: Node, value: object) -> Splice:
        key = str(at[-1])
        before = _key_before(at, holder)
        if holder.flow:
            entry = f"{one_line(key, in_flow=True)}: {one_line(value, in_flow=True)}"
            return self._in_flow(holder, entry, after=before)
        first = next(iter(holder.keys.values()))[0]
        indent = self._column(first)
        entry = entry_text(key, value, indent)
        if before is None:
            return Splice(first, first, f"{entry}\n{' ' * indent}")
        end = self._line_end(holder.inner[before].end or holder.keys[before][1])
        return Splice(end, end, f"\n{' ' * indent}{entry}")

    def _insert(self, to: Location, index: int, value: object) -> Splice:
        holder = node_at(self._root, to)
        if holder.flow or not holder.inner:
            return self._in_flow(holder, one_line(value, in_flow=True), after=index - 1 if index else None)
        start = self._dash(holder.inner[min(index, len(holder.inner) - 1)])
        indent = self._column(start)
        item = item_text(str(to[-1]), value, indent)
        if index < len(holder.inner):
            return Splice(start, start, f"{item}\n{' ' * indent}")
        end = self._line_end(holder.end)
        return Splice(end, end, f"\n{' ' * indent}{item}")

    def _in_flow(self, holder: Node, entry: str, *, after: str | int | None) -> Splice:
        if not holder.inner:
            return Splice(holder.start + 1, holder.end - 1, entry)
        if after is not None:
            end = holder.inner[after].end
            return Splice(end, end, f", {entry}")
        start = min([start for start, _ in holder.keys.values()] or [holder.inner[0].start])
        return Splice(start, start, f"{entry}, ")

    def _delete(self, at: Location) -> Splice:
        holder, step = node_at(self._root, at[:-1]), at[-1]
        steps = list(holder.inner)
        place = steps.index(step)
        after = steps[place + 1] if place + 1 < len(steps) else None
        start, end = self._start(holder, step), holder.inner[step].end
        if holder.flow:
            if after is not None:
                return Splice(start, self._start(holder, after), "")
            return Splice(holder.inner[steps[place - 1]].end if place else start, end, "")
        line = start - self._column(start)
        if self._text[line:start].strip() and after is not None:
            return Splice(start, self._start(holder, after), "")
        return Splice(line, self._line_end(max(end, start)) + 1, "")

    def _start(self, holder: Node, step: str | int) -> int:
        """Where an entry begins: its key, its dash, or itself in a list in brackets."""
        if isinstance(step, str):
            return holder.keys[step][0]
        return holder.inner[step].start if holder.flow else self._dash(holder.inner[step])

    def _written(self, at: Location, value: object, indent: int) -> str:
        if isinstance(at[-1], str):
            return entry_text(at[-1], value, indent)
        return item_text(str(at[-2]), value, indent)

    def _dash(self, node: Node) -> int:
        return len(self._text[: node.start].rstrip()) - 1

    def _column(self, index: int) -> int:
        return index - (self._text.rfind("\n", 0, index) + 1)

    def _line_end(self, index: int) -> int:
        end = self._text.find("\n", index)
        return len(self._text) if end < 0 else end


def _key_before(at: Location, holder: Node) -> str | None:
    """The key after which a new one stands: the last of those that the model has before it, else the last of all."""
    there = list(holder.keys)
    part = part_at(at[:-1])
    order = keys_of(part) if part else ()
    if at[-1] not in order:
        return there[-1] if there else None
    earlier = set(order[: order.index(str(at[-1]))])
    return next((key for key in reversed(there) if key in earlier), None)
