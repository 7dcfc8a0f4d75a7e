"""Changes for how aggregates begin, which states they reach, how they are kept, and what their queries fold."""

import re
from collections.abc import Iterator, Mapping

from skafu.blueprint.changes.change import AddItem, Changes, RemoveItem, SetValue
from skafu.blueprint.changes.fixing.sight import Proposer, Sight, removes, sets
from skafu.blueprint.findings import Location

REFERRING = ("from", "unless")
"""Lists from which an event that goes can be taken out without another meaning of the rest."""


def _without_event(sight: Sight) -> Iterator[Changes]:
    """Say what happens by an event that its author will name better."""
    name = f"{(sight.here or {}).get('name')}Done"
    yield AddItem((*sight.around(4), "events"), {"name": name}), SetValue((*sight.place, "emits"), [name])


def _without_producer(sight: Sight) -> Iterator[Changes]:
    """Take the event away, and out of the lists that name it."""
    name = (sight.here or {}).get("name")
    lists = _lists_with(sight, name, sight.around(2))
    yield (*(RemoveItem(place) for place in reversed(lists)), RemoveItem(sight.place))


def _lists_with(sight: Sight, name: object, service: Location) -> list[Location]:
    found: list[Location] = []
    for key in ("queries", "timers"):
        for at, element in sight.named(service, key):
            for list_key in REFERRING:
                items = element.get(list_key) or []
                found += [(*service, key, at, list_key, index) for index, item in enumerate(items) if item == name]
    return found


def _not_set(sight: Sight) -> Iterator[Changes]:
    """Let a field begin without a value."""
    here = sight.here
    if isinstance(here, str):
        yield (SetValue(sight.place, f"optional {here}"),)
    elif isinstance(here, Mapping):
        yield (SetValue((*sight.place, "type"), f"optional {here.get('type')}"),)


def _key_not_given(sight: Sight) -> Iterator[Changes]:
    """Ask for the field where the aggregate is created, else leave it out of the key."""
    name, aggregate = sight.finding.expected, sight.around(4)
    type_ = sight.at((*aggregate, "fields", name))
    if type_ is not None:
        yield (SetValue((*sight.place, "fields", name), type_),)
    key = sight.at((*aggregate, "key")) or []
    yield from ((RemoveItem((*aggregate, "key", at)),) for at, word in enumerate(key) if word == name)


def _may_create_nothing(sight: Sight) -> Iterator[Changes]:
    """Let one event be emitted always, or when no other was."""
    emits = list(sight.named(sight.place, "emits"))
    for at, _ in emits if len(emits) == 1 else ():
        yield (RemoveItem((*sight.place, "emits", at, "if")),)
    for at, _ in emits[-1:]:
        place = (*sight.place, "emits", at)
        yield RemoveItem((*place, "if")), SetValue((*place, "else"), value=True)


def _never_created(sight: Sight) -> Iterator[Changes]:
    for at, _ in sight.named(sight.place, "commands"):
        yield (SetValue((*sight.place, "commands", at, "creates"), value=True),)


def _no_first_state(sight: Sight) -> Iterator[Changes]:
    aggregate = sight.around(4)
    event = re.search(r" creates by (\w+),", sight.finding.message)
    first = (sight.at((*aggregate, "states")) or [""])[0]
    for at, found in sight.named(aggregate, "events"):
        if event and found.get("name") == event[1]:
            yield (SetValue((*aggregate, "events", at, "to"), first),)


def _wrong_change(sight: Sight) -> Iterator[Changes]:
    """Set the field instead of adding to it."""
    event, field = sight.place[:-2], sight.place[-1]
    yield RemoveItem(sight.place), SetValue((*event, "set", field), sight.here)


def _wrong_log(sight: Sight) -> Iterator[Changes]:
    if isinstance(sight.here, Mapping):
        yield (SetValue((*sight.place, "creates"), value=True),)
    else:
        yield from removes(sight)


def _retained(sight: Sight) -> Iterator[Changes]:
    yield (SetValue((*sight.place, "retention"), "5 years"),)


def _beginning(sight: Sight) -> Iterator[Changes]:
    missing = re.split(r", | or ", sight.finding.expected)
    yield tuple(AddItem(sight.place, name) for name in missing)


def _without_events(sight: Sight) -> Iterator[Changes]:
    """Fold all events of the aggregate whose name is in that of the query, else of another one of the service."""
    name = str((sight.here or {}).get("name"))
    aggregates = [found for _, found in sight.named(sight.around(2), "aggregates")]
    for aggregate in sorted(aggregates, key=lambda one: str(one.get("name")) not in name):
        events = [event.get("name") for event in aggregate.get("events") or ()]
        yield (SetValue((*sight.place, "from"), events),)


def _value_type(sight: Sight) -> Iterator[Changes]:
    """Take over the fields that the other service has under the name."""
    own = sight.around(2)
    for at, mine in sight.named(own, "value_types"):
        for other, _ in sight.named((), "services"):
            for _, theirs in sight.named(("services", other), "value_types"):
                if theirs.get("name") == mine.get("name") and theirs.get("fields") != mine.get("fields"):
                    yield (SetValue((*own, "value_types", at, "fields"), theirs.get("fields")),)


def _cycle(sight: Sight) -> Iterator[Changes]:
    """Take out the field by which a value type comes back to itself."""
    for name in sight.here or ():
        yield (RemoveItem((*sight.place, name)),)


def _row_key(sight: Sight) -> Iterator[Changes]:
    """Let the query be asked for all of its rows."""
    query = re.match(r"(\w+) is found by (\w+)", sight.finding.message)
    for at, found in sight.named(sight.around(2), "queries"):
        if query and found.get("name") == query[1]:
            for index, key in enumerate(found.get("by") or ()):
                if str(key).startswith(query[2]):
                    yield (RemoveItem((*sight.around(2), "queries", at, "by", index)),)


LIFE_PROPOSERS: Mapping[str, Proposer] = {
    "command_without_event": _without_event,
    "event_without_producer": _without_producer,
    "field_never_changed": removes,
    "field_not_set": _not_set,
    "key_not_given": _key_not_given,
    "log_without_retention": _retained,
    "many_events": sets("state"),
    "may_create_nothing": _may_create_nothing,
    "missing_row_key": _row_key,
    "mixed_sources": removes,
    "never_created": _never_created,
    "no_first_state": _no_first_state,
    "query_without_beginning": _beginning,
    "query_without_events": _without_events,
    "retention_without_log": removes,
    "type_cycle": _cycle,
    "unreachable_state": removes,
    "value_type_differs": _value_type,
    "wrong_change": _wrong_change,
    "wrong_column": removes,
    "wrong_else": removes,
    "wrong_key": removes,
    "wrong_log": _wrong_log,
    "wrong_state": removes,
}
