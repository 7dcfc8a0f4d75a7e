"""A blueprint as canonical YAML: one text for one meaning, with the comments of the text that it was read from."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skafu.blueprint.document import Document
from skafu.blueprint.model import FORMAT_VERSION, Blueprint
from skafu.blueprint.shape import item_word, words

WIDTH = 120
LARGE = 1e15
_ALWAYS_LISTED = {
    "services", "integrations", "value_types", "aggregates", "commands", "events",
    "queries", "policies", "timers", "calls", "workflows", "steps",
}  # fmt: skip
"""Lists with a line for each item, however short they are."""
_ALWAYS_OPEN = {"services", "aggregates", "workflows"}
"""Lists whose items have a line for each key."""
_UNSAFE_START = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`\s]|$")
_STRANGE = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_UNSAFE = re.compile(rf": |:$| #|\s$|{_STRANGE.pattern}")
_UNSAFE_IN_FLOW = re.compile(r"[,\[\]{}]")
_NOT_TEXT = re.compile(
    r"~|null|true|false|yes|no|on|off|y|n|<<|=|[-+.0-9][-+.,:_0-9a-fox]*|\.(inf|nan)|[-+]\.inf|[0-9]{4}-[0-9]{2}-[0-9]{2}.*",
    re.IGNORECASE,
)
"""Plain scalars that this or another reader of YAML, also of version 1.1, takes for something else than text."""


def write(subject: Document | Blueprint) -> str:
    """Write a blueprint.

    Args:
        subject: a blueprint, or a document, whose comments are kept: above and behind the elements of the same name.

    Returns:
        YAML with keys in the order of the model, without defaults that nobody wrote down; reading it and writing it
        again gives the same text.
    """
    if isinstance(subject, Blueprint):
        return _Writer(plain(subject), {}, {}).text()
    above: dict[str, list[str]] = {}
    behind: dict[str, str] = {}
    values = plain(subject.blueprint)
    known = _places(values) if subject.source.comments else set()
    first = next(iter(subject.source.values))
    for comment in subject.source.comments:
        place = _kept(words(subject.source.values, comment.place), known)
        if place == first and not comment.behind:
            place = "skafu"
        if comment.behind and place and place not in behind:
            behind[place] = comment.text
        else:
            above.setdefault(place, []).append(comment.text)
    return _Writer(values, above, behind).text()


def plain(blueprint: Blueprint) -> dict[str, Any]:
    """Give a blueprint as plain values in canonical order: what was written down, and the format version."""
    values = blueprint.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return {"skafu": FORMAT_VERSION, **{key: value for key, value in values.items() if key != "skafu"}}


def one_line(value: object, *, in_flow: bool) -> str:
    """Write a plain value on one line, however long it gets; `in_flow` is within brackets or braces."""
    return _flow(value, in_flow=in_flow)


def entry_text(key: str, value: object, indent: int) -> str:
    """Write a key and its value as they stand in a block, from the key on; the lines below are indented."""
    writer = _Writer({}, {}, {})
    writer.entry(key, value, indent)
    return writer.text()[indent:-1]


def item_text(key: str, value: object, indent: int) -> str:
    """Write an item of the list of a key as it stands in a block, from its dash on; the lines below are indented."""
    writer = _Writer({}, {}, {})
    writer.item(key, value, indent)
    return writer.text()[indent:-1]


class _Writer:
    """Writes plain values line by line."""

    def __init__(self, values: dict[str, Any], above: Mapping[str, Sequence[str]], behind: Mapping[str, str]) -> None:
        self._values = values
        self._above = above
        self._behind = behind
        self._commented = {place for place in (*above, *behind) if place}
        self._lines: list[str] = []

    def text(self) -> str:
        self._mapping(self._values, "", 0)
        self._lines += self._above.get("", ())
        return "\n".join(self._lines) + "\n"

    def entry(self, key: str, value: object, indent: int) -> None:
        self._entry(key, value, "", indent, start=" " * indent)

    def item(self, key: str, value: object, indent: int) -> None:
        self._items((value,), "", indent, open_items=key in _ALWAYS_OPEN)

    def _mapping(self, values: Mapping[str, Any], place: str, indent: int, *, first: str = "") -> None:
        """Write a line for each key; `first` is what the first line starts with instead of spaces."""
        for key, value in values.items():
            inner = f"{place}.{key}" if place else key
            self._comments(inner, indent if not first else indent - 2)
            self._entry(key, value, inner, indent, start=first or " " * indent)
            first = ""

    def _entry(self, key: str, value: object, place: str, indent: int, *, start: str) -> None:
        head = f"{start}{_scalar(key, in_flow=True)}:"
        flow = self._flow_text(value, place, len(head) + 1, open_list=key in _ALWAYS_LISTED)
        behind = self._behind.get(place, "")
        if flow is not None:
            self._line(f"{head} {flow}", behind)
            return
        self._line(head, behind)
        if isinstance(value, Mapping):
            self._mapping(value, place, indent + 2)
        elif isinstance(value, Sequence):
            self._items(value, place, indent + 2, open_items=key in _ALWAYS_OPEN)

    def _items(self, items: Sequence[object], place: str, indent: int, *, open_items: bool) -> None:
        for at, item in enumerate(items):
            inner = place + item_word(item, at)
            self._comments(inner, indent)
            dash = " " * indent + "- "
            flow = None if open_items and item else self._flow_text(item, inner, len(dash), open_list=False)
            if flow is None and isinstance(item, Mapping):
                key = next(iter(item))
                self._behind = self._moved(inner, f"{inner}.{key}")
                self._mapping(item, inner, indent + 2, first=dash)
            else:
                self._line(f"{dash}{_flow(item) if flow is None else flow}", self._behind.get(inner, ""))

    def _moved(self, item: str, first_key: str) -> Mapping[str, str]:
        """Let the comment behind an item stand on its first line, which is that of its first key."""
        if item not in self._behind:
            return self._behind
        both = " ".join(filter(None, (self._behind[item], self._behind.get(first_key, ""))))
        return {**self._behind, first_key: both}

    def _flow_text(self, value: object, place: str, column: int, *, open_list: bool) -> str | None:
        """Give a value on one line, where it fits and no comment inside of it gets lost; nothing elsewhere."""
        is_container = isinstance(value, Mapping | list | tuple) and len(value) > 0
        if not is_container:
            return _flow(value, in_flow=False)
        inside = (f"{place}.", f"{place}[")
        if open_list or any(commented.startswith(inside) for commented in self._commented):
            return None
        flow = _flow(value)
        only_lists = isinstance(value, list) and all(isinstance(item, list) for item in value)
        return flow if only_lists or column + len(flow) <= WIDTH else None

    def _comments(self, place: str, indent: int) -> None:
        self._lines += [f"{' ' * indent}{text}" for text in self._above.get(place, ())]

    def _line(self, text: str, behind: str) -> None:
        self._lines.append(f"{text}  {behind}" if behind else text)


def _kept(place: str, known: set[str]) -> str:
    """Give the place of a comment, or the nearest one around it that still is there."""
    while place and place not in known:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return place


def _places(value: object, place: str = "") -> set[str]:
    found = {place}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            found |= _places(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            found |= _places(inner, place + item_word(inner, at))
    return found


def _flow(value: object, *, in_flow: bool = True) -> str:
    match value:
        case Mapping():
            pairs = (f"{_scalar(str(key), in_flow=True)}: {_flow(inner)}" for key, inner in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(_flow(inner) for inner in value) + "]"
        case _:
            return _scalar(value, in_flow=in_flow)


def _scalar(value: object, *, in_flow: bool) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return value if _is_plain(value, in_flow=in_flow) else _quoted(value)
        case float() if value == int(value) and abs(value) < LARGE:
            return str(int(value))
        case _:
            return repr(value)


def _is_plain(text: str, *, in_flow: bool) -> bool:
    if _UNSAFE_START.match(text) or _UNSAFE.search(text) or _NOT_TEXT.fullmatch(text):
        return False
    return not (in_flow and _UNSAFE_IN_FLOW.search(text))


def _quoted(text: str) -> str:
    """Quote a text: single where it holds double quotes or backslashes and nothing to escape, double elsewhere."""
    strange = _STRANGE.search(text)
    if not strange and "'" not in text and ('"' in text or "\\" in text):
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_STRANGE.sub(_escaped, escaped)}"'


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
