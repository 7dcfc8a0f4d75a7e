"""YAML 1.2 text to plain values with the position of each; hostile text is refused in bounded time and memory."""

import re
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from skafu.blueprint.findings import BlueprintInvalid, Finding, Location, Position

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000
MAX_LINES = 20_000
MAX_NODES = 20_000
MAX_DEPTH = 40

_START = Position(1, 1)
_YAML_FIX = "Look at the indentation, at colons and at quotes of this line and the one above."
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_LONG_TAG = re.compile(r"(?:^|[\s\[{,:?-])!\S{200}")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)


class Comment(msgspec.Struct, frozen=True):
    """A comment and the element that it speaks of: above it, behind it, or at the end of the file."""

    text: str
    place: Location
    behind: bool


class Source(msgspec.Struct, frozen=True):
    """Plain values, where each of them (and each key) stands, and the comments between them."""

    values: Any
    keys: dict[Location, Position]
    positions: dict[Location, Position]
    lines: tuple[str, ...]
    comments: tuple[Comment, ...]


def decode(text: str | bytes, *, file: str) -> str:
    """Give the text without byte order mark and with plain line ends.

    Raises:
        BlueprintInvalid: too big, not UTF-8, or with characters that no text has.
    """
    if len(text) > MAX_BYTES:
        raise _refused(
            "too_large", f"the blueprint is larger than {MAX_BYTES // 1000} kB", file, fix="Split the system."
        )
    if isinstance(text, bytes):
        text = _from_utf8(text, file)
    text = text.removeprefix("\ufeff")
    strange = _UNPRINTABLE.search(text)
    if strange:
        raise _refused(
            "not_text",
            f"the character U+{ord(strange[0]):04X} is not allowed in YAML",
            file,
            _position(text, strange.start()),
            fix="Remove it, or write it escaped in a double-quoted text.",
        )
    text = re.sub("\r\n?|\x85|\u2028|\u2029", "\n", text)
    if text.count("\n") > MAX_LINES:
        raise _refused("too_large", f"the blueprint has more than {MAX_LINES} lines", file, fix="Split the system.")
    if _LONG_TAG.search(text):
        raise _refused("yaml_tag", "tags are not used in blueprints", file, fix="Remove the tag.")
    return text


