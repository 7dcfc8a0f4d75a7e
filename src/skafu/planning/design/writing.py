"""Writes the sheets as a blueprint, and says where each element comes from."""

from dataclasses import dataclass, field

from skafu.blueprint.model import (
    Aggregate,
    Answer,
    Auth,
    Blueprint,
    Call,
    Command,
    Emit,
    Event,
    FieldSpec,
    Inbound,
    Integration,
    Invariant,
    Load,
    Operation,
    Policy,
    Query,
    RequestRate,
    Service,
    Timer,
    ValueType,
)
from skafu.blueprint.naming import names_of
from skafu.planning.design.naming import kebab, plain, plural_words
from skafu.planning.design.sheets import (
    AggregateSheet,
    CallSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    Fields,
    FieldSheet,
    InboundSheet,
    IntegrationSheet,
    OperationSheet,
    PolicySheet,
    QuerySheet,
    SystemSheet,
    TimerSheet,
)
from skafu.planning.lexicon import words
from skafu.planning.meaning.acting import owns_what_it_starts
from skafu.planning.meaning.story import Source

_FEW = 4
_DECIDING = words("approve reject verify review audit inspect assess authorise authorize moderate dispatch")


@dataclass(slots=True)
class Writer:
    """Writes one system."""

    system: SystemSheet
    services: list[str]
    provenance: dict[str, Source] = field(default_factory=dict)

    def write(self) -> Blueprint:
        """Give the blueprint; `provenance` is filled on the way."""
        system = self.system
        roles = tuple(dict.fromkeys(kebab(role) for role in system.roles))
        for role, source in system.roles.items():
            self.provenance.setdefault(f"auth.roles.{kebab(role)}", Source(source.words, source.rule or "who acts"))
        sign_up = next((kebab(role) for role in system.roles if _may_sign_up(system, role)), None)
        average = round(max(system.per_second, 5.0), 1)
        return _as_written(
            Blueprint(
                name=system.name,
                summary=system.summary or _summary(system),
                auth=Auth(roles=roles, sign_up=sign_up),
                load=Load(requests_per_second=RequestRate(average=average, peak=max(50.0, average * 3))),
                integrations=tuple(self._integration(each) for each in system.integrations),
                services=tuple(self._service(name) for name in self.services),
            )
        )

    # services -----------------------------------------------------------------------------------------------------

    def _service(self, name: str) -> Service:
        system = self.system
        own = [sheet for sheet in system.aggregates if sheet.service == name]
        rule = "small systems stay whole" if len(self.services) == 1 else "things that are about the same stay together"
        self.provenance[f"services.{name}"] = Source(own[0].source.words, rule)
        return Service(
            name=name,
            value_types=tuple(
                self._value_type(name, at) for at, each in enumerate(system.value_types) if each.owner in own
            ),
            aggregates=tuple(self._aggregate(sheet) for sheet in own),
            queries=tuple(self._query(query) for query in system.queries if query.aggregate in own),
            policies=tuple(self._policy(policy) for policy in system.policies if policy.then.aggregate in own),
            timers=tuple(self._timer(timer) for timer in system.timers if timer.then.aggregate in own),
            calls=tuple(self._call(call) for call in system.calls if _home(call) in own),
        )

    def _value_type(self, service: str, at: int) -> ValueType:
        sheet = self.system.value_types[at]
        self.provenance[f"services.{service}.value_types.{sheet.name}"] = Source(
            sheet.source.words, sheet.source.rule or "a record"
        )
        return ValueType(name=sheet.name, fields=_fields(sheet.fields))

    def _aggregate(self, sheet: AggregateSheet) -> Aggregate:
        path = f"services.{sheet.service}.aggregates.{sheet.name}"
        self.provenance[path] = sheet.source
        return Aggregate(
            name=sheet.name,
            store="log" if sheet.store == "log" else "events",
            retention=sheet.retention or None,
            states=tuple(sheet.states),
            fields=_fields(sheet.fields),
            key=tuple(sheet.key),
            unique=tuple(tuple(names) for names in sheet.unique),
            commands=tuple(self._command(path, command) for command in sheet.commands),
            events=tuple(self._event(path, event) for event in sheet.events),
        )

    def _command(self, path: str, sheet: CommandSheet) -> Command:
        path = f"{path}.commands.{sheet.name}"
        self.provenance[path] = sheet.source
        for rule in sheet.rules:
            said = Source(rule.source.words, rule.source.rule or "a limit in the text")
            self.provenance[f"{path}.invariants.{rule.code}"] = said
        return Command(
            name=sheet.name,
            creates=sheet.creates,
            http=None if sheet.roles else "none",
            roles=tuple(dict.fromkeys(kebab(role) for role in sheet.roles)),
            allow=sheet.allow or None if sheet.roles else None,
            in_=tuple(sheet.states) if not sheet.creates else (),
            fields=_fields(sheet.fields),
            reads=dict(sheet.reads),
            invariants=tuple(Invariant(code=rule.code, rule=rule.rule, message=rule.message) for rule in sheet.rules),
            emits=tuple(_emit(emit) for emit in sorted(sheet.emits, key=lambda emit: emit.otherwise)),
        )

    def _event(self, path: str, sheet: EventSheet) -> Event:
        self.provenance[f"{path}.events.{sheet.name}"] = sheet.source
        return Event(
            name=sheet.name,
            to=sheet.to or None,
            fields=_fields(sheet.fields),
            set=dict(sheet.set),
            add=dict(sheet.add),
            remove=dict(sheet.remove),
        )

    # queries and reactions ----------------------------------------------------------------------------------------

    def _query(self, sheet: QuerySheet) -> Query:
        self.provenance[f"services.{sheet.aggregate.service}.queries.{sheet.name}"] = sheet.source
        return Query(
            name=sheet.name,
            http="none" if sheet.internal else None,
            roles=() if sheet.internal else tuple(dict.fromkeys(kebab(role) for role in sheet.roles)),
            by=tuple(sheet.by),
            allow=sheet.allow or None,
            from_=tuple(event.name for event in sheet.aggregate.events),
            filter=tuple(sheet.filter),
        )

    def _name(self, event: EventSheet, service: str) -> str:
        owner = event.aggregate.service
        return event.name if owner == service else f"{owner}.{event.name}"

    def _policy(self, sheet: PolicySheet) -> Policy:
        service = sheet.then.aggregate.service
        when = self._name(sheet.when, service)
        self.provenance[f"services.{service}.policies.{when} -> {sheet.then.name}"] = sheet.source
        return Policy(
            when=when,
            then=sheet.then.name,
            if_=sheet.condition or None,
            with_=dict(sheet.given),
            for_each=sheet.for_each.name if sheet.for_each else None,
        )

    def _timer(self, sheet: TimerSheet) -> Timer:
        service = sheet.then.aggregate.service
        when = self._name(sheet.when, service) if sheet.when is not None else None
        self.provenance[f"services.{service}.timers.{when or sheet.every} -> {sheet.then.name}"] = sheet.source
        return Timer(
            when=when, after=sheet.after or None, at=sheet.at or None, every=sheet.every or None,
            unless=tuple(dict.fromkeys(event.name for event in sheet.unless)), if_=sheet.condition or None,
            for_each=sheet.for_each.name if sheet.for_each else None, then=sheet.then.name, with_=dict(sheet.given),
        )  # fmt: skip

    def _call(self, sheet: CallSheet) -> Call:
        service = _home(sheet).service
        when = self._name(sheet.when, service)
        self.provenance[f"services.{service}.calls.{when} -> {sheet.integration.name}.{sheet.operation}"] = sheet.source
        return Call(
            when=when,
            call=f"{sheet.integration.name}.{sheet.operation}",
            if_=sheet.condition or None,
            with_=dict(sheet.given),
            ok=_answer(sheet.ok, dict(sheet.ok_given)),
            failed=_answer(sheet.failed, dict(sheet.failed_given)),
        )

    # outside ------------------------------------------------------------------------------------------------------

    def _integration(self, sheet: IntegrationSheet) -> Integration:
        self.provenance[f"integrations.{sheet.name}"] = sheet.source
        return Integration(
            name=sheet.name,
            kind=sheet.kind,
            secret=sheet.secret,
            operations=tuple(_operation(each) for each in sheet.operations),
            inbound=tuple(_inbound(each) for each in sheet.inbound),
        )


