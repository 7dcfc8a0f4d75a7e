"""Makes aggregates out of the acts of a story: commands with fields, the events that follow, and who owns what."""

import re
from dataclasses import dataclass, field

from skafu.planning.design.changes import Changes
from skafu.planning.design.creation import Creation
from skafu.planning.design.implying import Implying
from skafu.planning.design.naming import aggregate_words, pascal, snake
from skafu.planning.design.sheets import (
    AggregateSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    FieldSheet,
    RuleSheet,
    SystemSheet,
)
from skafu.planning.lexicon import lives
from skafu.planning.meaning.acting import event_words
from skafu.planning.meaning.implied import may_create
from skafu.planning.meaning.limits import snake_words
from skafu.planning.meaning.story import Act, Source, Story


@dataclass(slots=True)
class Aggregates:
    """Builds the aggregates of one system."""

    story: Story
    attributes: dict[str, dict[str, str]]
    system: SystemSheet
    staff: str = "staff"
    generic: str = "user"
    sheets: dict[str, AggregateSheet] = field(default_factory=dict)

    def build(self) -> None:
        """Build them all: names first, because fields refer to them."""
        self.staff = Implying(self.story, self.generic).complete()
        self._count()
        for act in self.story.acts:
            self._sheet(act.thing, act.source)
        for sheet in list(self.sheets.values()):
            self._commands(sheet)
        for rule in self.story.rules:
            self._rule(rule.act, RuleSheet(snake(rule.code), rule.expression, rule.message, rule.source))

    def _count(self) -> None:
        """Give accounts a balance and shelves a stock where something is put in or taken out."""
        for act in self.story.acts:
            counter, *_ = lives.counter_of(act.verb, act.thing)
            if counter == "balance":
                self.attributes.setdefault(act.thing, {}).setdefault(counter, "money")

    def _sheet(self, thing: str, source: Source) -> AggregateSheet:
        if thing not in self.sheets:
            name = self.system.free(pascal(aggregate_words(thing)))
            sheet = AggregateSheet(name, thing, Source(source.words, "a thing that something is done to"))
            self.sheets[thing] = sheet
            self.system.aggregates.append(sheet)
        return self.sheets[thing]

    def _commands(self, sheet: AggregateSheet) -> None:
        acts = [act for act in self.story.acts if act.thing == sheet.thing]
        born = [act for act in acts if may_create(act)]
        creating = next((act for act in born if act.inbound), None) or next(
            (act for act in born if act.creates), born[0]
        )
        for act in [creating, *(act for act in acts if act is not creating)]:
            act.creates = act is creating
            self._command(sheet, act)

    def _command(self, sheet: AggregateSheet, act: Act) -> None:
        name = self.system.free(
            pascal(act.label or f"{act.verb} {act.named or act.thing}"), pascal(f"{act.verb} {sheet.thing} {act.named}")
        )
        command = CommandSheet(
            name, sheet, self._source(act), act.verb, act, act.creates, roles=list(dict.fromkeys(act.roles))
        )
        words = event_words(act)
        event = EventSheet(
            self.system.free(pascal(words), pascal(f"{sheet.thing} {words}")), sheet, self._source(act), words
        )
        command.emits.append(EmitSheet(event))
        sheet.commands.append(command)
        sheet.events.append(event)
        changes = Changes(self.story, self.system, self.sheets)
        if act.creates:
            Creation(self.story, self.attributes, self.system, self.sheets, self.staff).create(sheet, command, act)
        else:
            changes.change(sheet, command, act)
        for words in act.extra_events:
            changes.other_event(sheet, command, words)

    def _source(self, act: Act) -> Source:
        return Source(act.source.words, act.source.rule or "a verb and what it is done to")

    def _rule(self, act: Act, rule: RuleSheet) -> None:
        command = self.system.command(act)
        if command is None:
            return
        expression = rule.rule
        for read in act.reads:
            other = self.sheets.get(read)
            if other is None or other is command.aggregate:
                return
            name = other.snake
            expression = re.sub(rf"\b{snake_words(read)}\.", f"{name}.", expression)
            command.reads[name] = f"{other.name}(command.{other.id_name})"
            if other.id_name not in command.fields:
                self._read_field(command, other)
        command.rules.append(RuleSheet(rule.code, expression, rule.message, rule.source))

    def _read_field(self, command: CommandSheet, other: AggregateSheet) -> None:
        entry = FieldSheet(f"ref {other.name}")
        command.fields[other.id_name] = entry
        if command.creates:
            command.aggregate.fields[other.id_name] = entry
            command.event.fields[other.id_name] = entry.copy()
