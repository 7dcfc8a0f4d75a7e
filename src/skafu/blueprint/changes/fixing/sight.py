"""What a proposer of changes looks at: one finding, and the plain values that it is about."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

import msgspec

from skafu.blueprint.changes.change import Changes, RemoveItem, Rename, SetValue
from skafu.blueprint.changes.places import value_at
from skafu.blueprint.findings import Finding, Location

ALIKE = 0.5
"""From which share of equal letters on a word may be the one that was misspelt."""


class Sight(msgspec.Struct, frozen=True):
    """A finding in a blueprint."""

    values: Any
    finding: Finding

    @property
    def place(self) -> Location:
        """Where the finding is."""
        return self.finding.location

    @property
    def near(self) -> str:
        """The valid name that comes closest to the wrong one, if one does."""
        said = re.search(r"did you mean ([^?]+)\?", self.finding.message)
        return self.finding.nearest or (said[1] if said else "")

    def at(self, location: Location) -> Any:  # noqa: ANN401
        """The plain value at a location; nothing where there is none."""
        try:
            return value_at(self.values, location)
        except (KeyError, IndexError, TypeError):
            return None

    @property
    def here(self) -> Any:  # noqa: ANN401
        """The plain value that the finding is about; nothing where it is missing."""
        return self.at(self.place)

    def around(self, depth: int) -> Location:
        """The first steps of the place: 2 for the service, 4 for the aggregate."""
        return self.place[:depth]

    def named(self, location: Location, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The elements of a list below a location, with their indexes."""
        items = self.at((*location, key))
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, Mapping):
                yield index, item


Proposer = Callable[[Sight], Iterable[Changes]]
"""Gives changes that may mend a finding, the best first. Each is tried before it is offered."""


def removes(sight: Sight) -> Iterator[Changes]:
    """Take away what the finding is about."""
    yield (RemoveItem(sight.place),)


def sets(value: object) -> Proposer:
    """Let the place hold a value."""
    return lambda sight: [(SetValue(sight.place, value),)]


def swaps_word(sight: Sight) -> Iterator[Changes]:
    """Write the nearest valid name where the wrong one stands: in the text, or as the key."""
    near = sight.near
    if not near or not sight.place:
        return
    here = sight.here
    if isinstance(here, str):
        for start, end in _alike(here, near):
            yield (SetValue(sight.place, here[:start] + near + here[end:]),)
    if isinstance(sight.place[-1], str):
        yield (Rename(sight.place, near),)
    elif not isinstance(here, str):
        yield (SetValue(sight.place, near),)


def _alike(text: str, near: str) -> list[tuple[int, int]]:
    """The words of a text that are most like another one; with dots and hyphens, and without."""
    found = {found.span() for form in (r"[\w.-]+", r"\w+", r"\S+", ".+") for found in re.finditer(form, text)}
    rated = {span: SequenceMatcher(None, text[slice(*span)].lower(), near.lower()).ratio() for span in found}
    return sorted((span for span in rated if rated[span] >= ALIKE), key=lambda span: -rated[span])[:4]
