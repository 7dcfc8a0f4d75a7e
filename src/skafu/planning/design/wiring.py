"""Completes every mapping: what a command needs comes from what runs it, or may be absent."""

import re
from dataclasses import dataclass

from skafu.planning.design.links import carry
from skafu.planning.design.sheets import (
    AggregateSheet,
    CallSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    Fields,
    FieldSheet,
    PolicySheet,
    RuleSheet,
    SystemSheet,
    TimerSheet,
)

_ROUNDS = 12
Given = dict[str, str | int] | dict[str, str | int | bool]


@dataclass(slots=True)
class Run:
    """One way in which a command is run by the system: where its fields come from."""

    command: CommandSheet
    given: Given
    event: EventSheet | None = None
    row: AggregateSheet | None = None
    result: Fields | None = None
    message: Fields | None = None


def wire(system: SystemSheet) -> None:
    """Complete the mappings of a system; afterwards each needed field has a source."""
    for _ in range(_ROUNDS):
        before = _look(system)
        for run in _runs(system):
            for name in list(run.command.fields):
                _fill(run, name)
        for sheet in system.aggregates:
            _settle(sheet)
        _drop_broken(system)
        if _look(system) == before:
            return


def _look(system: SystemSheet) -> str:
    every = [sheet.fields for sheet in system.aggregates]
    every += [command.fields for sheet in system.aggregates for command in sheet.commands]
    every += [event.fields for sheet in system.aggregates for event in sheet.events]
    return repr([sorted((name, entry.type, entry.optional) for name, entry in fields.items()) for fields in every])


def _runs(system: SystemSheet) -> list[Run]:
    found = [_of_policy(policy) for policy in system.policies] + [_of_timer(timer) for timer in system.timers]
    for call in system.calls:
        found += _of_call(call)
    for integration in system.integrations:
        found += [Run(inbound.then, inbound.given, message=inbound.fields) for inbound in integration.inbound]
    return found


def _of_policy(policy: PolicySheet) -> Run:
    return Run(policy.then, policy.given, policy.when, policy.for_each.aggregate if policy.for_each else None)


def _of_timer(timer: TimerSheet) -> Run:
    return Run(timer.then, timer.given, timer.when, timer.for_each.aggregate if timer.for_each else None)


def _of_call(call: CallSheet) -> list[Run]:
    operation = next((each for each in call.integration.operations if each.name == call.operation), None)
    returns = operation.returns if operation is not None else {}
    runs = []
    if call.ok is not None:
        runs.append(Run(call.ok, call.ok_given, call.when, result=returns))
    if call.failed is not None:
        runs.append(Run(call.failed, call.failed_given, call.when, result={}))
    return runs


# one field --------------------------------------------------------------------------------------------------------


def _fill(run: Run, name: str) -> None:
    target = run.command.fields[name]
    if name in run.given:
        _check_given(run, name)
        return
    found = _source(run, name, target)
    if found is not None:
        if found.type != target.type and not _alike(found.type, target.type):
            run.given[name] = "null"
            _make_optional(run.command, name)
        elif found.optional and not target.optional:
            _make_optional(run.command, name)
        return
    if not target.optional and not _other_source(run, name, target):
        _make_optional(run.command, name)


def _check_given(run: Run, name: str) -> None:
    """Forget a value that may be absent where one is needed."""
    text = run.given[name]
    if not isinstance(text, str) or run.event is None or not text.startswith("event."):
        return
    entry = run.event.fields.get(text.removeprefix("event."))
    if entry is None or entry.optional:
        del run.given[name]
        _make_optional(run.command, name)


def _alike(one: str, other: str) -> bool:
    ids = (one == "id" or one.startswith("ref ")) and (other == "id" or other.startswith("ref "))
    return ids and (one == "id" or other == "id" or one == other)


def _source(run: Run, name: str, target: FieldSheet) -> FieldSheet | None:
    """Find the field that is copied because it has the same name."""
    if run.message is not None:
        return run.message.get(name)
    if run.result is not None and name in run.result:
        return run.result[name]
    if run.row is not None and name in run.row.fields:
        return _column(run.row, name)
    if run.row is not None and name == run.row.id_name:
        return FieldSheet("id")
    if run.event is None:
        return None
    if name == run.event.aggregate.id_name:
        return FieldSheet("id")
    entry = run.event.aggregate.fields.get(name)
    if entry is not None and (entry.type == target.type or _alike(entry.type, target.type)):
        carry(run.event, name)
    return run.event.fields.get(name)


def _column(sheet: AggregateSheet, name: str) -> FieldSheet:
    """A field as a row of all events has it."""
    entry = sheet.fields[name]
    born = sheet.creating is not None and name in sheet.creating.event.fields
    return entry.copy(
        optional=entry.optional or not (born or entry.default is not None or entry.type.startswith("list of "))
    )


