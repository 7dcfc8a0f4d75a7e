"""The commands that change things: what is said with them, and what their events do to lists, counters and fields."""

from dataclasses import dataclass

from skafu.planning.design.creation import put_field
from skafu.planning.design.naming import pascal, snake
from skafu.planning.design.sheets import (
    AggregateSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    Fields,
    FieldSheet,
    SystemSheet,
    ValueTypeSheet,
)
from skafu.planning.language.phrases import is_person
from skafu.planning.lexicon import lives
from skafu.planning.meaning.story import Act, Question, Story

ASSIGNING = frozenset({"assign", "allocate", "delegate", "appoint"})


@dataclass(slots=True)
class Changes:
    """Builds the changes of the things of one system."""

    story: Story
    system: SystemSheet
    sheets: dict[str, AggregateSheet]

    def change(self, sheet: AggregateSheet, command: CommandSheet, act: Act) -> None:
        """Give a command that changes a thing its fields, and say what its event does to the thing."""
        event, fields = command.event, Fields()
        for name, kind in {**lives.fields_said_with(act.verb, act.thing), **act.fields}.items():
            if " + " in kind:
                event.fields[name] = FieldSheet("datetime")
                command.emits[0].given[name] = kind
            else:
                put_field(fields, sheet, name, kind)
        fields.update(self._targets(sheet, act))
        if act.verb in {"update", "edit", "change", "modify"} and not fields:
            fields = self._editable(sheet)
        for name, entry in fields.items():
            command.fields[name] = entry
            event.fields[name] = entry.copy()
        for name, entry in event.fields.items():
            if name not in sheet.fields and not self._counts(sheet, act, command, name):
                sheet.fields[name] = entry.copy(optional=True)
        if act.value_type:
            self._value(sheet, command, act)
        if act.counts:
            event.fields[act.counts] = FieldSheet("integer")
            command.emits[0].given[act.counts] = f"state.{act.counts} + 1"

    def _editable(self, sheet: AggregateSheet) -> Fields:
        creating = sheet.creating
        given = creating.fields if creating is not None else {}
        return {name: entry.copy() for name, entry in given.items() if not entry.type.startswith(("ref ", "list of"))}

    def _targets(self, sheet: AggregateSheet, act: Act) -> Fields:
        """Say with which purchase order it is matched, to whom it is assigned, what is put into the cart."""
        fields: Fields = {}
        other = self.sheets.get(act.target)
        person = is_person(act.target.split()[-1]) if act.target else False
        if other is not None and other is not sheet and not person and other.id_name not in sheet.fields:
            fields[other.id_name] = FieldSheet(f"ref {other.name}")
        assigned = act.verb in ASSIGNING and act.clause is not None
        if assigned and person and not act.roles:
            self.story.questions.append(
                Question(f"Who chooses the {act.target}, and how: {act.source.words}", act.thing)
            )
        elif assigned and person:
            fields[snake(f"{act.target} id")] = FieldSheet("id")
        elif assigned and act.clause is not None:
            for noun in act.clause.after("to"):
                if is_person(noun.head):
                    fields[snake(f"{noun.head} id")] = FieldSheet("id")
        return fields

    def _counts(self, sheet: AggregateSheet, act: Act, command: CommandSheet, name: str) -> bool:
        """Let restocking raise the stock, withdrawing lower the balance, and adding to a cart fill it."""
        event = command.event
        counter, by, sign = lives.counter_of(act.verb, act.thing)
        if counter and by == name:
            if counter not in sheet.fields:
                return False
            (event.add if sign > 0 else event.remove)[counter] = f"event.{name}"
            return True
        if act.verb in {"share", "invite"} and event.fields[name].type == "email":
            listed = "shared_with" if act.verb == "share" else "invited"
            sheet.fields[listed] = FieldSheet("list of email", personal=True)
            event.add[listed] = f"event.{name}"
            return True
        if act.named.startswith("to ") and event.fields[name].type.startswith("ref "):
            listed = f"{name}s"
            sheet.fields[listed] = FieldSheet(f"list of {event.fields[name].type}")
            event.add[listed] = f"event.{name}"
            return True
        return False

    def _value(self, sheet: AggregateSheet, command: CommandSheet, act: Act) -> None:
        """A bid is a record: who bids how much."""
        role = snake(f"{act.roles[0]} id") if act.roles else "bidder_id"
        name = snake(act.value_type)
        fields: Fields = {role: FieldSheet("id"), "amount": FieldSheet("money")}
        value_type = ValueTypeSheet(self.system.free(pascal(act.value_type)), fields, command.source, sheet)
        self.system.value_types.append(value_type)
        for place in (command.fields, command.event.fields):
            place.pop("amount", None)
            place[name] = FieldSheet(value_type.name)
        sheet.fields.pop("amount", None)
        sheet.fields[f"{name}s"] = FieldSheet(f"list of {value_type.name}")
        command.event.add[f"{name}s"] = f"event.{name}"
        command.event.set["highest_amount"] = f"event.{name}.amount"
        command.allow = f"command.{name}.{role} == caller.id"

    def other_event(self, sheet: AggregateSheet, command: CommandSheet, words: str) -> None:
        """Emit a second event where the difference is too big, instead of the first one."""
        event = EventSheet(
            self.system.free(pascal(words), pascal(f"{sheet.thing} {words}")), sheet, command.source, words
        )
        sheet.events.append(event)
        head = words.split(maxsplit=1)[0]
        mark = command.act.clause.mark("limit") if command.act and command.act.clause else None
        edge = self._edge(head)
        if head in command.fields and edge and mark is None:
            first = command.emits[0]
            event.fields[head] = command.fields[head].copy()
            command.emits = [
                EmitSheet(event, condition=f"command.{head} > {edge}"),
                EmitSheet(first.event, otherwise=True, given=first.given),
            ]
            command.emits.reverse()
        else:
            command.emits.append(EmitSheet(event))

    def _edge(self, head: str) -> str:
        for heard in self.story.thresholds:
            if heard[0] == head:
                return heard[1]
        return "0"
