"""Makes aggregates out of the acts of a story: commands with fields, the events that follow, and who owns what."""

import re
from dataclasses import dataclass, field

from skafu.planning.design.naming import aggregate_words, pascal, snake
from skafu.planning.design.sheets import (
    AggregateSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    Fields,
    FieldSheet,
    RuleSheet,
    SystemSheet,
    ValueTypeSheet,
)
from skafu.planning.language.phrases import is_person
from skafu.planning.lexicon import lives, nouns
from skafu.planning.lexicon.fields import RESERVED_FIELDS, type_of
from skafu.planning.lexicon.nouns import PERSONAL
from skafu.planning.meaning.acting import event_words, owns_what_it_starts
from skafu.planning.meaning.implied import birth_verb, may_create
from skafu.planning.meaning.limits import snake_words
from skafu.planning.meaning.story import Act, Question, Source, Story, Trigger

NEEDING_TARGET = frozenset(
    {
        "book",
        "reserve",
        "borrow",
        "rent",
        "register",
        "enroll",
        "sign_up",
        "match",
        "record",
        "subscribe",
        "join",
        "hire",
    }
)
ASSIGNING = frozenset({"assign", "allocate", "delegate", "appoint"})
WAITING = "waiting list"
_HOUSE = ("staff", "admin", "administrator", "clerk", "manager", "receptionist", "librarian", "operator", "organiser", "organizer")
PRODUCT_PRICE = "price"


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
        self.staff = self._staff()
        self._fold_waiting_list()
        self._only_append()
        self._imply_payment()
        self._imply_things()
        for act in self.story.acts:
            self._sheet(act.thing, act.source)
        for sheet in list(self.sheets.values()):
            self._commands(sheet)
        for rule in self.story.rules:
            self._rule(rule.act, RuleSheet(snake(rule.code), rule.expression, rule.message, rule.source))

    def _staff(self) -> str:
        """Give the role that does what nobody is named for."""
        roles = list(dict.fromkeys([*self.story.roles, *(role for wish in self.story.wishes for role in wish.roles)]))
        employed = next((role for role in _HOUSE if role in roles), "")
        employed = employed or next((role for role in roles if not owns_what_it_starts(role)), "")
        if employed:
            return employed
        return roles[0] if len(roles) == 1 else self.generic if not roles else "staff"

    def _only_append(self) -> None:
        """Readings are written once; what else is said to be done to them becomes a question."""
        for act in list(self.story.acts):
            if act.thing == "reading" and act.verb not in {"record", "receive"}:
                self.story.acts.remove(act)
                self.story.questions.append(Question(f"What is meant by: {act.source.words}", "reading"))

    def _fold_waiting_list(self) -> None:
        """Who waits for a class stands on the list of that class."""
        waited = next((act.target for act in self.story.acts if act.thing == WAITING and act.target), "")
        if not waited or waited == WAITING:
            return
        for act in self.story.acts:
            if act.thing == WAITING:
                act.event = act.event or event_words(act)
                act.named = act.named or WAITING
                act.thing, act.target, act.creates = waited, "", False
        self.story.capacities[waited] = True

    def _imply_payment(self) -> None:
        """Note on an order that it is paid, where only paid ones go on and the payment is a thing of its own."""
        paying = next((act for act in self.story.acts if act.thing == "payment" and act.verb in {"capture", "make", "receive", "charge", "pay"}), None)
        for act in list(self.story.acts):
            known = self.story.act("pay", act.thing)
            if "pay" in act.states and known is None and paying is not None and act.thing != "payment":
                source = Source(act.source.words, "only paid ones go on")
                paid = Act("pay", act.thing, source, label=f"mark {act.thing} paid", passive=True)
                paid.triggers.append(Trigger("act", paying))
                self.story.acts.insert(self.story.acts.index(act), paid)

    # things -------------------------------------------------------------------------------------------------------

    def _imply_things(self) -> None:
        """Add how things begin that are only spoken of: the class that is booked, the books that are browsed."""
        for act in list(self.story.acts):
            needed = act.target and act.verb in NEEDING_TARGET and act.target != act.thing
            if needed and not is_person(act.target.split()[-1]):
                self._imply(act.target, act.source, before=act)
            for read in act.reads:
                self._imply(read, act.source, before=act)
        for wish in self.story.wishes:
            if wish.thing.split()[-1] not in nouns.REPORTS and not is_person(wish.thing):
                self._imply(wish.thing, wish.source)
        for thing in dict.fromkeys(act.thing for act in self.story.acts):
            self._imply(thing, next(act.source for act in self.story.acts if act.thing == thing))

    def _imply(self, thing: str, source: Source, before: Act | None = None) -> None:
        if any(act.thing == thing and may_create(act) for act in self.story.acts):
            return
        rule = Source(source.words, "a thing has to begin somehow")
        roles = [thing] if thing in self.story.roles and owns_what_it_starts(thing) else [self.staff]
        if thing in {"cart", "basket"}:
            roles = next((act.roles for act in self.story.acts if act.thing == thing and act.roles), roles)
        verb = "open" if thing in {"cart", "basket", "account"} else birth_verb(thing)
        act = Act(verb, thing, rule, creates=True, roles=list(roles))
        first = next(
            (at for at, each in enumerate(self.story.acts) if each.thing == thing or each is before),
            len(self.story.acts),
        )
        self.story.acts.insert(first, act)
        for role in roles:
            self.story.roles.setdefault(role, rule)

    def _sheet(self, thing: str, source: Source) -> AggregateSheet:
        if thing not in self.sheets:
            name = self.system.free(pascal(aggregate_words(thing)))
            sheet = AggregateSheet(name, thing, Source(source.words, "a thing that something is done to"))
            self.sheets[thing] = sheet
            self.system.aggregates.append(sheet)
        return self.sheets[thing]

    # commands -----------------------------------------------------------------------------------------------------

    def _commands(self, sheet: AggregateSheet) -> None:
        acts = [act for act in self.story.acts if act.thing == sheet.thing]
        born = [act for act in acts if may_create(act)]
        creating = next((act for act in born if act.inbound), None) or next((act for act in born if act.creates), born[0])
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
        if act.creates:
            self._creation(sheet, command, act)
        else:
            self._change(sheet, command, act)
        for words in act.extra_events:
            self._other_event(sheet, command, words)

    def _source(self, act: Act) -> Source:
        return Source(act.source.words, act.source.rule or "a verb and what it is done to")

    def _creation(self, sheet: AggregateSheet, command: CommandSheet, act: Act) -> None:
        event = command.event
        for name, entry in self._first_fields(sheet, act).items():
            sheet.fields[name] = entry
            event.fields[name] = entry.copy()
            command.fields[name] = entry
        self._lines(sheet, command)
        self._owner(sheet, command)
        self._start_values(sheet, command)
        if sheet.thing == "reading":
            sheet.store, sheet.retention = "log", self.story.retention.get("reading", "1 year")
            sheet.key = [f"{self.sheets[act.target].snake}_id"] if act.target in self.sheets else []

    def _first_fields(self, sheet: AggregateSheet, act: Act) -> Fields:
        head = sheet.thing.split()[-1]
        given = {**self.attributes.get(sheet.thing, {}), **act.fields}
        shape = lives.SHAPES.get(sheet.thing, lives.SHAPES.get(head))
        fields: Fields = {}
        refs = self._references(sheet, act)
        if any(type_of(name) in {"date", "datetime"} or kind == "datetime" for name, kind in given.items()):
            shape = {name: kind for name, kind in (shape or {}).items() if kind != "datetime"} or None
        if shape is None:
            person = is_person(head)
            shape = {"name": "text", "email": "email"} if person else {} if len(given) > 1 or refs else {"name": "text"}
        for name, kind in {**shape, **given}.items():
            self._put(fields, sheet, name, kind)
        fields.update(refs)
        return fields

    def _put(self, fields: Fields, sheet: AggregateSheet, name: str, kind: str) -> None:
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
        if not owning or len(owning) < len(command.roles) or sheet.thing == "reading":
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

    # changes ------------------------------------------------------------------------------------------------------

    def _change(self, sheet: AggregateSheet, command: CommandSheet, act: Act) -> None:
        event, fields = command.event, Fields()
        for name, kind in {**lives.ACT_FIELDS.get(act.verb, {}), **act.fields}.items():
            if " + " in kind:
                event.fields[name] = FieldSheet("datetime")
                command.emits[0].given[name] = kind
            else:
                self._put(fields, sheet, name, kind)
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
            self.story.questions.append(Question(f"Who chooses the {act.target}, and how: {act.source.words}", act.thing))
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
        for table, effects in ((lives.COUNTED, event.add), (lives.SPENT, event.remove)):
            counter, by = table.get(act.verb, ("", ""))
            if counter and by == name:
                if counter not in sheet.fields:
                    return False
                effects[counter] = f"event.{name}"
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
        value_type = ValueTypeSheet(self.system.free(pascal(act.value_type)), fields, self._source(act), sheet)
        self.system.value_types.append(value_type)
        for place in (command.fields, command.event.fields):
            place.pop("amount", None)
            place[name] = FieldSheet(value_type.name)
        sheet.fields.pop("amount", None)
        sheet.fields[f"{name}s"] = FieldSheet(f"list of {value_type.name}")
        command.event.add[f"{name}s"] = f"event.{name}"
        command.event.set["highest_amount"] = f"event.{name}.amount"
        command.allow = f"command.{name}.{role} == caller.id"

    def _other_event(self, sheet: AggregateSheet, command: CommandSheet, words: str) -> None:
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
