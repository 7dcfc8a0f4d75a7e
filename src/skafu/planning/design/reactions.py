"""Turns triggers into policies, timers and calls."""

from dataclasses import dataclass

from skafu.blueprint.naming import names_of
from skafu.planning.design.links import carry, instance_of, leads_back, refer_back, rows
from skafu.planning.design.naming import snake
from skafu.planning.design.outside import ASKED, Outside, why, with_failure
from skafu.planning.design.sheets import (
    AggregateSheet,
    CommandSheet,
    EventSheet,
    FieldSheet,
    PolicySheet,
    SystemSheet,
    TimerSheet,
)
from skafu.planning.language.marks import Mark
from skafu.planning.lexicon import outside
from skafu.planning.lexicon.fields import TYPE_OF_FIELD
from skafu.planning.meaning.frames import edge_of
from skafu.planning.meaning.story import Question, Story, Trigger

_LONGEST = 365 * 86_400


@dataclass(slots=True)
class Reactions:
    """Builds the reactions of one system."""

    story: Story
    system: SystemSheet

    def build(self) -> None:
        """Build them in the order of the acts."""
        others = Outside(self.system)
        for act in self.story.acts:
            command = self.system.command(act)
            if command is None:
                continue
            if act.inbound:
                others.receive(command, act)
            asked = bool(act.outside) and outside.BRANDS[act.outside][1] in ASKED
            if asked and others.ask(command, act):
                continue
            for trigger in act.triggers:
                self.react(command, trigger)

    def _ask(self, text: str, command: CommandSheet) -> None:
        self.story.questions.append(Question(text, command.name))

    # triggers -----------------------------------------------------------------------------------------------------

    def react(self, command: CommandSheet, trigger: Trigger) -> None:
        """Let a trigger run a command; what cannot be told becomes a question."""
        cause = self.system.command(trigger.act) if trigger.act is not None else None
        if cause is command and trigger.kind in {"act", "failed"}:
            return
        match trigger.kind:
            case "act" if cause is not None:
                self._policy(cause.event, command, trigger.condition)
            case "failed" if cause is not None:
                self._on_failure(cause, command)
            case "schedule" if trigger.mark is not None:
                self._every(command, trigger.mark, trigger.about)
            case "deadline" if cause is not None and trigger.mark is not None:
                self._deadline(cause, command, trigger)
            case "moment":
                self._moment(command, trigger)
            case "value" if cause is not None:
                self._value(cause, command, trigger)
            case _:
                self._ask(f"When exactly does this happen: {command.source.words}", command)

    def _policy(self, event: EventSheet, command: CommandSheet, condition: str = "") -> bool:
        if event.aggregate.store == "log":
            self._ask(
                f"Single entries of a log start nothing: when is {names_of(command.name).words} meant to happen?",
                command,
            )
            return False
        if leads_back(self.system, event, command):
            self._ask(f"Does this go round in a circle: {command.source.words}", command)
            return False
        if condition and not self._condition_holds(event, condition):
            return False
        known, query = instance_of(self.system, event, command, command.source)
        if not known:
            said = f"Which {command.aggregate.thing} is meant when {event.words}: {command.source.words}"
            self._ask(said, command)
            return False
        if any(policy.when is event and policy.then is command for policy in self.system.policies):
            return True
        self.system.policies.append(
            PolicySheet(event, command, why(command, "what follows by itself"), condition, for_each=query)
        )
        command.by_system = True
        return True

    def _condition_holds(self, event: EventSheet, condition: str) -> bool:
        name = condition.partition("event.")[2].split()[0]
        return carry(event, name)

    def _on_failure(self, cause: CommandSheet, command: CommandSheet) -> None:
        failure = next((emit.event for emit in cause.emits[1:] if emit.event.words.endswith("failed")), None)
        if failure is None:
            failure = self._failure_of(cause)
        if failure is not None:
            self._policy(failure, command)

    def _failure_of(self, cause: CommandSheet) -> EventSheet | None:
        """Let the call whose answer the cause is also record that it was refused."""
        call = next((call for call in self.system.calls if call.ok is cause), None)
        if call is None:
            self._ask(f"How is it known that it failed: {cause.source.words}", cause)
            return None
        return with_failure(self.system, cause, call)

    # time ---------------------------------------------------------------------------------------------------------

    def _every(self, command: CommandSheet, mark: Mark, about: str = "") -> None:
        timer = TimerSheet(command, why(command, f'"{mark.text}"'), every=mark.every)
        other = self.system.aggregate(about)
        if not command.creates:
            timer.for_each = rows(self.system, command.aggregate, [], command.source)
            self._only_some(timer, command.aggregate, command.states)
        elif other is not None and other is not command.aggregate and other.store != "log":
            refer_back(command, other)
            timer.for_each = rows(self.system, other, [], command.source)
            self._only_some(timer, other, other.states[:1])
        amount = command.act.amount if command.act is not None else None
        if amount is not None and amount.is_money and "amount" in command.fields:
            timer.given["amount"] = edge_of(amount)
        self.system.timers.append(timer)
        command.by_system = True

    def _only_some(self, timer: TimerSheet, sheet: AggregateSheet, states: list[str]) -> None:
        """Leave out rows in other states, and those that are not overdue where the words say so."""
        conditions = [f'row.status == "{states[0]}"'] if len(states) == 1 else []
        if "overdue" in timer.source.words.lower() and "due_at" in sheet.fields:
            conditions.append("row.due_at < now")
        timer.condition = " && ".join(conditions)

    def _deadline(self, cause: CommandSheet, command: CommandSheet, trigger: Trigger) -> None:
        mark = trigger.mark
        if mark is None or not 0 < mark.seconds <= _LONGEST:
            self._ask(f"How long exactly: {command.source.words}", command)
            return
        known, query = instance_of(self.system, cause.event, command, command.source)
        if not known or cause.aggregate.store == "log":
            self._ask(f"Which {command.aggregate.thing} is meant: {command.source.words}", command)
            return
        own = {event.name for event in command.aggregate.events}
        awaited = [
            found.event
            for act in trigger.awaited
            if (found := self.system.command(act)) is not None and found.event.name in own
        ]
        if mark.working:
            self._ask(f'Which days are working days? "{mark.text}" counts all days for now.', command)
        self.system.timers.append(
            TimerSheet(
                command,
                why(command, f'"{mark.text}"'),
                cause.event,
                after=mark.duration,
                unless=awaited,
                for_each=query,
            )
        )
        command.by_system = True

    def _moment(self, command: CommandSheet, trigger: Trigger) -> None:
        sheet = command.aggregate
        creating = sheet.creating
        name = snake(trigger.field)
        later = [event for event in sheet.events if name in event.fields and event is not command.event]
        known = bool(later) and self._as_time(sheet, name)
        if creating is None or creating is command or not (known or self._has_moment(command, name)):
            self._ask(f"At which time exactly: {command.source.words}", command)
            return
        mark = trigger.mark
        sign = "-" if trigger.before else "+"
        when = f'event.{name} {sign} duration("{mark.duration}")' if mark is not None else f"event.{name}"
        events = [event for event in sheet.events if name in event.fields and not event.fields[name].optional]
        moved = [event for event in events if event is not command.event]
        if len(moved) > 1 and mark is None and not command.emits[0].condition and not command.fields:
            command.emits[0].condition = f"now >= state.{name}"
        for event in events:
            if event is not command.event:
                self.system.timers.append(TimerSheet(command, why(command, f"the time in {name}"), event, at=when))
                command.by_system = True

    def _has_moment(self, command: CommandSheet, name: str) -> bool:
        """Make sure that the thing has the time from its beginning."""
        sheet = command.aggregate
        creating = sheet.creating
        if creating is None:
            return False
        entry = creating.event.fields.get(name)
        if entry is None:
            if creating.by_system or not creating.roles:
                return False
            for fields in (sheet.fields, creating.fields, creating.event.fields):
                fields[name] = FieldSheet("datetime")
            return True
        self._as_time(sheet, name)
        if entry.optional and not creating.roles:
            return False
        return creating.event.fields[name].type == "datetime" and not creating.event.fields[name].optional

    def _as_time(self, sheet: AggregateSheet, name: str) -> bool:
        """Make a moment out of a day; whether something but the beginning gives it for sure."""
        if TYPE_OF_FIELD.get(name) == "date" or sheet.fields[name].type == "date":
            for fields in (
                sheet.fields,
                *(event.fields for event in sheet.events),
                *(each.fields for each in sheet.commands),
            ):
                _retype(fields, name)
        return any(
            name in event.fields and event.fields[name].type == "datetime" and not event.fields[name].optional
            for event in sheet.events
        )

    def _value(self, reading: CommandSheet, command: CommandSheet, trigger: Trigger) -> None:
        """Look at the latest readings again and again; entries of a log start nothing by themselves."""
        sheet = reading.aggregate
        target = command.aggregate
        if not command.creates and (target.id_name not in sheet.fields or sheet.fields[target.id_name].optional):
            self._ask(f"Which {target.thing} is meant: {command.source.words}", command)
            return
        latest = rows(self.system, sheet, [], command.source)
        condition = trigger.condition.replace("event.", "row.")
        timer = TimerSheet(
            command,
            why(command, "a value past its limit"),
            every="5 minutes",
            for_each=latest,
            condition=condition,
        )
        if command.creates:
            self._once_a_day(command, sheet.key)
            timer.given["day"] = "date(now)"
        self.system.timers.append(timer)
        command.by_system = True

    def _once_a_day(self, command: CommandSheet, key: list[str]) -> None:
        """One alarm for each device and day, however often its value is looked at."""
        sheet, reading = command.aggregate, self.system.aggregate("reading")
        if reading is None:
            return
        for name in key:
            for fields in (sheet.fields, command.fields, command.event.fields):
                fields[name] = reading.fields[name].copy()
        for fields in (sheet.fields, command.fields, command.event.fields):
            fields["day"] = FieldSheet("date")
        sheet.key = [*key, "day"]
        self._ask(f"At most one {sheet.thing} a day for each device is raised; is that right?", command)


def _retype(fields: dict[str, FieldSheet], name: str) -> None:
    if name in fields:
        fields[name].type = "datetime"
