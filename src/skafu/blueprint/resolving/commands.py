"""Commands: their routes, rules, and the events that they emit with the value of each field."""

import re

from skafu.blueprint.expressions import Checked, Scope
from skafu.blueprint.findings import Location
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Command, Emit
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import Access, Assignment, ResolvedCommand, ResolvedEmit, ResolvedInvariant, ResolvedRead
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.resolving.fields import FieldResolver
from skafu.blueprint.resolving.mapping import assignments
from skafu.blueprint.resolving.routes import command_route
from skafu.blueprint.resolving.scopes import ROOTS, command_fields, command_scope, given, state_fields
from skafu.blueprint.types import Ref

_READ = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)\s*\((.*)\)\s*", re.DOTALL)


class CommandResolver:
    """Resolves one command."""

    def __init__(self, context: Context, entry: Entry[Command], fields: FieldResolver) -> None:
        """Find what its rules may look at."""
        self._context = context
        self._entry = entry
        self._command = entry.element
        self._fields = fields
        self._scope = command_scope(context, entry, self._read_types())

    def resolve(self) -> ResolvedCommand:
        """Give the command with everything spelled out."""
        command, place = self._command, self._entry.location
        aggregate = self._entry.of
        for at, state in enumerate(command.in_):
            if state not in aggregate.states:
                self._context.unknown("state", state, aggregate.states, (*place, "in", at))
        emits = tuple(filter(None, (self._emit(at, emit) for at, emit in enumerate(command.emits))))
        return ResolvedCommand(
            names=names_of(command.name),
            aggregate=aggregate.name,
            summary=command.summary,
            creates=command.creates,
            route=command_route(self._context, command, aggregate.name, (*place, "http")),
            access=self._access(),
            in_states=command.in_,
            fields=self._fields.resolve(command.fields, (*place, "fields")),
            key=self._key(emits),
            reads=self._reads(),
            invariants=self._invariants(),
            emits=emits,
        )

    def _access(self) -> Access:
        command = self._command
        allow = self._context.condition(command.allow, self._scope, (*self._entry.location, "allow"))
        return Access(command.public, command.roles, allow)

    def _invariants(self) -> tuple[ResolvedInvariant, ...]:
        found = []
        for at, invariant in enumerate(self._command.invariants):
            rule = self._condition(invariant.rule, (*self._entry.location, "invariants", at, "rule"))
            if rule:
                found.append(ResolvedInvariant(invariant.code, rule, invariant.message))
        return tuple(found)

    def _emit(self, at: int, form: str | Emit) -> ResolvedEmit | None:
        emit = form if isinstance(form, Emit) else Emit(event=form)
        place = (*self._entry.location, "emits", at)
        events = self._context.service(self._entry.service).events
        target = events.get(emit.event)
        name_place = (*place, "event") if isinstance(form, Emit) else place
        own = [event.name for event in self._entry.of.events]
        if target is None or target.of.name != self._entry.of.name:
            self._context.unknown("event", emit.event, own, name_place)
            return None
        types = self._context.types(target.element.fields, target.service, (*target.location, "fields"))
        condition = self._condition(emit.if_, (*place, "if"))
        values = assignments(
            self._context,
            emit.with_,
            types,
            given(self._scope, condition),
            ("command", "state"),
            (*place, "with"),
            of=f"event {emit.event}",
            may_lack=with_default(target.element.fields),
        )
        return ResolvedEmit(emit.event, condition, emit.else_, values)

    def _condition(self, text: str | None, place: Location) -> Checked | None:
        return self._context.condition(text, self._scope, place)

    def _key(self, emits: tuple[ResolvedEmit, ...]) -> tuple[Assignment, ...]:
        """Find where each field of the key comes from: the command's own field, or what all its events are given."""
        aggregate = self._entry.of
        if not self._command.creates:
            return ()
        found = (self._key_field(name, emits) for name in aggregate.key if name in aggregate.fields)
        return tuple(filter(None, found))

    def _key_field(self, name: str, emits: tuple[ResolvedEmit, ...]) -> Assignment | None:
        if name in self._command.fields:
            types = self._context.types(self._command.fields, self._entry.service, (*self._entry.location, "fields"))
            if name not in types:
                return None
            aggregate = self._context.service(self._entry.service).aggregates[self._entry.of.name]
            target = state_fields(self._context, aggregate).get(name)
            place = (*self._entry.location, "fields", name)
            said = f"{name} is part of the key"
            value = self._context.expression(f"command.{name}", self._scope, target, place, code="wrong_key", of=said)
            return Assignment(name, value) if value else None
        given = {a.value.text: a for emit in emits for a in emit.values if a.field == name}
        if len(given) == 1 and all(any(a.field == name for a in emit.values) for emit in emits):
            return next(iter(given.values()))
        message = f"{self._command.name} creates, and nothing gives it {name}, which is part of the key"
        fix = f"Add {name} to its fields."
        self._context.note("key_not_given", self._entry.location, message, expected=name, fix=fix)
        return None

    def _read_types(self) -> dict[str, Types]:
        """Give the fields of what is read; what is wrong is noted when the reads are resolved."""
        found = {}
        aggregates = self._context.service(self._entry.service).aggregates
        for name, text in self._command.reads.items():
            parsed = _READ.fullmatch(text)
            if parsed and parsed[1] in aggregates:
                found[name] = state_fields(self._context, aggregates[parsed[1]])
        return found

    def _reads(self) -> tuple[ResolvedRead, ...]:
        found = []
        for name, text in self._command.reads.items():
            place = (*self._entry.location, "reads", name)
            if name in ROOTS:
                fix = "Call it otherwise."
                self._context.note("reserved_name", place, f"{name} has a meaning of its own", fix=fix, at_key=True)
                continue
            read = self._read(name, text, place)
            if read:
                found.append(read)
        return tuple(found)

    def _read(self, name: str, text: str, place: Location) -> ResolvedRead | None:
        parsed = _READ.fullmatch(text)
        if parsed is None:
            expected = "an aggregate and its id, such as Member(command.member_id)"
            self._context.note("wrong_read", place, f"{text!r} is not {expected}", expected=expected)
            return None
        aggregates = self._context.service(self._entry.service).aggregates
        if parsed[1] not in aggregates:
            if parsed[1] in self._context.index.aggregates:
                message = f"{parsed[1]} belongs to another service, and no service looks into the tables of another"
                fix = "Keep what you need in this service, by a policy on the other's events."
                self._context.note("read_of_other_service", place, message, fix=fix)
            else:
                self._context.unknown("aggregate", parsed[1], aggregates, place)
            return None
        inner = parsed[2]
        if inner.strip() in command_fields(self._context, self._entry):
            inner = f"command.{inner.strip()}"
        roots = {root: fields for root, fields in self._scope.roots.items() if root in ROOTS}
        scope = Scope(roots, self._scope.records)
        value = self._context.expression(inner, scope, Ref(parsed[1]), place, behind=parsed.start(2))
        return ResolvedRead(name, parsed[1], value) if value else None


def with_default(fields: object) -> frozenset[str]:
    """Give the fields that have a default, so that they need no value."""
    if not isinstance(fields, dict):
        return frozenset()
    return frozenset(name for name, form in fields.items() if "default" in getattr(form, "model_fields_set", ()))
