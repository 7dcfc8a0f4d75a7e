"""Documents as entries with the lines that they are written in, merged entry by entry: nothing is laid out anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from skafu.scaffold.merging.values import Clash, interleaved


class Unreadable(Exception):
    """It is no such document, or written in a way that can't be merged by its lines."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list.

    Attributes:
        lead: the comments and empty lines above it.
        text: its lines.
        head: where it has entries below it, the line above those.
        inner: the entries below it, when it has some that can be told apart.
        tail: the line below those.
    """

    lead: str
    text: str
    head: str = ""
    inner: "Block | None" = None
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Entries by name, in their order.

    Attributes:
        kind: what they are entries of.
        entries: by name.
        end: comments and empty lines below the last one.
        bare_last: whether the last one loses the comma at its end.
    """

    kind: Literal["mapping", "list"]
    entries: dict[str, Entry]
    end: str = ""
    bare_last: bool = False


_NEVER = Entry("", "")
"""An entry that was not there: no entry has an empty text."""


def merged_text(base: Block | None, ours: Block, theirs: Block) -> str:
    """Merge three versions of a block.

    Raises:
        Clash: both sides changed one entry, each in its way.
    """
    if ours.entries and theirs.entries and ours.kind != theirs.kind:
        raise Clash
    before = base.entries if base is not None else {}
    texts = [
        "".join(_merged_entry(before.get(name), ours.entries.get(name), theirs.entries.get(name)))
        for name in interleaved(list(ours.entries), list(theirs.entries))
    ]
    texts = [text for text in texts if text]
    if ours.bare_last and texts:
        texts[-1] = _without_comma(texts[-1])
    return "".join(texts) + _picked(base.end if base is not None else "", ours.end, theirs.end)


def _merged_entry(base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Iterator[str]:
    if ours is None or theirs is None:
        there = ours or theirs
        if base is None and there is not None:
            yield there.lead + there.text
        elif base is None or there is None or (base.lead, base.text) != (there.lead, there.text):
            raise Clash
        return
    was = base or _NEVER
    yield _picked(was.lead, ours.lead, theirs.lead)
    try:
        yield _picked(was.text, ours.text, theirs.text)
    except Clash:
        if ours.inner is None or theirs.inner is None:
            raise
        yield _picked(was.head, ours.head, theirs.head)
        yield merged_text(was.inner, ours.inner, theirs.inner)
        yield _picked(was.tail, ours.tail, theirs.tail)


def _picked(base: str, ours: str, theirs: str) -> str:
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    raise Clash


def _without_comma(text: str) -> str:
    bare = text.rstrip("\n")
    return bare.removesuffix(",") + text[len(bare) :]


def lines_of(text: str) -> list[str]:
    """The lines of a text, each with a line feed at its end.

    Raises:
        Unreadable: lines end in some other way too.
    """
    if set("\r\x0b\x0c\x85\u2028\u2029") & set(text):
        raise Unreadable
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
