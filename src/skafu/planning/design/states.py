"""Through which states things go, and in which of them each command may be done."""

from skafu.planning.design.naming import snake
from skafu.planning.design.sheets import AggregateSheet, CommandSheet, FieldSheet, SystemSheet
from skafu.planning.language.morphology import participle
from skafu.planning.lexicon import verbs, words
from skafu.planning.meaning.links import KEEPING_STATE

KEEPING = KEEPING_STATE | words(
    """reschedule postpone deposit withdraw transfer top_up flag report send remind check record count track give
    like follow view read invite message book reserve put save ask answer reply print export promote register join
    log take measure service clean repair inspect maintain calibrate wash"""
)
STOPPING = words("block suspend freeze pause lock ban hold quarantine deactivate disable")
GIVING_UP = frozenset({"cancel", "expire", "withdraw"})
DONE = words(
    """ship deliver complete pick_up check_in check_out return collect post hand_over publish reimburse close finish
    issue discharge clean pack go_live refund pass"""
)
"""Verbs after which nothing can be given up any more."""
RESPONSES = frozenset({"decline", "reject", "refuse", "deny"})
"""Verbs of saying no: possible where saying yes is."""
GATES = words("""accept offer approve confirm verify pick_up check_in start receive ship activate sign""")
"""Verbs without which a thing does not go on."""
UNDOING = {
    "unblock": ("block",), "reopen": ("close", "resolve", "complete"), "reactivate": ("deactivate", "suspend"),
    "resume": ("pause", "suspend"), "reinstate": ("suspend", "ban"), "restore": ("archive", "delete", "remove"),
    "unlock": ("lock",), "unfreeze": ("freeze",), "enable": ("disable",), "activate": ("deactivate", "suspend"),
    "resubmit": ("reject",), "renew": ("expire",), "return": ("ship", "deliver", "borrow"), "refund": (),
}  # fmt: skip
"""Verb -> the verbs that it takes back."""


def give_states(system: SystemSheet) -> None:
    """Give each aggregate its states, and each command the states in which it may be done."""
    for sheet in system.aggregates:
        if sheet.store == "log":
            continue
        for command in sheet.commands:
            if _is_paid_aside(command):
                _pay_aside(sheet, command)
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
    if command.act is not None and "suspended_until" in command.act.fields:
        return False
    if command.verb in {"remove", "delete"}:
        return not named
    if _is_paid_aside(command):
        return False
    return command.verb not in KEEPING and not named.startswith("to ") and not command.event.add


def _is_paid_aside(command: CommandSheet) -> bool:
    """Whether paying goes on beside everything else: nothing waits for it."""
    act = command.act
    if act is None or act.verb != "pay" or not act.outside or command.creates:
        return False
    others = [other.act for other in command.aggregate.commands if other.act is not None and other is not command]
    return not any("pay" in other.states or any(act in each.awaited for each in other.triggers) for other in others)


def _pay_aside(sheet: AggregateSheet, command: CommandSheet) -> None:
    sheet.fields["paid"] = FieldSheet("boolean", default=False)
    command.event.set["paid"] = True


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
    ends = _ends(sheet)
    stops = {command.event.to for command in sheet.commands if command.verb in STOPPING and command.event.to}
    for command in sheet.commands:
        if command.creates or _is_paid_aside(command):
            continue
        named = _named_states(sheet, command)
        sources = _trigger_states(system, sheet, command)
        if sources and command.act is not None and not command.act.roles:
            command.states = list(dict.fromkeys(sources))
            continue
        waited = _awaited_states(system, sheet, command)
        if waited:
            named = [state for state in sheet.states if state in {*named, *waited}]
        allowed = (
            [state for state in sheet.states if state in {*named, *sources, *_since(sheet, command, named)}]
            if named
            else []
        )
        if not allowed:
            open_states = [
                state for state in _before(sheet, command) if state not in ends and state != command.event.to
            ]
            if command.verb not in verbs.ENDING:
                open_states = [state for state in open_states if state not in stops]
            allowed = [state for state in sheet.states if state in {*open_states, *sources}]
        if not allowed:
            creating = sheet.creating
            allowed = [creating.event.to] if creating is not None and creating.event.to else sheet.states[:1]
        command.states = [] if len(allowed) == len(sheet.states) else allowed


