"""What runs by itself: policies, timers and calls, each ending in a command with all its fields filled."""

import re
from collections.abc import Mapping as Table
from collections.abc import Sequence

import msgspec

from skafu.blueprint.expressions import AnyType, Checked, Root, Scope
from skafu.blueprint.expressions.durations import parse_duration
from skafu.blueprint.findings import Location, listed
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Answer, Call, Command, Event, Mapping, Policy, Query, Service, Timer
from skafu.blueprint.naming import Names, names_of
from skafu.blueprint.resolved import (
    Assignment,
    CommandRef,
    EventRef,
    ForEach,
    KeyColumn,
    Reaction,
    ResolvedCall,
    ResolvedOperation,
    ResolvedPolicy,
    ResolvedQuery,
    ResolvedTimer,
)
from skafu.blueprint.resolving.commands import with_default
from skafu.blueprint.resolving.context import Context
from skafu.blueprint.resolving.mapping import assignments, source_of
from skafu.blueprint.resolving.queries import query_columns
from skafu.blueprint.resolving.scopes import FAILURE, given, id_name, reaction_scope
from skafu.blueprint.schedules import EXPECTED, Schedule, parse_schedule
from skafu.blueprint.types import Ref, Scalar, Type
from skafu.kernel.errors import Invalid

MAX_SECONDS = 365 * 86_400


class Operations(msgspec.Struct, frozen=True):
    """The operations of all integrations, by `Stripe.capture`."""

    by_name: dict[str, ResolvedOperation]

    def find(self, context: Context, name: str, location: Location) -> ResolvedOperation | None:
        """Find an operation; nothing when there is none, which is noted."""
        if name not in self.by_name:
            context.unknown("operation", name, self.by_name, location)
        return self.by_name.get(name)


def event_ref(entry: Entry[Event]) -> EventRef:
    """Name an event."""
    return EventRef(entry.service, entry.of.name, entry.element.name)


def find_command(context: Context, name: str, service: str, location: Location) -> Entry[Command] | None:
    """Find a command: of the service, or qualified where there is none (`payments.RecordRefund`)."""
    owner, _, command = name.rpartition(".")
    owner = service or owner
    index = context.index.services.get(owner)
    if index and command in index.commands and (not service or name == command):
        return index.commands[command]
    if service:
        _unknown_command(context, name, service, location)
    else:
        options = [f"{other}.{found}" for other, index in context.index.services.items() for found in index.commands]
        elsewhere = [option for option in options if option.endswith(f".{name}")]
        if len(elsewhere) == 1 and not owner:
            return context.index.services[elsewhere[0].partition(".")[0]].commands[name]
        context.unknown("command", name, options, location)
    return None


def _unknown_command(context: Context, name: str, service: str, location: Location) -> None:
    last = name.rpartition(".")[2]
    owners = [other for other, index in context.index.services.items() if last in index.commands and other != service]
    if not owners:
        context.unknown("command", name, context.service(service).commands, location)
        return
    message = f"command {last} is one of service {owners[0]}, not of {service}"
    fix = f"Write this reaction in {owners[0]}: the service whose command runs owns it."
    context.note("command_of_other_service", location, message, fix=fix)


def reaction(
    context: Context,
    entry: Entry[Command],
    written: Mapping,
    scope: Scope,
    sources: Sequence[str],
    location: Location,
) -> Reaction | None:
    """Give the command to run with its id and fields filled.

    Args:
        context: where problems are noted.
        entry: the command.
        written: what the blueprint says, field -> expression.
        scope: the names that expressions may use.
        sources: the roots whose same-named fields are copied.
        location: of the mapping.

    Returns:
        Nothing when the id is missing or wrong, which is noted.
    """
    command = entry.element
    key = id_name(entry.of.name)
    ref = CommandRef(entry.service, entry.of.name, command.name)
    own_id: Checked | None = None
    if not command.creates:
        own_id = _id(context, entry, written, scope, sources, location)
    elif key in written and key not in command.fields:
        message = f"{command.name} creates, so its {key} is made and cannot be given"
        context.note("id_is_made", (*location, key), message, fix=f"Remove {key}.", at_key=True)
    rest = {name: value for name, value in written.items() if name != key or name in command.fields}
    types = context.types(command.fields, entry.service, (*entry.location, "fields"))
    said = f"command {command.name}"
    lacking = with_default(command.fields)
    values = assignments(context, rest, types, scope, sources, location, of=said, may_lack=lacking)
    return None if own_id is None and not command.creates else Reaction(ref, own_id, values)


