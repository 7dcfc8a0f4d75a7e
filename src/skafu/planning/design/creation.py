"""The commands by which things begin: their fields, references, lines, owners and first values."""

import re
from dataclasses import dataclass

from skafu.planning.design.implying import BIRTH
from skafu.planning.design.naming import snake
from skafu.planning.design.sheets import AggregateSheet, CommandSheet, Fields, FieldSheet, SystemSheet, ValueTypeSheet
from skafu.planning.language.phrases import is_person
from skafu.planning.lexicon import lives
from skafu.planning.lexicon.fields import RESERVED_FIELDS, type_of
from skafu.planning.lexicon.nouns import PERSONAL
from skafu.planning.meaning.acting import owns_what_it_starts
from skafu.planning.meaning.story import Act, Source, Story

_ONCE = re.compile(r"\b(?:once|one \w+) per\b|\bonly once\b|\bonly one\b")
PRODUCT_PRICE = "price"


@dataclass(slots=True)
class Creation:
    """Builds the beginnings of the things of one system."""

    story: Story
    attributes: dict[str, dict[str, str]]
    system: SystemSheet
    sheets: dict[str, AggregateSheet]
    staff: str

    def create(self, sheet: AggregateSheet, command: CommandSheet, act: Act) -> None:
        """Give the command that begins a thing its fields, and the thing its owner and first values."""
        event = command.event
        for name, entry in self._first_fields(sheet, act).items():
            sheet.fields[name] = entry
            event.fields[name] = entry.copy()
            command.fields[name] = entry
        self._lines(sheet, command)
        self._owner(sheet, command)
        self._start_values(sheet, command)
        self._once(sheet, act)
        if sheet.thing == "reading":
            sheet.store, sheet.retention = "log", self.story.retention.get("reading", "1 year")
            sheet.key = [f"{self.sheets[act.target].snake}_id"] if act.target in self.sheets else []

    def _once(self, sheet: AggregateSheet, act: Act) -> None:
        """One vote per poll: nobody has a second one."""
        other = self.sheets.get(act.target)
        if (
            other is not None
            and sheet.owner
            and other.id_name in sheet.fields
            and _ONCE.search(act.source.words.lower())
        ):
            sheet.unique.append([other.id_name, sheet.owner])

    def _first_fields(self, sheet: AggregateSheet, act: Act) -> Fields:
        head = sheet.thing.split()[-1]
        given = {**self.attributes.get(sheet.thing, {}), **act.fields}
        shape = lives.SHAPES.get(sheet.thing, lives.SHAPES.get(head))
        if shape is not None and "as_of" in shape and act.roles:
            shape = {"content": "text"}
        fields: Fields = {}
        refs = self._references(sheet, act)
        if any(type_of(name) in {"date", "datetime"} or kind == "datetime" for name, kind in given.items()):
            shape = {name: kind for name, kind in (shape or {}).items() if kind != "datetime"} or None
        if shape is None:
            person = is_person(head)
            shape = {"name": "text", "email": "email"} if person else {} if len(given) > 1 or refs else {"name": "text"}
        for name, kind in {**shape, **given}.items():
            put_field(fields, sheet, name, kind)
        fields.update(refs)
        return fields

    def _references(self, sheet: AggregateSheet, act: Act) -> Fields:
        """Refer to what the act is about, and to what the thing belongs to."""
        fields: Fields = {}
        owners = self.story.things[sheet.thing].owners if sheet.thing in self.story.things else []
        for thing in dict.fromkeys([act.target, *act.reads, *owners]):
            other = self.sheets.get(thing)
            if other is not None and other is not sheet and not is_person(thing.split()[-1]):
                fields[other.id_name] = FieldSheet(f"ref {other.name}")
            elif thing and other is None and thing == act.target and sheet.thing not in lives.LINES:
                name = snake(f"{thing} id")
                fields[name if is_person(thing.split()[-1]) else snake(thing)] = FieldSheet(
                    "id" if is_person(thing.split()[-1]) else "text"
                )
        return fields

    def _lines(self, sheet: AggregateSheet, command: CommandSheet) -> None:
        """Give an order its lines, and add up its total."""
        name = lives.LINES.get(sheet.thing)
        if name is None or not command.roles or "total" not in command.fields:
            return
        product = next(
            (
                other
                for other in self.sheets.values()
                if PRODUCT_PRICE in lives.SHAPES.get(other.thing, {}) and other is not sheet
            ),
            None,
        )
        fields: Fields = (
            {product.id_name: FieldSheet(f"ref {product.name}")} if product else {"item": FieldSheet("text")}
        )
        fields |= {"quantity": FieldSheet("integer", min=1), "price": FieldSheet("money")}
        value_type = ValueTypeSheet(
            self.system.free(name), fields, Source(sheet.source.words, "an order has lines"), sheet
        )
        self.system.value_types.append(value_type)
        for place in (sheet.fields, command.fields, command.event.fields):
            place["lines"] = FieldSheet(f"list of {value_type.name}", min=1 if place is command.fields else None)
        del command.fields["total"]
        command.emits[0].given["total"] = "sum(command.lines, line, line.quantity * line.price)"

    def _owner(self, sheet: AggregateSheet, command: CommandSheet) -> None:
        owning = [role for role in command.roles if owns_what_it_starts(role)]
        implied = command.source.rule == BIRTH and len(self.story.roles) > 1 and self.staff in command.roles
        if implied or not owning or len(owning) < len(command.roles) or sheet.thing == "reading":
            return
        own = len(owning) == 1 and owning[0] not in self.sheets
        name = snake(f"{owning[0]} id") if own else "user_id"
        if name == sheet.id_name or name in sheet.fields:
            return
        sheet.owner = name
        for place in (sheet.fields, command.event.fields):
            place[name] = FieldSheet("id")
        command.owner = name

    def _start_values(self, sheet: AggregateSheet, command: CommandSheet) -> None:
        """Let counters begin at nothing, and the highest bid at the start price."""
        attributes = self.attributes.get(sheet.thing, {})
        emit = command.emits[0]
        if "balance" in command.fields:
            del command.fields["balance"]
            emit.given["balance"] = 'money(0, "EUR")'
        if "highest_amount" in attributes:
            start = next((name for name, entry in command.fields.items() if entry.type == "money"), "")
            sheet.fields["highest_amount"] = FieldSheet("money")
            command.event.fields["highest_amount"] = FieldSheet("money")
            emit.given["highest_amount"] = f"command.{start}" if start else 'money(0, "EUR")'
        if "suspended_until" in attributes:
            sheet.fields["suspended_until"] = FieldSheet("datetime", optional=True)
        for act in self.story.acts:
            if act.thing == sheet.thing and act.counts:
                command.fields.pop(act.counts, None)
                command.event.fields.pop(act.counts, None)
                sheet.fields[act.counts] = FieldSheet("integer", default=0)


def put_field(fields: Fields, sheet: AggregateSheet, name: str, kind: str) -> None:
    """Add a field with the type that its name or the text says; reserved names are left out."""
    name = snake(name)
    if name in RESERVED_FIELDS or name in {"status", sheet.id_name, "highest_amount", "suspended_until"}:
        return
    optional = kind.startswith("optional ")
    plain = kind.removeprefix("optional ") or type_of(name)
    if "(" in plain or " + " in plain:
        plain = type_of(name)
    entry = FieldSheet(plain, optional, personal=name in PERSONAL)
    if name in {"quantity", "capacity"}:
        entry.min = 1
    if name == "stars":
        entry.min, entry.max = 1, 5
    fields[name] = entry