def _until_the_end(sheet: AggregateSheet) -> list[str]:
    """Give the states before the first that ends what can be done."""
    found: list[str] = []
    for command in sheet.commands:
        if command.verb in verbs.ENDING and command.verb not in GIVING_UP | RESPONSES and not command.creates:
            break
        found += [emit.event.to for emit in command.emits if emit.event.to]
    return found or sheet.states


def _since(sheet: AggregateSheet, command: CommandSheet, named: list[str]) -> list[str]:
    """Give the states that things go on to from the ones that the words demand, before the command's turn comes."""
    if command.verb in RESPONSES:
        return []
    commands = sheet.commands[: sheet.commands.index(command)]
    first = next((at for at, each in enumerate(commands) if each.event.to in named), len(commands))
    return [each.event.to for each in commands[first:] if each.event.to and each.verb not in verbs.ENDING]


def _before(sheet: AggregateSheet, command: CommandSheet) -> list[str]:
    """Give the states that come before: after a gate such as accepting, only the gate's and those behind it."""
    if not command.event.to:
        return _until_the_end(sheet)
    before = sheet.commands[sheet.commands.index(command) - 1]
    if command.verb in RESPONSES and before.verb in GATES and before.states:
        return before.states
    if command.verb in GIVING_UP:
        done = {each.event.to for each in sheet.commands if each.verb in DONE}
        return [state for state in sheet.states if state not in done]
    earlier = [each for each in sheet.commands[: sheet.commands.index(command)] if each.event.to]
    gates = [at for at, each in enumerate(earlier) if each.verb in GATES]
    found = [emit.event.to for each in earlier[gates[-1] if gates else 0 :] for emit in each.emits]
    return [state for state in sheet.states if state in found]


def _awaited_states(system: SystemSheet, sheet: AggregateSheet, command: CommandSheet) -> list[str]:
    """Give the states in which it is waited for, with a time limit."""
    found = []
    for other in sheet.commands:
        for trigger in other.act.triggers if other.act is not None else ():
            cause = system.command(trigger.act) if trigger.act is not None else None
            if (
                trigger.kind == "deadline"
                and command.act in trigger.awaited
                and cause is not None
                and cause.aggregate is sheet
            ):
                found.append(cause.event.to)
    return [state for state in found if state and state != command.event.to]


def _named_states(sheet: AggregateSheet, command: CommandSheet) -> list[str]:
    """Give the states that the words demand: "ships paid orders", "unblocks a blocked account"."""
    before = [*(command.act.states if command.act is not None else ()), *UNDOING.get(command.verb, ())]
    wanted = {snake(verb) if " " in verb else snake(participle(verb)) for verb in before}
    return [state for state in sheet.states if state.removeprefix("is_") in wanted and state != command.event.to]


def _trigger_states(system: SystemSheet, sheet: AggregateSheet, command: CommandSheet) -> list[str]:
    """Give the states in which the things are when the command runs by itself."""
    found = []
    for trigger in command.act.triggers if command.act is not None else ():
        cause = system.command(trigger.act) if trigger.act is not None else None
        if cause is not None and cause.aggregate is sheet and trigger.kind in {"act", "deadline"}:
            found += [emit.event.to for emit in cause.emits[:1] if emit.event.to]
    return found


def _ends(sheet: AggregateSheet) -> set[str]:
    """Give the states after which nothing is said to happen."""
    ends = {command.event.to for command in sheet.commands if command.verb in verbs.ENDING and not command.creates}
    return {state for state in ends if state} if len(sheet.states) > 1 else set()
