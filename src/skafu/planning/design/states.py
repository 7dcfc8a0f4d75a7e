"""Through which states things go, and in which of them each command may be done."""

from skafu.planning.design.naming import snake
from skafu.planning.design.sheets import AggregateSheet, CommandSheet, SystemSheet
from skafu.planning.language.morphology import participle
from skafu.planning.lexicon import verbs
from skafu.planning.meaning.links import KEEPING_STATE

KEEPING = KEEPING_STATE | frozenset(
    """deposit withdraw transfer top_up flag report send remind check record count track give post like follow view read
    invite message book reserve put save ask answer reply print export promote register log take measure""".split()  # noqa: SIM905
)
STOPPING = frozenset(
    {"block", "suspend", "freeze", "pause", "lock", "ban", "hold", "quarantine", "deactivate", "disable"}
)
UNDOING = {
    "unblock": ("block",), "reopen": ("close", "resolve", "complete"), "reactivate": ("deactivate", "suspend"), "resume": ("pause", "suspend"),
    "reinstate": ("suspend", "ban"), "restore": ("archive", "delete", "remove"), "unlock": ("lock",), "unfreeze": ("freeze",),
    "enable": ("disable",), "activate": ("deactivate", "suspend"), "resubmit": ("reject",), "renew": ("expire",),
    "return": ("ship", "deliver", "borrow"), "refund": (),
}  # fmt: skip
"""Verb -> the verbs that it takes back."""


def give_states(system: SystemSheet) -> None:
    """Give each aggregate its states, and each command the states in which it may be done."""
    for sheet in system.aggregates:
        if sheet.store == "log":
            continue
        moving = [command for command in sheet.commands if _moves(command)]
        if not any(not command.creates for command in moving):
            continue
        for command in moving:
            _move(sheet, command)
    for sheet in system.aggregates:
        if sheet.states:
            _allow(system, sheet)


def _moves(command: CommandSheet) -> bool:
    if command.creates:
        return True
    named = command.act.named if command.act is not None else ""
    return command.verb not in KEEPING and not named.startswith("to ") and not command.event.add


def _move(sheet: AggregateSheet, command: CommandSheet) -> None:
    for emit in command.emits:
        event = emit.event
        first = event is command.emits[0].event
        state = snake(participle(command.verb)) if first else snake(event.words)
        taken = {f"{state}_at"} & set(sheet.fields)
        event.to = f"is_{state}" if taken else state
        if event.to not in sheet.states:
            sheet.states.append(event.to)


def _allow(system: SystemSheet, sheet: AggregateSheet) -> None:
    ends = _ends(system, sheet)
    stops = {command.event.to for command in sheet.commands if command.verb in STOPPING and command.event.to}
    for command in sheet.commands:
        if command.creates:
            continue
        named = _named_states(sheet, command)
        sources = _trigger_states(system, sheet, command)
        allowed = named + [state for state in sources if state not in named] if named else []
        if not allowed:
            open_states = [state for state in sheet.states if state not in ends and state != command.event.to]
            if command.verb not in verbs.ENDING:
                open_states = [state for state in open_states if state not in stops]
            allowed = [state for state in sheet.states if state in {*open_states, *sources}]
        if not allowed:
            creating = sheet.creating
            allowed = [creating.event.to] if creating is not None and creating.event.to else sheet.states[:1]
        command.states = [] if len(allowed) == len(sheet.states) else allowed


def _named_states(sheet: AggregateSheet, command: CommandSheet) -> list[str]:
    """Give the states that the words demand: "ships paid orders", "unblocks a blocked account"."""
    before = [*(command.act.states if command.act is not None else ()), *UNDOING.get(command.verb, ())]
    wanted = {snake(participle(verb)) for verb in before}
    return [state for state in sheet.states if state.removeprefix("is_") in wanted and state != command.event.to]


def _trigger_states(system: SystemSheet, sheet: AggregateSheet, command: CommandSheet) -> list[str]:
    """Give the states in which the things are when the command runs by itself."""
    found = []
    for trigger in command.act.triggers if command.act is not None else ():
        cause = system.command(trigger.act) if trigger.act is not None else None
        if cause is not None and cause.aggregate is sheet and trigger.kind in {"act", "deadline"}:
            found += [emit.event.to for emit in cause.emits[:1] if emit.event.to]
    return found


def _ends(system: SystemSheet, sheet: AggregateSheet) -> set[str]:
    """Give the states after which nothing is said to happen."""
    ends = {command.event.to for command in sheet.commands if command.verb in verbs.ENDING and not command.creates}
    going_on: set[str] = set()
    for command in sheet.commands:
        going_on |= {*_named_states(sheet, command), *_trigger_states(system, sheet, command)}
    return {state for state in ends - going_on if state} if len(sheet.states) > 1 else set()