def parse(text: str, *, file: str) -> Source:
    """Read one YAML document.

    Args:
        text: what `decode` gave.
        file: the name that findings carry.

    Raises:
        BlueprintInvalid: with every duplicate key, anchor and tag, or the first place that is no YAML.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    composer = _Composer(file)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            composer.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        raise _refused("yaml_syntax", f"this is no YAML: {said}", file, place, fix=_YAML_FIX) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _refused("yaml_syntax", f"this is no YAML: {error}", file, fix=_YAML_FIX) from None
    if composer.findings:
        raise BlueprintInvalid(composer.findings)
    return composer.source(text)


class _Mark(Protocol):
    """A place in the text; index, line and column count from 0."""

    index: int
    line: int
    column: int


class _Event(Protocol):
    """What the parser says next; only scalars have the last four."""

    start_mark: _Mark
    end_mark: _Mark
    anchor: str | None
    value: str
    style: str | None
    implicit: tuple[bool, bool]
    ctag: object


class _Open(msgspec.Struct):
    """A list or mapping whose end has not come yet."""

    place: Location
    value: dict[Any, Any] | list[Any]
    key: str | None = None


class _Composer:
    """Builds plain values from events, one at a time, so that a bomb is noticed before it is unpacked."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._root: Any = None
        self._open: list[_Open] = []
        self._nodes = 0
        self._documents = 0
        self._keys: dict[Location, Position] = {}
        self._positions: dict[Location, Position] = {}
        self._scalars: list[tuple[int, int]] = []
        self._starts: list[tuple[int, Location]] = []
        self.findings: list[Finding] = []

    def take(self, event: _Event) -> None:
        """Take the next event of the parser."""
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self._begin_document(event)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._open.pop()
        elif kind in {"MappingStartEvent", "SequenceStartEvent", "ScalarEvent", "AliasEvent"}:
            self._count(event)
            self._refuse_references(event)
            if kind == "ScalarEvent":
                self._take_scalar(event)
            elif kind != "AliasEvent":
                self._begin({} if kind == "MappingStartEvent" else [], event)
            else:
                self._place(None, event)

    def source(self, text: str) -> Source:
        """Give what was built, with the comments of the text."""
        comments = tuple(_comments(text, self._scalars, self._starts))
        return Source(self._root, self._keys, self._positions, tuple(text.split("\n")), comments)

    def _begin_document(self, event: _Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._stop(
                "yaml_syntax", "a blueprint is one YAML document; a second one starts here", event, fix="Remove it."
            )

    def _count(self, event: _Event) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._stop(
                "too_large", f"the blueprint has more than {MAX_NODES} values", event, fix="Split the system."
            )
        if len(self._open) > MAX_DEPTH:
            message = f"the blueprint is nested deeper than {MAX_DEPTH} levels"
            raise self._stop("too_deep", message, event, fix="Nest less.")

    def _refuse_references(self, event: _Event) -> None:
        if event.anchor is not None:
            self._note(
                "yaml_anchor", "anchors and aliases are not used in blueprints", event, fix="Write the value out."
            )
        tag = getattr(event, "ctag", None)
        if tag is not None:
            self._note("yaml_tag", f"the tag {tag} is not used in blueprints", event, fix="Remove the tag.")

    def _take_scalar(self, event: _Event) -> None:
        self._scalars.append((event.start_mark.index, event.end_mark.index))
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._take_key(top, event)
        else:
            plain = event.style is None and event.implicit[0]
            self._place(_plain_value(event.value) if plain else event.value, event)

    def _take_key(self, top: _Open, event: _Event) -> None:
        top.key = event.value
        place = (*top.place, event.value)
        if place in self._keys:
            self._note("duplicate_key", f"the key {event.value} is here twice", event, fix="Keep one of the two.")
        self._keys.setdefault(place, _mark(event))
        self._starts.append((event.start_mark.index, place))

    def _begin(self, value: dict[Any, Any] | list[Any], event: _Event) -> None:
        place = self._place(value, event)
        self._open.append(_Open(place, value))

    def _place(self, value: object, event: _Event) -> Location:
        place: Location = ()
        if self._open:
            place = self._place_inside(self._open[-1], value, event)
        else:
            self._root = value
        self._positions.setdefault(place, _mark(event))
        return place

    def _place_inside(self, top: _Open, value: object, event: _Event) -> Location:
        if isinstance(top.value, list):
            top.value.append(value)
            place = (*top.place, len(top.value) - 1)
            self._starts.append((event.start_mark.index, place))
            return place
        if top.key is None:
            raise self._stop("yaml_syntax", "a key must be a word", event, fix="Write a word before the colon.")
        key, top.key = top.key, None
        top.value[key] = value
        return (*top.place, key)

    def _note(self, code: str, message: str, event: _Event, *, fix: str = "") -> None:
        mark = _mark(event)
        words = ".".join(str(part) for part in self._open[-1].place) if self._open else ""
        self.findings.append(
            Finding(code, "error", message, path=words, fix=fix, file=self._file, line=mark.line, column=mark.column)
        )

    def _stop(self, code: str, message: str, event: _Event, *, fix: str = "") -> BlueprintInvalid:
        return _refused(code, message, self._file, _mark(event), fix=fix)


def _from_utf8(text: bytes, file: str) -> str:
    if text.startswith(_UTF_16_OR_32) or 0 in text[:2]:
        raise _refused("not_text", "the blueprint is UTF-16 or UTF-32", file, fix="Save it as UTF-8.")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        place = Position(line, error.start - text.rfind(b"\n", 0, error.start))
        raise _refused("not_text", "the blueprint is not UTF-8", file, place, fix="Save it as UTF-8.") from None


def _plain_value(text: str) -> str | int | float | None:
    """Resolve a plain scalar by the core schema of YAML 1.2 (section 10.3.2): no dates, no yes and no."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    if _FLOAT.fullmatch(text) and isfinite(float(text)):
        return float(text)
    return text


def _comments(text: str, scalars: list[tuple[int, int]], starts: list[tuple[int, Location]]) -> "Iterator[Comment]":
    """Find the comments (they stand outside of scalars) and the elements that they belong to."""
    if "#" not in text:
        return
    marks = sorted(starts)
    scalar = start = 0
    for found in re.finditer(r"(?:^|(?<=\s))#[^\n]*", text):
        while scalar < len(scalars) and scalars[scalar][1] <= found.start():
            scalar += 1
        if scalar < len(scalars) and scalars[scalar][0] <= found.start():
            continue
        while start < len(marks) and marks[start][0] < found.start():
            start += 1
        begin = text.rfind("\n", 0, found.start()) + 1
        behind = bool(text[begin : found.start()].strip())
        yield Comment(found[0].rstrip(), _owner(marks, start, begin, behind=behind), behind)


def _owner(marks: list[tuple[int, Location]], after: int, line: int, *, behind: bool) -> Location:
    """Give the first element of the comment's line, or of the lines below it."""
    if not behind:
        return marks[after][1] if after < len(marks) else ()
    first = after
    while first > 0 and marks[first - 1][0] >= line:
        first -= 1
    return marks[first][1] if first < after else marks[max(after - 1, 0)][1] if marks else ()


def _mark(event: _Event) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1)


def _position(text: str, index: int) -> Position:
    return Position(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def _refused(code: str, message: str, file: str, place: Position = _START, *, fix: str = "") -> BlueprintInvalid:
    finding = Finding(code, "error", message, fix=fix, file=file, line=place.line, column=place.column)
    return BlueprintInvalid([finding])
