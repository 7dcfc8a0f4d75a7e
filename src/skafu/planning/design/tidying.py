"""Takes out what has lost its ground while mappings were completed, so that nothing is left that cannot happen."""

from collections.abc import Iterator

from skafu.planning.design.sheets import (
    AggregateSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    PolicySheet,
    SystemSheet,
    TimerSheet,
)
from skafu.planning.meaning.story import Question, Story


def tidy(story: Story, system: SystemSheet, staff: str) -> None:
    """Tidy a wired system."""
    for sheet in system.aggregates:
        for command in sheet.commands:
            _tidy_emits(sheet, command)
        emitted = {id(emit.event) for command in sheet.commands for emit in command.emits}
        sheet.events = [event for event in sheet.events if id(event) in emitted]
        _open_states(sheet)
    _drop_unheard(system)
    running = {id(command) for command in run_by_system(system)}
    for sheet in system.aggregates:
        for command in sheet.commands:
            command.by_system = id(command) in running
            if not command.by_system and not command.roles:
                command.roles = [staff]
                system.roles.setdefault(staff, command.source)
                story.questions.append(Question(f"Who may do it: {command.name}? For now it is {staff}.", command.name))


def run_by_system(system: SystemSheet) -> Iterator[CommandSheet]:
    """Give the commands that reactions, calls and messages run."""
    yield from (policy.then for policy in system.policies)
    yield from (timer.then for timer in system.timers)
    for call in system.calls:
        yield from (command for command in (call.ok, call.failed) if command is not None)
    for integration in system.integrations:
        yield from (inbound.then for inbound in integration.inbound)


def _tidy_emits(sheet: AggregateSheet, command: CommandSheet) -> None:
    """Emit one event for sure where conditions are gone."""
    command.rules = list({rule.code: rule for rule in command.rules}.values())
    for emit in command.emits:
        emit.given = {name: text for name, text in emit.given.items() if name in emit.event.fields}
        emit.otherwise = emit.otherwise and not emit.condition
    if any(emit.otherwise for emit in command.emits) and not any(emit.condition for emit in command.emits):
        kept = next(emit for emit in command.emits if emit.otherwise)
        _keep_only(sheet, command, kept)
    if command.creates and not any(not emit.condition for emit in command.emits):
        command.emits[0].condition = ""


def _keep_only(sheet: AggregateSheet, command: CommandSheet, kept: EmitSheet) -> None:
    kept.otherwise = False
    dropped = [emit.event for emit in command.emits if emit is not kept]
    command.emits = [kept]
    used = {id(emit.event) for each in sheet.commands for emit in each.emits}
    for event in dropped:
        if id(event) not in used:
            sheet.events.remove(event)


def _open_states(sheet: AggregateSheet) -> None:
    """See that every state can be reached, and every command be done."""
    moved = {emit.event.to for command in sheet.commands for emit in command.emits if emit.event.to}
    sheet.states = [state for state in sheet.states if state in moved]
    reached: set[str] = set()
    for _ in range(len(sheet.commands) + 1):
        for command in sheet.commands:
            if command.creates or not command.states or reached & set(command.states):
                reached |= {emit.event.to for emit in command.emits if emit.event.to}
    for command in sheet.commands:
        command.states = (
            [state for state in dict.fromkeys(command.states) if state in reached] if not command.creates else []
        )
    for command in sheet.commands:
        reached |= {emit.event.to for emit in command.emits if emit.event.to}
    if len(sheet.states) < 2 and not any(event.to for event in sheet.events):
        sheet.states = []


def _drop_unheard(system: SystemSheet) -> None:
    """Drop reactions to events that nothing emits any more."""
    alive = {id(event) for sheet in system.aggregates for event in sheet.events}

    def lives(event: EventSheet | None) -> bool:
        return event is None or id(event) in alive

    system.policies[:] = [policy for policy in system.policies if lives(policy.when)]
    system.timers[:] = [timer for timer in system.timers if lives(timer.when)]
    for timer in system.timers:
        timer.unless = [event for event in timer.unless if lives(event)]
    system.calls[:] = [call for call in system.calls if lives(call.when)]
    system.integrations[:] = [
        each for each in system.integrations if each.inbound or any(call.integration is each for call in system.calls)
    ]
    over_rows: list[PolicySheet | TimerSheet] = [*system.policies, *system.timers]
    for query in [query for query in system.queries if query.internal]:
        if not any(each.for_each is query for each in over_rows):
            system.queries.remove(query)
