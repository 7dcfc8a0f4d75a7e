"""Changes for names that are not declared, are taken, or are said twice."""

from collections.abc import Iterator, Mapping

from skafu.blueprint.changes.change import AddItem, Changes, RemoveItem, Rename, SetValue
from skafu.blueprint.changes.fixing.sight import Proposer, Sight, removes, swaps_word


def _unknown(sight: Sight) -> Iterator[Changes]:
    """Write the nearest name, else take a word out of its list."""
    yield from swaps_word(sight)
    if isinstance(sight.place[-1], int) and isinstance(sight.here, str):
        yield from removes(sight)


def _unknown_at_key(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    yield from removes(sight)


def _unknown_role(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    if isinstance(sight.here, str):
        yield (AddItem(("auth", "roles"), sight.here),)


def _unknown_state(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    if isinstance(sight.here, str):
        yield (AddItem((*sight.around(4), "states"), sight.here),)
    yield from removes(sight)


def _unknown_event(sight: Sight) -> Iterator[Changes]:
    yield from _unknown(sight)
    if "emits" in sight.place and isinstance(sight.here, str):
        yield (AddItem((*sight.around(4), "events"), {"name": sight.here}),)


def _duplicate(sight: Sight) -> Iterator[Changes]:
    """Give the second of the two another name: what refers to it follows, where only the second can be meant."""
    if isinstance(sight.here, str):
        for suffix in ("2", "-2", "_2"):
            yield (SetValue(sight.place, f"{sight.here}{suffix}"),)
            yield (Rename(sight.place[:-1], f"{sight.here}{suffix}"),)


def _reserved(sight: Sight) -> Iterator[Changes]:
    last = sight.place[-1]
    if "Remove it" in sight.finding.fix and isinstance(last, str):
        if "has it already" in sight.finding.message or "without saying so" in sight.finding.message:
            yield from removes(sight)
        for suffix in ("_value", "_text"):
            yield (Rename(sight.place, f"{last}{suffix}"),)
        yield from removes(sight)
    elif isinstance(last, int) and isinstance(sight.here, str):
        yield (Rename(sight.place, f"{sight.here}-role"),)
    elif isinstance(sight.here, str):
        holder = sight.place[:-1]
        for suffix in ("Item", "-system", "-services"):
            yield (Rename(holder, f"{sight.here}{suffix}") if holder else SetValue(sight.place, sight.here + suffix),)
    if isinstance(last, str):
        yield (Rename(sight.place, f"{last}_value"),)


def _unknown_parameter(sight: Sight) -> Iterator[Changes]:
    yield from swaps_word(sight)
    yield (RemoveItem(sight.place),)


NAME_PROPOSERS: Mapping[str, Proposer] = {
    "duplicate_name": _duplicate,
    "repeated": removes,
    "reserved_name": _reserved,
    "role_without_use": removes,
    "unknown_aggregate": _unknown,
    "unknown_column": _unknown_at_key,
    "unknown_command": _unknown,
    "unknown_event": _unknown_event,
    "unknown_field": _unknown_at_key,
    "unknown_operation": _unknown,
    "unknown_parameter": _unknown_parameter,
    "unknown_query": _unknown,
    "unknown_role": _unknown_role,
    "unknown_state": _unknown_state,
}
