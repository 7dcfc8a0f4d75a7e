"""Finds how a reaction knows which instance it acts on, and completes what its events must carry."""

from skafu.planning.design.naming import pascal, plural_words
from skafu.planning.design.sheets import AggregateSheet, CommandSheet, EventSheet, FieldSheet, QuerySheet, SystemSheet
from skafu.planning.meaning.story import Source


def carry(event: EventSheet, name: str) -> bool:
    """Let an event carry a field of its aggregate; False when there is no such field or it may be absent."""
    if name in event.fields:
        return not event.fields[name].optional
    entry = event.aggregate.fields.get(name)
    creating = event.aggregate.creating
    if entry is None or entry.optional or creating is None or event.aggregate.store == "log":
        return False
    if creating.event is event or (name not in creating.event.fields and entry.default is None):
        return False
    event.fields[name] = entry.copy()
    return True


def instance_of(
    system: SystemSheet, event: EventSheet, command: CommandSheet, source: Source
) -> tuple[bool, QuerySheet | None]:
    """Find the instance that a command acts on whenever an event happens.

    Returns:
        Whether it is known, and the query whose rows are meant when it is more than one.
    """
    target, origin = command.aggregate, event.aggregate
    if command.creates and target is not origin:
        refer_back(command, origin)
    if command.creates or target is origin or carry(event, target.id_name):
        return True, None
    backwards = target.fields.get(origin.id_name)
    if backwards is not None and not backwards.optional and _from_birth(target, origin.id_name):
        return True, rows(system, target, [origin.id_name], source)
    if _link_up(event, target) and carry(event, target.id_name):
        return True, None
    return False, None


def _from_birth(sheet: AggregateSheet, name: str) -> bool:
    return sheet.creating is not None and name in sheet.creating.event.fields


def _link_up(event: EventSheet, target: AggregateSheet) -> bool:
    """Let the thing of the event say to which target it belongs, where a person begins it."""
    origin = event.aggregate
    creating = origin.creating
    if creating is None or creating.by_system or not creating.roles or origin.store == "log":
        return False
    if origin.id_name in target.fields:
        return False
    for fields in (origin.fields, creating.fields, creating.event.fields):
        fields[target.id_name] = FieldSheet(f"ref {target.name}")
    return True


def leads_back(system: SystemSheet, event: EventSheet, command: CommandSheet) -> bool:
    """Whether what a command emits would, by policies and answers, lead to the event again."""
    waiting, seen = [command], set[int]()
    while waiting:
        for emit in waiting.pop().emits:
            if emit.event is event:
                return True
            if id(emit.event) not in seen:
                seen.add(id(emit.event))
                waiting += [policy.then for policy in system.policies if policy.when is emit.event]
                answers = [each for call in system.calls if call.when is emit.event for each in (call.ok, call.failed)]
                waiting += [each for each in answers if each is not None]
    return False


def refer_back(command: CommandSheet, origin: AggregateSheet) -> None:
    """Let what comes into being because of something know it: a payment its order."""
    sheet = command.aggregate
    if origin.store == "log" or origin.id_name in sheet.fields or sheet.id_name in origin.fields:
        return
    for fields in (sheet.fields, command.fields, *(emit.event.fields for emit in command.emits)):
        fields[origin.id_name] = FieldSheet(f"ref {origin.name}")


def rows(system: SystemSheet, sheet: AggregateSheet, by: list[str], source: Source) -> QuerySheet:
    """Give the query of an aggregate's rows by some keys, for the system's own use."""
    for query in system.queries:
        if query.aggregate is sheet and query.by == by and (query.internal or by == []):
            return query
    words = plural_words(sheet.thing)
    name = pascal(f"{words} of {by[0].removesuffix('_id')}") if by else pascal(f"all {words}")
    query = QuerySheet(system.free(name), sheet, Source(source.words, "whom a reaction concerns"), by=by, internal=True)
    system.queries.append(query)
    return query
