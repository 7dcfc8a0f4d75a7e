"""Fields with their types, limits, defaults and samples."""

from collections.abc import Mapping
from typing import Any

from skafu.blueprint.expressions.values import decode_value
from skafu.blueprint.findings import Location
from skafu.blueprint.fitting import keeps_to
from skafu.blueprint.model import Fields, FieldSpec
from skafu.blueprint.patterns import NoMatch, PatternInvalid, portable
from skafu.blueprint.resolved import ResolvedField
from skafu.blueprint.resolving.context import Context, named_records
from skafu.blueprint.samples import JsonValue, Limits, invalid, valid
from skafu.blueprint.types import ListOf, Maybe, Scalar, Type, type_text
from skafu.kernel.errors import Invalid

_SIZED = {"text", "integer", "decimal", "money"}
_WITH_PATTERN = {"text"}
MAX_LENGTH = 20_000
MAX_ITEMS = 1000
"""How long texts and lists may be: an event holds 256 kB, what is longer is a file, and samples try limits out."""
MAX_NUMBER = 10**18
"""What JSON readers and functions count with: 64 bits."""
MAX_NESTING = 20
MAX_SIZE = 500
"""How many values a value type may hold, with those inside of it: samples of more help nobody."""


class FieldResolver:
    """Resolves the fields of one service, whose value types lend their samples."""

    def __init__(self, context: Context, service: str) -> None:
        """Make samples of the value types, inner ones first."""
        self._context = context
        self._service = service
        self._records = context.records(service)
        self.samples: dict[str, dict[str, Any]] = {}
        self._sizes: dict[str, int] = {}
        for name in self._records:
            self._make_sample(name, ())

    def resolve(self, fields: Fields, location: Location) -> tuple[ResolvedField, ...]:
        """Resolve fields; the ones whose type is wrong are noted and left out."""
        types = self._context.types(fields, self._service, location)
        return tuple(
            self._field(name, fields[name], types[name], (*location, name)) for name in fields if name in types
        )

    def plain(self, types: Mapping[str, Type]) -> tuple[ResolvedField, ...]:
        """Make fields out of types alone."""
        return tuple(self._plain(name, type_) for name, type_ in types.items())

    def sample(self, name: str, type_: Type) -> JsonValue:
        """Give a valid value for a name and a type without limits."""
        return valid(name, type_, Limits(), self.samples)

    def fits(self, value: JsonValue, type_: Type) -> bool:
        """Whether a JSON value is of a type, limits aside."""
        try:
            decode_value(type_, value, self._records)
        except Invalid:
            return False
        return True

    def _plain(self, name: str, type_: Type) -> ResolvedField:
        return ResolvedField(
            name=name,
            type=type_,
            required=not isinstance(type_, Maybe),
            valid=self.sample(name, type_),
            invalid=invalid(type_, Limits(), self.samples),
        )

    def _field(self, name: str, form: str | FieldSpec, type_: Type, location: Location) -> ResolvedField:
        spec = form if isinstance(form, FieldSpec) else FieldSpec(type=form)
        limits = self._limits(spec, type_, location)
        has_default = "default" in spec.model_fields_set
        if has_default:
            self._check_value("default", spec.default, type_, limits, location)
        return ResolvedField(
            name=name,
            type=type_,
            required=not has_default and not isinstance(type_, Maybe),
            personal=spec.personal,
            min=limits.min,
            max=limits.max,
            pattern=limits.pattern,
            default=spec.default,
            has_default=has_default,
            summary=spec.summary,
            valid=self._valid(name, spec, type_, limits, location),
            invalid=invalid(type_, limits, self.samples),
        )

    def _valid(self, name: str, spec: FieldSpec, type_: Type, limits: Limits, location: Location) -> JsonValue:
        if "example" in spec.model_fields_set:
            self._check_value("example", spec.example, type_, limits, location)
            return spec.example
        try:
            return valid(name, type_, limits, self.samples)
        except NoMatch:
            message = f"no text was found that matches the pattern of {name} and its limits"
            fix = "Give one: example: ..."
            self._context.note("pattern_without_example", (*location, "pattern"), message, fix=fix)
            return None

    def _limits(self, spec: FieldSpec, type_: Type, location: Location) -> Limits:
        """Keep the limits that mean something for the type; note the others."""
        inner = type_.item if isinstance(type_, Maybe) else type_
        name = inner.name if isinstance(inner, Scalar) else ""
        low, high, pattern = spec.min, spec.max, spec.pattern
        if (low is not None or high is not None) and not (isinstance(inner, ListOf) or name in _SIZED):
            self._no_limit("min" if low is not None else "max", type_, location, "numbers, money, texts and lists")
            low = high = None
        if pattern is not None and name not in _WITH_PATTERN:
            self._no_limit("pattern", type_, location, "texts")
            pattern = None
        if low is not None and high is not None and low > high:
            self._context.note(
                "empty_limits", (*location, "min"), f"min {low:g} is above max {high:g}", fix="Swap them."
            )
            low = high = None
        low, high = (self._whole(limit, key, name, inner, location) for limit, key in ((low, "min"), (high, "max")))
        return Limits(low, high, self._pattern(pattern, location))

    def _no_limit(self, key: str, type_: Type, location: Location, what: str) -> None:
        message = f"{key} says nothing about {type_text(type_)}: it limits {what}"
        self._context.note("limit_without_meaning", (*location, key), message, fix=f"Remove {key}.", at_key=True)

    def _whole(self, limit: float | None, key: str, name: str, inner: Type, location: Location) -> float | None:
        if limit is None or name == "decimal":
            return limit
        sized = isinstance(inner, ListOf) or name == "text"
        most = MAX_ITEMS if isinstance(inner, ListOf) else MAX_LENGTH if sized else MAX_NUMBER
        least = 0 if sized else -most
        if limit == int(limit) and least <= limit <= most:
            return limit
        expected = f"a whole number from {least:,} to {most:,}"
        message = f"{key} of {type_text(inner)} is {expected}, got {limit:g}"
        self._context.note("wrong_limit", (*location, key), message, expected=expected)
        return None

    def _pattern(self, pattern: str | None, location: Location) -> str | None:
        if pattern is None:
            return None
        try:
            return portable(pattern, self._context.patience)
        except PatternInvalid as error:
            place, message = (*location, "pattern"), f"the pattern can't be used: {error.message}"
            self._context.note("wrong_pattern", place, message, fix=error.fix, offset=error.offset)
            return None

    def _check_value(self, key: str, value: JsonValue, type_: Type, limits: Limits, location: Location) -> None:
        wrong = not self.fits(value, type_) or not keeps_to(value, type_, limits)
        if wrong:
            message = f"the {key} {value!r:.60} is not {_article(type_text(type_))} within its limits"
            fix = f"Give {_article(type_text(type_))} within its limits, or remove {key}."
            self._context.note(f"wrong_{key}", (*location, key), message, expected=type_text(type_), fix=fix)

    def _make_sample(self, name: str, above: tuple[str, ...]) -> None:
        """Make the sample of a value type after those of the value types that it holds; a cycle is noted."""
        entry = self._context.service(self._service).value_types.get(name)
        if entry is None or name in self.samples:
            return
        if name in above:
            message = f"value type {name} contains itself"
            fix = "Make it an aggregate of its own, and refer to it."
            self._context.note("type_cycle", (*entry.location, "fields"), message, fix=fix)
            return
        if len(above) >= MAX_NESTING:
            message = f"value type {name} is inside of more than {MAX_NESTING} others"
            self._context.note("type_too_large", (*entry.location, "fields"), message, fix="Nest less, or refer to it.")
            return
        for inner in sorted(named_records(self._records[name])):
            self._make_sample(inner, (*above, name))
        types = self._records[name]
        self._sizes[name] = sum(self._sizes.get(_record_in(type_), 1) for type_ in types.values())
        if self._sizes[name] > MAX_SIZE:
            message = f"value type {name} holds more than {MAX_SIZE} values, with all the value types in it"
            self._context.note("type_too_large", (*entry.location, "fields"), message, fix="Split it, or refer to it.")
            return
        fields = self.resolve(entry.element.fields, (*entry.location, "fields"))
        self.samples.setdefault(name, {field.name: field.valid for field in fields})


def _record_in(type_: Type) -> str:
    """Give the value type that a type names, in a list or as optional; nothing for others."""
    return next(iter(named_records({"": type_})), "")


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
