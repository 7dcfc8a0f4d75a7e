"""A blueprint together with the text that it was read from: positions for findings, comments for rewriting."""

import msgspec

from skafu.blueprint.findings import Finding, Location, Position, Severity
from skafu.blueprint.model import Blueprint
from skafu.blueprint.shape import words
from skafu.blueprint.yaml_source import Source


class Note(msgspec.Struct, frozen=True):
    """A finding that does not know yet where in the file it stands.

    Attributes:
        offset: characters from the start of the text at the location, for findings inside of expressions and types.
        at_key: the key is wrong, not its value.
    """

    code: str
    severity: Severity
    location: Location
    message: str
    expected: str = ""
    nearest: str = ""
    fix: str = ""
    offset: int = 0
    at_key: bool = False


class Document(msgspec.Struct, frozen=True):
    """What `read` gives.

    Attributes:
        blueprint: the typed model.
        source: the plain values as they were read (after upgrades), their positions and the comments.
        file: the name of the file, for findings.
    """

    blueprint: Blueprint
    source: Source
    file: str

    @property
    def positions(self) -> dict[Location, Position]:
        """Where the value at each location stands."""
        return self.source.positions


def placed(note: Note, values: object, source: Source | None = None, file: str = "") -> Finding:
    """Turn a note into a finding.

    Args:
        note: what is wrong.
        values: the blueprint, or its plain values, for the path in words.
        source: where each value stands; a blueprint that was never a file has none.
        file: the name of the file.
    """
    position = _position(note, source) if source else Position(0, 0)
    return Finding(
        note.code,
        note.severity,
        note.message,
        path=words(values, note.location),
        expected=note.expected,
        nearest=note.nearest,
        fix=_fix(note),
        file=file,
        line=position.line,
        column=position.column,
        location=note.location,
    )


def _fix(note: Note) -> str:
    """Give the fix as a sentence; where nobody knows a better one, what was expected."""
    said = note.fix or (f"Give {note.expected}" if note.expected else "")
    return f"{said[0].upper()}{said[1:]}{'' if said.endswith(('.', '...')) else '.'}" if said else ""


def _position(note: Note, source: Source) -> Position:
    place = note.location
    if note.at_key and place in source.keys:
        return source.keys[place]
    while place and place not in source.positions:
        place = place[:-1]
    position = source.positions.get(place, Position(1, 1))
    if note.offset and place == note.location:
        return _shifted(position, note.offset, source)
    return position


def _shifted(position: Position, offset: int, source: Source) -> Position:
    """Move into a text, as far as it stands on the line on which it starts (behind its quote, if it has one)."""
    line = source.lines[position.line - 1]
    quoted = line[position.column - 1 : position.column] in {'"', "'"}
    column = position.column + quoted + offset
    return Position(position.line, column) if column <= len(line) else position
