"""Changes for types, limits, samples, expressions and mappings."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from math import ceil, floor
from typing import Any

from skafu.blueprint.changes.change import Changes, RemoveItem, SetValue
from skafu.blueprint.changes.fixing.sight import Proposer, Sight, removes, swaps_word

UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years", "second", "minute", "hour", "day", "week")
NEUTRAL: tuple[object, ...] = (0, "", False, "0")


def _swap(sight: Sight, first: str, second: str) -> Iterator[Changes]:
    holder = sight.place[:-1]
    one, other = sight.at((*holder, first)), sight.at((*holder, second))
    if one is not None and other is not None:
        yield SetValue((*holder, first), other), SetValue((*holder, second), one)


def _limits(sight: Sight) -> Iterator[Changes]:
    yield from _swap(sight, "min", "max")


def _load(sight: Sight) -> Iterator[Changes]:
    yield from _swap(sight, "average", "peak")
    yield from removes(sight)


def _whole(sight: Sight) -> Iterator[Changes]:
    """Round a limit so that it says the same of whole numbers."""
    if isinstance(sight.here, float):
        yield (SetValue(sight.place, ceil(sight.here) if sight.place[-1] == "min" else floor(sight.here)),)
    yield from removes(sight)


def _default(sight: Sight) -> Iterator[Changes]:
    if isinstance(sight.here, str):
        for kind in (int, float):
            try:
                yield (SetValue(sight.place, kind(sight.here)),)
            except ValueError:
                continue
    yield from removes(sight)
    for value in NEUTRAL:
        yield (SetValue(sight.place, value),)


def _pattern_without_example(sight: Sight) -> Iterator[Changes]:
    """Let go of the lengths that no text of the pattern has, else of the pattern."""
    for key in ("min", "max", "pattern"):
        if sight.at((*sight.place[:-1], key)) is not None:
            yield (RemoveItem((*sight.place[:-1], key)),)


def _duration(sight: Sight) -> Iterator[Changes]:
    """Spell the units right; without a duration at all, say nothing."""
    if isinstance(sight.here, str):
        words = (get_close_matches(word, UNITS, n=1) for word in re.findall(r"[A-Za-z]+", sight.here))
        units = [found[0] for found in words if found]
        amounts = re.findall(r"\d+", sight.here)
        if units and len(units) == len(amounts):
            yield (
                SetValue(
                    sight.place, " ".join(f"{amount} {unit}" for amount, unit in zip(amounts, units, strict=True))
                ),
            )
    yield from removes(sight)


def _read(sight: Sight) -> Iterator[Changes]:
    """Say which aggregate an id is of."""
    yield from swaps_word(sight)
    for _, aggregate in sight.named(sight.around(2), "aggregates"):
        if isinstance(sight.here, str):
            yield (SetValue(sight.place, f"{aggregate.get('name')}({sight.here})"),)


def _missing_mapping(sight: Sight) -> Iterator[Changes]:
    """Give the field that is needed from one of what the event, the message or the row has."""
    name = _needed(sight.finding.message)
    place = sight.place if sight.place[-1] == "with" else (*sight.place, "with")
    if name:
        for text in _sources(sight):
            yield (SetValue((*place, name), text),)


def _wrong_mapping(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    if "with" in sight.place:
        for text in _sources(sight):
            yield (SetValue(sight.place, text),)
        yield from removes(sight)


def _needed(message: str) -> str:
    """The field in "command AskPayment needs amount (money), and nothing gives it"."""
    return message.partition(" needs ")[2].partition(" ")[0]


def _sources(sight: Sight) -> Iterator[str]:
    """The values that a reaction can give on, as far as its fields are declared with the event that it waits for."""
    reaction = _reaction(sight)
    if reaction is None:
        return
    when = str(reaction.get("when") or reaction.get("starts") or "")
    own = sight.at((*sight.around(2), "name"))
    owner, _, name = when.rpartition(".")
    for at, service in sight.named((), "services"):
        if service.get("name") == (owner or own):
            for inner, _aggregate in sight.named(("services", at), "aggregates"):
                for _, event in sight.named(("services", at, "aggregates", inner), "events"):
                    if event.get("name") == name:
                        yield from (f"event.{field}" for field in event.get("fields") or ())
    yield from (f"message.{field}" for field in reaction.get("fields") or ())


def _reaction(sight: Sight) -> Mapping[str, Any] | None:
    """The policy, timer, call, workflow or message around a place."""
    place = sight.place
    while place:
        here = sight.at(place)
        if isinstance(here, Mapping) and ({"when", "starts"} & set(here) or "inbound" in place[-2:-1]):
            return here
        place = place[:-1]
    return None


VALUE_PROPOSERS: Mapping[str, Proposer] = {
    "empty_limits": _limits,
    "id_is_made": removes,
    "limit_without_meaning": removes,
    "missing_mapping": _missing_mapping,
    "pattern_without_example": _pattern_without_example,
    "wrong_default": _default,
    "wrong_duration": _duration,
    "wrong_example": removes,
    "wrong_expression": swaps_word,
    "wrong_limit": _whole,
    "wrong_load": _load,
    "wrong_mapping": _wrong_mapping,
    "wrong_pattern": removes,
    "wrong_read": _read,
    "wrong_schedule": swaps_word,
    "wrong_type": swaps_word,
}
