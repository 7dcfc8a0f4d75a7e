"""What every resolver needs: the elements by name, types and expressions checked, and a place for notes."""

from collections.abc import Iterable, Mapping

from skafu.blueprint.document import Note
from skafu.blueprint.expressions import Checked, ExpressionInvalid, Scope, check
from skafu.blueprint.findings import Location, Severity, listed
from skafu.blueprint.index import Entry, Index, ServiceIndex, index_of
from skafu.blueprint.model import Blueprint, Event, Fields, FieldSpec, MappingValue
from skafu.blueprint.patterns import Patience
from skafu.blueprint.problems import Problem, did_you_mean, nearest
from skafu.blueprint.types import Record, Scalar, Type, TypeInvalid, parse_type

BOOLEAN = Scalar("boolean")
MAX_ADVISED = 100
"""How many notes are looked at for the name that was meant; comparing all names with all takes too long."""
Types = dict[str, Type]
_FIXES = {
    "wrong_type": "Write a type, such as text, list of text, optional money or ref Order.",
    "wrong_expression": "Bring both sides to types that go together, as the guide to blueprints lists them.",
}
"""What to do where the problem itself does not say it."""


class Context:
    """One run over a blueprint."""

    def __init__(self, blueprint: Blueprint) -> None:
        """Index the blueprint and read the types of its value types."""
        self.blueprint = blueprint
        self.index: Index = index_of(blueprint)
        self.notes: list[Note] = []
        self.patience = Patience()
        self._types: dict[Location, Types] = {}
        self._records = {name: self._value_types(service) for name, service in self.index.services.items()}

    def note(
        self,
        code: str,
        location: Location,
        message: str,
        *,
        severity: Severity = "error",
        expected: str = "",
        near: str = "",
        fix: str = "",
        at_key: bool = False,
        offset: int = 0,
    ) -> None:
        """Note that something is wrong at a place."""
        self.notes.append(Note(code, severity, location, message, expected, near, fix, offset, at_key))

    def unknown(self, kind: str, name: str, valid: Iterable[str], location: Location, *, at_key: bool = False) -> None:
        """Note a name that is not declared, with the nearest one that is."""
        options = sorted(set(valid))
        near = nearest(name, options) if len(self.notes) < MAX_ADVISED else ""
        message = f"{kind} {name} is not declared{did_you_mean(near)}"
        fix = f"Write {near}." if near else f"Declare it, or use {listed(options)}." if options else "Declare it."
        code = f"unknown_{kind.replace(' ', '_')}"
        self.note(code, location, message, expected=listed(options), near=near, fix=fix, at_key=at_key)

    def problems(
        self, code: str, location: Location, problems: Iterable[Problem], *, behind: int = 0, of: str = ""
    ) -> None:
        """Note what is wrong inside of a text.

        Args:
            code: of the notes.
            location: of the text.
            problems: what is wrong.
            behind: the characters before the part that was looked at.
            of: what the text is, where it does not stand in the blueprint itself.
        """
        for problem in problems:
            message = f"{of}: {problem.message}" if of else problem.message
            offset = 0 if of else problem.offset + behind
            fix = problem.fix or ("" if problem.expected else _FIXES.get(code, _FIXES["wrong_expression"]))
            self.notes.append(
                Note(code, "error", location, message, problem.expected, problem.nearest, fix, offset=offset)
            )

    def type_of(self, text: str, service: str, location: Location) -> Type | None:
        """Read a type; nothing when it is none, which is noted."""
        known = self.index.services[service].value_types if service else {}
        try:
            return parse_type(text, records=known, aggregates=self.index.aggregates)
        except TypeInvalid as error:
            self.problems("wrong_type", location, [error.problem])
            return None

    def types(self, fields: Fields, service: str, location: Location) -> Types:
        """Read the types of fields (once, however often they are asked for); the broken ones are left out."""
        if location not in self._types:
            read = {name: self._field_type(form, service, (*location, name)) for name, form in fields.items()}
            self._types[location] = {name: type_ for name, type_ in read.items() if type_ is not None}
        return self._types[location]

    def records(self, *services: str) -> dict[str, Types]:
        """Give the value types of one or more services; of two with the same name, that of the first service."""
        merged: dict[str, Types] = {}
        for service in reversed(services):
            merged |= self._records.get(service, {})
        return merged

    def expression(
        self,
        value: MappingValue,
        scope: Scope,
        expected: Type | None,
        location: Location,
        *,
        code: str = "wrong_expression",
        behind: int = 0,
        of: str = "",
    ) -> Checked | None:
        """Check an expression; nothing when it is wrong, which is noted.

        Args:
            value: the text, or a plain number, boolean or null.
            scope: the names that it may use.
            expected: the type of its value.
            location: where it stands.
            code: of the note.
            behind: characters before it in the text at the location.
            of: what it is, where it does not stand in the blueprint itself.
        """
        try:
            return check(literal(value), scope, expected)
        except ExpressionInvalid as error:
            self.problems(code, location, error.problems, behind=behind, of=of)
            return None

    def condition(self, text: str | None, scope: Scope, location: Location) -> Checked | None:
        """Check a condition, where there is one."""
        return None if text is None else self.expression(text, scope, BOOLEAN, location)

    def event(self, name: str, service: str, location: Location) -> Entry[Event] | None:
        """Find an event: `PaymentFailed` of the service itself, `payments.PaymentFailed` of another one."""
        owner, _, event = name.rpartition(".")
        index = self.index.services.get(owner or service)
        if index and event in index.events:
            return index.events[event]
        own = [*self.index.services[service].events] if service else []
        others = [f"{other}.{event}" for other, index in self.index.services.items() for event in index.events]
        elsewhere = [option for option in others if option.endswith(f".{name}")]
        if elsewhere:
            message = f"event {name} is one of another service; did you mean {elsewhere[0]}?"
            fix = f"Write {elsewhere[0]}."
            self.note("unknown_event", location, message, expected=listed(elsewhere), near=elsewhere[0], fix=fix)
        else:
            self.unknown("event", name, own + others, location)
        return None

    def service(self, name: str) -> ServiceIndex:
        """Give a service by its name."""
        return self.index.services[name]

    def _field_type(self, form: str | FieldSpec, service: str, location: Location) -> Type | None:
        if isinstance(form, FieldSpec):
            return self.type_of(form.type, service, (*location, "type"))
        return self.type_of(form, service, location)

    def _value_types(self, service: ServiceIndex) -> dict[str, Types]:
        name = service.service.name
        return {
            entry.element.name: self.types(entry.element.fields, name, (*entry.location, "fields"))
            for entry in service.value_types.values()
        }


def literal(value: MappingValue) -> str:
    """Write a plain value of a mapping as an expression; a text is one already."""
    match value:
        case str():
            return value
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


def named_records(types: Mapping[str, Type]) -> set[str]:
    """Give the value types that the types of fields name directly, in lists or as optional."""
    found = set()
    for type_ in types.values():
        inner = type_
        while hasattr(inner, "item"):
            inner = inner.item
        if isinstance(inner, Record):
            found.add(inner.name)
    return found