def _id(
    context: Context,
    entry: Entry[Command],
    written: Mapping,
    scope: Scope,
    sources: Sequence[str],
    location: Location,
) -> Checked | None:
    key, target = id_name(entry.of.name), Ref(entry.of.name)
    if key in written:
        return context.expression(written[key], scope, target, (*location, key), code="wrong_mapping")
    source = source_of(key, scope, sources)
    if source is not None:
        said = f"the id of {entry.of.name}"
        return context.expression(f"{source}.{key}", scope, target, location, code="wrong_mapping", of=said)
    roots = [root for root, fields in scope.roots.items() if isinstance(fields, Table)]
    if any(note.code == "unknown_query" and note.location[:-1] == location[:-1] for note in context.notes):
        return None
    message = f"{entry.element.name} acts on one {entry.of.name}, and nothing says which"
    rows = f"for_each: a query of {entry.of.name}"
    fix = f"Add with: {{{key}: ...}} from {listed(roots)}, or {rows}." if roots else f"Add {rows}."
    context.note("missing_id", location, message, expected=key, fix=fix)
    return None


class ReactionResolver:
    """Resolves the policies, timers and calls of one service."""

    def __init__(
        self, context: Context, service: Service, queries: Table[str, ResolvedQuery], operations: Operations
    ) -> None:
        """Keep what reactions refer to."""
        self._context = context
        self._service = service.name
        self._model = service
        self._place = context.service(service.name).location
        self._queries = queries
        self._operations = operations
        self._taken: set[str] = set()

    def policies(self) -> tuple[ResolvedPolicy, ...]:
        """Resolve the policies; the broken ones are noted and left out."""
        found = (self._policy(policy, (*self._place, "policies", at)) for at, policy in enumerate(self._model.policies))
        return tuple(filter(None, found))

    def timers(self) -> tuple[ResolvedTimer, ...]:
        """Resolve the timers; the broken ones are noted and left out."""
        found = (self._timer(timer, (*self._place, "timers", at)) for at, timer in enumerate(self._model.timers))
        return tuple(filter(None, found))

    def calls(self) -> tuple[ResolvedCall, ...]:
        """Resolve the calls; the broken ones are noted and left out."""
        found = (self._call(call, (*self._place, "calls", at)) for at, call in enumerate(self._model.calls))
        return tuple(filter(None, found))

    def _policy(self, policy: Policy, place: Location) -> ResolvedPolicy | None:
        event = self._context.event(policy.when, self._service, (*place, "when"))
        command = find_command(self._context, policy.then, self._service, (*place, "then"))
        if event is None or command is None:
            return None
        rows = self._for_each(policy.for_each, event, place)
        scope = self._scope(event, policy.for_each)
        sources = ("row", "event") if policy.for_each else ("event",)
        condition = self._context.condition(policy.if_, scope, (*place, "if"))
        then = reaction(self._context, command, policy.with_, given(scope, condition), sources, (*place, "with"))
        if then is None:
            return None
        return ResolvedPolicy(
            self._name(f"{policy.then}When{_last(policy.when)}"), event_ref(event), condition, rows, then
        )

    def _timer(self, timer: Timer, place: Location) -> ResolvedTimer | None:
        event = self._context.event(timer.when, self._service, (*place, "when")) if timer.when else None
        command = find_command(self._context, timer.then, self._service, (*place, "then"))
        self._check_kind(timer, place)
        if command is None or (timer.when and event is None):
            return None
        scope = self._scope(event, timer.for_each)
        sources = tuple(root for root in ("row", "event") if root in scope.roots)
        condition = self._context.condition(timer.if_, scope, (*place, "if"))
        rows = self._for_each(timer.for_each, event, place)
        then = reaction(self._context, command, timer.with_, given(scope, condition), sources, (*place, "with"))
        schedule = self._schedule(timer.every, (*place, "every"))
        after = self._after(timer.after, (*place, "after"))
        at = timer.at and self._context.expression(timer.at, scope, Scalar("datetime"), (*place, "at"))
        self._check_unless(timer, command, place)
        if then is None:
            return None
        return ResolvedTimer(
            names=self._name(self._timer_name(timer)),
            when=event_ref(event) if event else None,
            after_seconds=after,
            at=at or None,
            schedule=schedule.expression if schedule else None,
            timezone=schedule.timezone if schedule else "UTC",
            unless=timer.unless,
            condition=condition,
            for_each=rows,
            then=then,
        )

    def _call(self, call: Call, place: Location) -> ResolvedCall | None:
        event = self._context.event(call.when, self._service, (*place, "when"))
        operation = self._operations.find(self._context, call.call, (*place, "call"))
        if event is None or operation is None:
            return None
        scope = self._scope(event, None)
        types = {field.name: field.type for field in operation.fields}
        lacking = frozenset(field.name for field in operation.fields if not field.required)
        said = f"operation {call.call}"
        condition = self._context.condition(call.if_, scope, (*place, "if"))
        values = assignments(
            self._context,
            call.with_,
            types,
            given(scope, condition),
            ("event",),
            (*place, "with"),
            of=said,
            may_lack=lacking,
        )
        returns = {field.name: field.type for field in operation.returns}
        name = f"{names_of(call.call.replace('.', '_')).pascal}When{_last(call.when)}"
        ok = self._answer(call.ok, event, returns, (*place, "ok"))
        failed = self._answer(call.failed, event, FAILURE, (*place, "failed"))
        return ResolvedCall(self._name(_pascal(name)), event_ref(event), condition, operation, values, ok, failed)

    def _answer(
        self, form: str | Answer | None, event: Entry[Event], result: Table[str, Type], place: Location
    ) -> Reaction | None:
        if form is None:
            return None
        answer = form if isinstance(form, Answer) else Answer(then=form)
        name_place = (*place, "then") if isinstance(form, Answer) else place
        command = find_command(self._context, answer.then, self._service, name_place)
        if command is None:
            return None
        scope = reaction_scope(self._context, self._service, event, {"result": dict(result)})
        return reaction(self._context, command, answer.with_, scope, ("result", "event"), (*place, "with"))

    def _scope(self, event: Entry[Event] | None, for_each: str | None) -> Scope:
        extra: dict[str, Root] = {}
        query = self._query(for_each)
        if query is not None:
            columns = query_columns(self._context, query)
            extra["row"] = {name: column.type for name, column in columns.items()} or AnyType()
        return reaction_scope(self._context, self._service, event, extra)

    def _query(self, name: str | None) -> Entry[Query] | None:
        return self._context.service(self._service).queries.get(name) if name else None

    def _for_each(self, name: str | None, event: Entry[Event] | None, place: Location) -> ForEach | None:
        if name is None:
            return None
        known = self._context.service(self._service).queries
        if name not in known:
            self._context.unknown("query", name, known, (*place, "for_each"))
            return None
        query = self._queries.get(name)
        if query is None:
            return None
        keys = [self._row_key(key, query, event, (*place, "for_each")) for key in query.by]
        return ForEach(name, tuple(filter(None, keys)))

    def _row_key(
        self, key: KeyColumn, query: ResolvedQuery, event: Entry[Event] | None, place: Location
    ) -> Assignment | None:
        scope = reaction_scope(self._context, self._service, event, {})
        column = next(column for column in query.columns if column.name == key.column)
        if source_of(key.column, scope, ("event",)) is None or key.is_caller:
            message = f"{query.names.pascal} is found by {key.column}, and nothing here gives it"
            fix = "Use a query without by, or an event with that field."
            self._context.note("missing_row_key", place, message, expected=key.column, fix=fix)
            return None
        said = f"{query.names.pascal} is found by {key.column}"
        text = f"event.{key.column}"
        value = self._context.expression(text, scope, column.type, place, code="wrong_mapping", of=said)
        return Assignment(key.column, value) if value else None

    def _check_kind(self, timer: Timer, place: Location) -> None:
        kinds = [kind for kind in ("after", "at", "every") if getattr(timer, kind) is not None]
        if len(kinds) != 1:
            said = f"this one has {' and '.join(kinds)}" if kinds else "this one has none"
            message = f"a timer has one of after, at and every; {said}"
            self._context.note("wrong_timer", place, message, expected="after, at or every", fix="Keep one.")
        elif (kinds == ["every"]) == (timer.when is not None):
            message = "a repeated timer has no when" if timer.when else f"a timer with {kinds[0]} starts from an event"
            fix = "Remove when." if timer.when else "Add when: and the event."
            self._context.note("wrong_timer", place, message, fix=fix)
        if timer.unless and timer.every:
            message = "unless is for timers that start from an event"
            self._context.note("wrong_timer", (*place, "unless"), message, fix="Use if, or the command's own rules.")

    def _check_unless(self, timer: Timer, command: Entry[Command], place: Location) -> None:
        own = [event.name for event in command.of.events]
        for at, name in enumerate(timer.unless):
            if name not in own:
                self._context.unknown("event", name, own, (*place, "unless", at))

    def _schedule(self, text: str | None, place: Location) -> Schedule | None:
        if text is None:
            return None
        try:
            return parse_schedule(text)
        except Invalid as error:
            self._context.note("wrong_schedule", place, error.message, expected=EXPECTED, fix=error.fix)
            return None

    def _after(self, text: str | None, place: Location) -> int | None:
        return None if text is None else seconds_of(self._context, text, place)

    def _timer_name(self, timer: Timer) -> str:
        if timer.when:
            return f"{timer.then}{'At' if timer.at else 'After'}{_last(timer.when)}"
        often = re.split(r" (?:at|on) ", timer.every or "")[0]
        return f"{timer.then}Every{''.join(word.capitalize() for word in often.split() if word.isalnum())}"

    def _name(self, pascal: str) -> Names:
        """Give a name that no other reaction of the service has."""
        name, number = pascal, 2
        while name in self._taken:
            name, number = f"{pascal}{number}", number + 1
        self._taken.add(name)
        return names_of(name)


def seconds_of(context: Context, text: str, place: Location) -> int | None:
    """Read a duration of a timer or a step: from 1 second to a year."""
    try:
        seconds = int(parse_duration(text).total_seconds())
    except Invalid as error:
        context.note("wrong_duration", place, error.message, expected="a duration such as 15 minutes", fix=error.fix)
        return None
    if not 0 < seconds <= MAX_SECONDS:
        context.note("wrong_duration", place, f"{text} is not between 1 second and 1 year", expected="15 minutes")
        return None
    return seconds


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]
