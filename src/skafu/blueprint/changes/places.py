"""From the place that a change names to the location in the plain values."""

from collections.abc import Mapping
from typing import Any

from skafu.blueprint.changes.change import Place
from skafu.blueprint.findings import Location
from skafu.blueprint.shape import NAMING_KEYS
from skafu.kernel.errors import Invalid, NotFound


class NoSuchPlace(NotFound):
    """A change is about a place that the blueprint does not have."""

    def __init__(self, place: Place) -> None:
        """Say which."""
        said = ".".join(str(step) for step in place)
        super().__init__(f"the blueprint has no {said or 'such place'}", fix="look at the blueprint as it is now")


class UnusableChange(Invalid):
    """A change that no blueprint can take."""


def located(values: object, place: Place) -> Location:
    """Find a place: names of elements become indexes.

    Raises:
        NoSuchPlace: it is not there.
    """
    location: Location = ()
    here = values
    for step in place:
        found = step_in(here, step)
        if found is None:
            raise NoSuchPlace(place)
        location = (*location, found)
        here = inside(here, found)
    return location


def known_part(values: object, place: Place) -> tuple[Location, Place]:
    """Split a place into the location of what is there, and what is not there yet."""
    location: Location = ()
    here = values
    for at, step in enumerate(place):
        found = step_in(here, step)
        if found is None or inside(here, found) is None:
            return location, place[at:]
        location = (*location, found)
        here = inside(here, found)
    return location, ()


def step_in(here: object, step: str | int) -> str | int | None:
    """The key or index that a step means, if there is one."""
    if isinstance(here, Mapping):
        return step if step in here else None
    if not isinstance(here, list):
        return None
    if isinstance(step, int):
        return step if 0 <= step < len(here) else None
    return next((at for at, item in enumerate(here) if item_name(item) == step), None)


def item_name(item: object) -> str | None:
    """What an item of a list is called: its name, or the word that it is."""
    if isinstance(item, Mapping):
        names = (item.get(key) for key in NAMING_KEYS)
        return next((name for name in names if isinstance(name, str) and name), None)
    return item if isinstance(item, str) else None


def inside(here: Any, step: str | int) -> Any:  # noqa: ANN401
    """The value at a key or index that is there."""
    return here[step]


def value_at(values: Any, location: Location) -> Any:  # noqa: ANN401
    """The plain value at a location that is there."""
    for step in location:
        values = values[step]
    return values