def _other_source(run: Run, name: str, target: FieldSheet) -> bool:
    """Give money from the one amount that the event has, and times from the clock."""
    if target.type == "datetime" and run.event is None:
        run.given[name] = "now"
        return True
    if target.type == "date" and run.event is None:
        run.given[name] = "date(now)"
        return True
    if target.type == "money" and run.event is not None:
        event = run.event
        own = [each for each, entry in event.fields.items() if entry.type == "money" and not entry.optional]
        amounts = own or [
            each for each, entry in event.aggregate.fields.items() if entry.type == "money" and not entry.optional
        ]
        if len(amounts) == 1 and carry(event, amounts[0]):
            run.given[name] = f"event.{amounts[0]}"
            return True
    return False


def _make_optional(command: CommandSheet, name: str) -> None:
    """Let a field be absent, everywhere it goes; rules that look at it go."""
    sheet = command.aggregate
    command.fields[name].optional = True
    mentions = re.compile(rf"\bcommand\.{re.escape(name)}\b")
    command.rules = [rule for rule in command.rules if not _mentions(rule, command, mentions)]
    for read in [read for read, text in command.reads.items() if mentions.search(text)]:
        del command.reads[read]
        _forget_read(command, read)
    if mentions.search(command.allow):
        command.allow = ""
    for emit in command.emits:
        for given, text in list(emit.given.items()):
            if isinstance(text, str) and mentions.search(text):
                del emit.given[given]
        if mentions.search(emit.condition):
            emit.condition = ""
            emit.otherwise = False
    for event in sheet.events:
        if name in event.fields and any(emit.event is event for emit in command.emits):
            event.fields[name].optional = True


def _mentions(rule: RuleSheet, command: CommandSheet, mentions: re.Pattern[str]) -> bool:
    dropped = [read for read, text in command.reads.items() if mentions.search(text)]
    return bool(mentions.search(rule.rule)) or any(re.search(rf"\b{re.escape(read)}\.", rule.rule) for read in dropped)


# one aggregate ----------------------------------------------------------------------------------------------------


def _settle(sheet: AggregateSheet) -> None:
    """Let optional fields stay optional on their way from command to event to state."""
    for command in sheet.commands:
        for emit in command.emits:
            for name, entry in emit.event.fields.items():
                if name in emit.given:
                    continue
                source = command.fields.get(name) or (None if command.creates else sheet.fields.get(name))
                if source is None or source.optional:
                    entry.optional = True
    _settle_state(sheet)
    for event in sheet.events:
        changed = {*event.add, *event.remove, *event.set}
        for name, entry in event.fields.items():
            if name in sheet.fields and entry.optional and name not in changed and not sheet.fields[name].optional:
                _loosen(sheet, name)


def _settle_state(sheet: AggregateSheet) -> None:
    """What not every beginning gives may be absent."""
    creating = sheet.creating
    for name, entry in sheet.fields.items():
        if creating is None or (entry.type.startswith("list of ") and not entry.optional) or entry.default is not None:
            continue
        born = [emit.event.fields.get(name) for emit in creating.emits]
        if any(each is None or each.optional for each in born):
            entry.optional = True


def _loosen(sheet: AggregateSheet, name: str) -> None:
    sheet.fields[name].optional = True
    sheet.fields[name].default = None


def _drop_broken(system: SystemSheet) -> None:
    """Take out effects and conditions on fields that may be absent, and keys that may be."""
    for sheet in system.aggregates:
        for event in sheet.events:
            for effects in (event.add, event.remove, event.set):
                _drop_effects(sheet, event, effects)
        for command in sheet.commands:
            _drop_loose(system, sheet, command)
        if any(sheet.fields[name].optional for name in sheet.key if name in sheet.fields):
            sheet.key = []
        sheet.unique = [
            names
            for names in sheet.unique
            if all(name in sheet.fields and not sheet.fields[name].optional for name in names)
        ]
    system.policies[:] = [
        policy for policy in system.policies if _holds(policy.condition, policy.when) and _aimed(policy)
    ]
    system.timers[:] = [
        timer for timer in system.timers if timer.when is None or (_holds(timer.at, timer.when) and _aimed(timer))
    ]
    system.timers[:] = [timer for timer in system.timers if _rows_hold(timer)]
    _mend_calls(system)


