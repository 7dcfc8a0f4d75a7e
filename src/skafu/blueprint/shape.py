"""What the model says about a place of a blueprint: which part stands there, and which keys it knows."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from skafu.blueprint.findings import Location
from skafu.blueprint.model import Blueprint, Part

NAMING_KEYS = ("name", "code", "event")


@cache
def keys_of(part: type[Part]) -> tuple[str, ...]:
    """Give the keys of a part as people write them (`if`, not `if_`), in their order."""
    return tuple(field.alias or name for name, field in part.model_fields.items())


@cache
def children_of(part: type[Part]) -> dict[str, object]:
    """Give the annotation of each key of a part."""
    return {field.alias or name: field.annotation for name, field in part.model_fields.items()}


def part_at(location: Location) -> type[Part] | None:
    """Give the part of the model that stands at a place; nothing where a plain value or a mapping of names stands."""
    here: object = Blueprint
    for step in location:
        here = _step(here, step)
        if here is None:
            return None
    return _part_in(here)


def words(values: object, location: Location) -> str:
    """Say a place in words: elements of lists by their name where they have one.

    Args:
        values: the blueprint, or its plain values.
        location: keys and indexes from the root.
    """
    said = ""
    here = values
    for step in location:
        here = inside(here, step)
        said += item_word(here, step) if isinstance(step, int) else f".{step}"
    return said.removeprefix(".")


def inside(here: object, step: str | int) -> object:
    """Give what stands below a key or an index of a part or a plain value; nothing where there is no such."""
    if isinstance(here, Part):
        return getattr(here, step if step in type(here).model_fields else f"{step}_", None)
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, list | tuple) and isinstance(step, int) and step < len(here):
        return here[step]
    return None


def item_word(item: object, index: int) -> str:
    """Say which item of a list is meant: `.Order` by its name, `[2]` where it has none."""
    names = (inside(item, key) for key in NAMING_KEYS)
    return next((f".{name}" for name in names if isinstance(name, str) and name), f"[{index}]")


def _step(annotation: object, step: str | int) -> object:
    """Descend one step into an annotation."""
    part = _part_in(annotation)
    if part is not None and isinstance(step, str):
        return children_of(part).get(step)
    for option in _options(annotation):
        arguments = get_args(option)
        if get_origin(option) is tuple and isinstance(step, int):
            return arguments[0]
        if get_origin(option) is dict and isinstance(step, str):
            return arguments[1]
    return None


def _part_in(annotation: object) -> type[Part] | None:
    return next(
        (option for option in _options(annotation) if isinstance(option, type) and issubclass(option, Part)), None
    )


def _options(annotation: object) -> Iterator[object]:
    """Give the members of a union, without what annotates them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _options(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for member in get_args(annotation):
            yield from _options(member)
    else:
        yield annotation