def _summary(system: SystemSheet) -> str:
    """Say what a system is about where the description does not."""
    things = _listed([plural_words(plain(sheet.thing)) for sheet in system.aggregates])
    people = _listed([plural_words(plain(role)) for role in system.roles])
    return f"{things.capitalize()} for {people}." if people else f"{things.capitalize()}."


def _listed(names: list[str]) -> str:
    few = list(dict.fromkeys(names))[:_FEW]
    return " and ".join(filter(None, (", ".join(few[:-1]), *few[-1:])))


def _may_sign_up(system: SystemSheet, role: str) -> bool:
    """Whether strangers may take a role by themselves: not one that decides about what others began."""
    commands = [command for sheet in system.aggregates for command in sheet.commands if role in command.roles]
    return owns_what_it_starts(role) and not any(command.verb in _DECIDING for command in commands)


def _as_written(blueprint: Blueprint) -> Blueprint:
    """Give the same blueprint as a person writes it: without what is so anyway."""
    return Blueprint.model_validate(blueprint.model_dump(by_alias=True, exclude_defaults=True))


def _operation(sheet: OperationSheet) -> Operation:
    path = f"/{names_of(sheet.name).kebab}"
    return Operation(name=sheet.name, path=path, fields=_fields(sheet.fields), returns=_fields(sheet.returns))


def _inbound(sheet: InboundSheet) -> Inbound:
    return Inbound(
        name=sheet.name,
        kind=sheet.kind,
        fields=_fields(sheet.fields),
        then=f"{sheet.then.aggregate.service}.{sheet.then.name}",
        with_=dict(sheet.given),
    )


def _home(call: CallSheet) -> AggregateSheet:
    return call.ok.aggregate if call.ok is not None else call.when.aggregate


def _answer(command: CommandSheet | None, given: dict[str, str | int | bool]) -> str | Answer | None:
    if command is None:
        return None
    return Answer(then=command.name, with_=given) if given else command.name


def _emit(sheet: EmitSheet) -> str | Emit:
    if not sheet.condition and not sheet.otherwise and not sheet.given:
        return sheet.event.name
    return Emit(event=sheet.event.name, if_=sheet.condition or None, else_=sheet.otherwise, with_=dict(sheet.given))


def _fields(fields: Fields) -> dict[str, str | FieldSpec]:
    return {name: _field(entry) for name, entry in fields.items()}


def _field(entry: FieldSheet) -> str | FieldSpec:
    type_ = f"optional {entry.type}" if entry.optional else entry.type
    if not entry.personal and entry.min is None and entry.max is None and entry.default is None:
        return type_
    said: dict[str, object] = {"type": type_}
    for name in ("min", "max", "default"):
        if getattr(entry, name) is not None:
            said[name] = getattr(entry, name)
    if entry.personal:
        said["personal"] = True
    return FieldSpec.model_validate(said)