def _mend_calls(system: SystemSheet) -> None:
    """Forget answers that would not know whom they are for, and guard what may be absent."""
    for call in system.calls:
        if call.ok is not None and not _aimed_at(call.when, call.ok):
            call.ok, call.failed = None, None
        if call.failed is not None and not _aimed_at(call.when, call.failed):
            call.failed = None
        for text in call.given.values():
            _guard_call(call, text)
        for operation in (each for each in call.integration.operations if each.name == call.operation):
            for name, entry in operation.fields.items():
                source = call.when.fields.get(name)
                entry.optional |= (
                    name not in call.given
                    and name != call.when.aggregate.id_name
                    and (source is None or source.optional)
                )


def _drop_loose(system: SystemSheet, sheet: AggregateSheet, command: CommandSheet) -> None:
    """Take out rules, conditions and values that look at what may be absent, or is not there."""
    for name, read in list(command.reads.items()):
        if not _grounded(system, sheet, command, read):
            del command.reads[name]
            _forget_read(command, name)
    command.rules = [rule for rule in command.rules if _grounded(system, sheet, command, rule.rule)]
    used = " ".join([*(rule.rule for rule in command.rules), *(_said(emit) for emit in command.emits)])
    command.reads = {name: text for name, text in command.reads.items() if re.search(rf"\b{name}\.", used)}
    for emit in command.emits:
        for name, text in list(emit.given.items()):
            if isinstance(text, str) and not _grounded(system, sheet, command, text):
                del emit.given[name]
        if not _grounded(system, sheet, command, emit.condition):
            emit.condition = ""


def _forget_read(command: CommandSheet, name: str) -> None:
    mentions = re.compile(rf"\b{name}\.")
    command.rules = [rule for rule in command.rules if not mentions.search(rule.rule)]
    for emit in command.emits:
        emit.given = {key: text for key, text in emit.given.items() if not mentions.search(str(text))}
        emit.condition = "" if mentions.search(emit.condition) else emit.condition


def _said(emit: EmitSheet) -> str:
    return " ".join([emit.condition, *(str(text) for text in emit.given.values())])


def _grounded(system: SystemSheet, sheet: AggregateSheet, command: CommandSheet, text: str) -> bool:
    """Whether everything that an expression looks at is surely there."""
    if command.creates and re.search(r"\bstate\.", text):
        return False
    known: dict[str, Fields] = {"command": command.fields, "state": sheet.fields}
    for name, read in command.reads.items():
        known[name] = next(each.fields for each in system.aggregates if each.name == read.partition("(")[0])
    implicit = {"status", "version", sheet.id_name}
    for root, fields in known.items():
        for name in re.findall(rf"\b{root}\.([a-z_0-9]+)", text):
            if name in implicit or f"has({root}.{name})" in text:
                continue
            if name not in fields or fields[name].optional:
                return False
    return True


def _drop_effects(sheet: AggregateSheet, event: EventSheet, effects: dict[str, str | int]) -> None:
    for name, text in list(effects.items()):
        if name not in sheet.fields:
            del effects[name]
            continue
        field_name = text.removeprefix("event.").partition(".")[0] if isinstance(text, str) else ""
        entry = event.fields.get(field_name)
        loose = sheet.fields[name].optional and effects is not event.set
        gone = entry is None and field_name not in {"recorded_at", event.aggregate.id_name}
        if loose or (field_name and (gone or (entry is not None and entry.optional))):
            del effects[name]


def _aimed(reaction: PolicySheet | TimerSheet) -> bool:
    """Whether it is known which instance a reaction acts on."""
    if reaction.when is None or reaction.for_each is not None:
        return True
    return _aimed_at(reaction.when, reaction.then)


def _aimed_at(event: EventSheet, command: CommandSheet) -> bool:
    target = command.aggregate
    if command.creates or event.aggregate is target:
        return True
    entry = event.fields.get(target.id_name)
    return entry is not None and not entry.optional


def _rows_hold(timer: TimerSheet) -> bool:
    """Whether a condition on rows looks only at columns that are always there."""
    if timer.for_each is None:
        return True
    sheet = timer.for_each.aggregate
    names = re.findall(r"\brow\.([a-z_0-9]+)", timer.condition)
    return all(name == "status" or (name in sheet.fields and not _column(sheet, name).optional) for name in names)


def _holds(text: str, event: EventSheet) -> bool:
    names = re.findall(r"\bevent\.([a-z_0-9]+)", text)
    known = {event.aggregate.id_name, "recorded_at"}
    return all(name in known or (name in event.fields and not event.fields[name].optional) for name in names)


def _guard_call(call: CallSheet, text: str | int) -> None:
    if not isinstance(text, str) or not text.startswith("event."):
        return
    source = text.removeprefix("event.")
    entry = call.when.fields.get(source)
    if entry is not None and entry.optional:
        call.condition = f"has(event.{source})"
