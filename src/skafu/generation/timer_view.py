"""What the template sees of timers: how they are set, what they listen to, and the command that they run."""

from skafu.blueprint.resolved import EventRef, ResolvedService, ResolvedTimer, System
from skafu.generation.aggregate_view import View, sentence
from skafu.generation.delays import is_short, lasting
from skafu.generation.expression_code import code, negated
from skafu.generation.python_types import quoted
from skafu.generation.reaction_view import (
    BATCH,
    NAMES,
    command_of,
    event_view_of,
    expressions_of,
    function_view,
    keys_of,
    reaction_names,
    rows_view,
    run_view,
)
from skafu.generation.statements import right


def timer_view(timer: ResolvedTimer, service: ResolvedService, system: System) -> View:
    """A timer with its queue, what fills it, and its function."""
    aggregate, command = command_of(timer.then, service)
    each = f" for each row of `{timer.for_each.query}`" if timer.for_each else ""
    expressions = [timer.condition, *expressions_of(timer.then), *keys_of(timer.for_each)]
    listens = event_view_of(timer.when, expressions, service, system) if timer.when else NO_EVENT
    return {
        **reaction_names(timer.names),
        **listens,
        "title": title_of(timer, command.names.words),
        "summary": sentence("", f"run `{command.names.pascal}`{each}"),
        "description": sentence("", f"runs {command.names.pascal} when its time has come"),
        "skipped": negated(timer.condition, NAMES) if timer.condition else None,
        "overtaken": _overtaken(timer, service),
        "overtaken_by": _overtaking(timer, service),
        "command": run_view(timer.then, service),
        "for_each": rows_view(timer.for_each, timer.condition, service),
        "function": function_view(timer.names, timer.for_each, service),
        "rule": is_short(timer),
        "delay": timer.after_seconds if is_short(timer) else None,
        "armed": _armed(timer, timer.when, service, system) if timer.when and not is_short(timer) else None,
        "schedule": timer.schedule,
        "timezone": timer.timezone,
        "aggregate": aggregate.names.pascal,
    }


NO_EVENT: View = {"source": "", "event": "", "event_fields": [], "event_records": [], "reads_event": False}
"""A timer that goes by the clock alone listens to nothing."""


def title_of(timer: ResolvedTimer, words: str) -> str:
    """What a timer does, in a line."""
    if timer.schedule:
        return f"On schedule, {timer.schedule}: {words}"
    when = f"{timer.when.service}.{timer.when.event}" if timer.when else ""
    if timer.after_seconds is None:
        return f"At the time that {when} tells: {words}"
    return f"{lasting(timer.after_seconds)} after {when}: {words}"


def _overtaken(timer: ResolvedTimer, service: ResolvedService) -> str | None:
    """The condition under which a timer that fires is no longer wanted."""
    names = _overtaking(timer, service)
    if not names:
        return None
    aggregate, _ = command_of(timer.then, service)
    run = run_view(timer.then, service)
    target = code(timer.then.id, NAMES) if timer.then.id else f"event.{aggregate.id_name}"
    return f"overtaken({run['store']}.stream({target}), message, {', '.join(quoted(name) for name in names)})"


def _overtaking(timer: ResolvedTimer, service: ResolvedService) -> list[str]:
    """The events after which a timer is no longer wanted: those of `unless`, and a later setting."""
    aggregate, command = command_of(timer.then, service)
    if timer.when is None or command.creates:
        return []
    own = (timer.when.service, timer.when.aggregate) == (service.names.kebab, aggregate.names.pascal)
    return [*timer.unless, *([timer.when.event] if own else [])]


def _armed(timer: ResolvedTimer, when: EventRef, service: ResolvedService, system: System) -> View:
    """The function that sets a timer which Scheduler keeps."""
    due = code(timer.at, NAMES) if timer.at else f"message.recorded_at + {_delay(timer.after_seconds or 0)}"
    return {
        **event_view_of(when, [timer.at, timer.then.id], service, system),
        "snake": f"set_{timer.names.snake}",
        "due": due,
        "instance": code(timer.then.id, NAMES) if timer.then.id else "message.detail.metadata.aggregate_id",
    }


def _delay(seconds: int) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds % length == 0:
            return f"timedelta({unit}={seconds // length})"
    return f"timedelta(seconds={seconds})"


def arming_view(timer: ResolvedTimer, service: ResolvedService) -> View:
    """The reaction that sets a timer: its queue, its rule and its function."""
    when = timer.when
    pascal = timer.names.pascal
    group = "${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${Timers}/*"
    return {
        "pascal": f"Set{pascal}",
        "snake": f"set_{timer.names.snake}",
        "kebab": f"set-{timer.names.kebab}",
        "source": when.service if when else "",
        "event": when.event if when else "",
        "description": sentence("", f"sets the timer {timer.names.kebab}"),
        "function": {
            "environment": {
                "ERROR_BUS_NAME": "!Ref ErrorBusName",
                "EVENT_SOURCE": service.names.kebab,
                "TIMER_GROUP": "!Ref Timers",
                "TIMER_QUEUE_ARN": f"!GetAtt {pascal}Queue.Arn",
                "TIMER_DEAD_LETTERS_ARN": f"!GetAtt {pascal}DeadLetters.Arn",
                "TIMER_ROLE_ARN": "!GetAtt TimersRole.Arn",
            },
            "rights": [
                right("[scheduler:CreateSchedule, scheduler:UpdateSchedule]", f"!Sub arn:{group}"),
                right("iam:PassRole", "!GetAtt TimersRole.Arn"),
            ],
            "writes": False,
            "guards": False,
            "batch": BATCH,
        },
        "rule": True,
        "delay": None,
    }
