"""Types and defaults of fields as generated Python writes them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from skafu.blueprint.expressions import decode_value
from skafu.blueprint.resolved import ResolvedField
from skafu.blueprint.samples import JsonValue
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, ScalarName, Type

FieldView = dict[str, Any]
"""What a template sees of a field."""
SOURCES = ("annotation", "plain_annotation", "default")
PLAIN = {
    "id": "str",
    "text": "str",
    "integer": "int",
    "decimal": "Decimal",
    "money": "Money",
    "boolean": "bool",
    "date": "date",
    "datetime": "datetime",
    "duration": "timedelta",
    "email": "str",
    "url": "str",
    "phone": "str",
    "file": "str",
}
CHECKED = PLAIN | {
    "datetime": "ZonedTime",
    "id": "IdText",
    "email": "EmailText",
    "url": "UrlText",
    "phone": "PhoneText",
    "file": "IdText",
}
CLASHING = frozenset({"date", "datetime", "timedelta"})
"""Types that fields are called like, too."""
OUTSIDE_OF_TEXTS = re.compile(rf'"(?:\\.|[^"\\])*"|\b(?:{"|".join(sorted(CLASHING))})\b')
ZERO = {"integer": "0", "decimal": 'Decimal("0")', "boolean": "False"}


def annotation(type_: Type, scalars: dict[str, str] = PLAIN) -> str:
    """The Python type of a field: `tuple[OrderLine, ...]`, `Literal["a", "b"]`, `str | None`."""
    match type_:
        case Scalar(name):
            return scalars[name]
        case Ref():
            return scalars["id"]
        case Record(name):
            return name
        case OneOf(options):
            return f"Literal[{', '.join(quoted(one) for one in options)}]"
        case ListOf(item):
            return f"tuple[{annotation(item, scalars)}, ...]"
        case Maybe(item):
            return f"{annotation(item, scalars)} | None"


def unshadowed(fields: list[FieldView]) -> list[FieldView]:
    """The fields of one class; beside a field `date`, the type is called `dt.date`.

    Args:
        fields: views with a name; their annotations and defaults are Python source.
    """
    if CLASHING.isdisjoint(field["name"] for field in fields):
        return fields
    return [field | {key: _qualified(field[key]) for key in SOURCES if key in field} for field in fields]


def _qualified(source: str) -> str:
    return OUTSIDE_OF_TEXTS.sub(lambda found: found[0] if found[0].startswith('"') else f"dt.{found[0]}", source)


def checked_annotation(field: ResolvedField) -> str:
    """The Python type of a field that a client sends, with its limits as msgspec metadata."""
    inner = field.type.item if isinstance(field.type, Maybe) else field.type
    text = annotation(inner, CHECKED)
    if limits := _limits(field, inner):
        text = f"Annotated[{text}, Meta({', '.join(f'{name}={value}' for name, value in limits.items())})]"
    return f"{text} | None" if isinstance(field.type, Maybe) else text


def _limits(field: ResolvedField, type_: Type) -> dict[str, str]:
    if _is_exact(type_):
        return {}
    sized = isinstance(type_, ListOf) or type_ == Scalar("text")
    low, high = ("min_length", "max_length") if sized else ("ge", "le")
    limits = {name: f"{int(limit)}" for name, limit in ((low, field.min), (high, field.max)) if limit is not None}
    if sized and limits.get(low) == "0":
        del limits[low]
    return limits | ({"pattern": _pattern(field.pattern)} if field.pattern else {})


def _pattern(pattern: str) -> str:
    """A pattern that the whole text must match, line feeds at its end included."""
    return raw(rf"\A(?:{pattern})\Z")


def _is_exact(type_: Type) -> bool:
    return isinstance(type_, Scalar) and type_.name in {"decimal", "money"}


def field_checks(fields: Iterable[ResolvedField]) -> dict[str, Any]:
    """What a class does with its fields once they are decoded; see `checks`."""
    fields = tuple(fields)
    limits = [limit for field in fields for limit in other_limits(field)]
    return checks({field.name: field.type for field in fields}, limits)


def checks(types: Mapping[str, Type], limits: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """What a class does with its fields once they are decoded, as its template writes it.

    Args:
        types: of the fields, by their names in Python.
        limits: what `other_limits` gives.

    Returns:
        `exact`: names of fields with decimals; `timed`: of fields with times, which are moved to UTC; `limits`; and
        `words`: all of that in a few words, empty when there is nothing to do.
    """
    found: dict[str, Any] = {
        "exact": [name for name, type_ in types.items() if _holds(type_, "decimal")],
        "timed": [name for name, type_ in types.items() if _holds(type_, "datetime")],
        "limits": list(limits),
    }
    checked = ["check what types can't say"] if found["exact"] or found["limits"] else []
    words = ", and ".join([*checked, *(["move times to UTC"] if found["timed"] else [])])
    return found | {"words": f"{words[:1].upper()}{words[1:]}." if words else ""}


def _holds(type_: Type, scalar: ScalarName) -> bool:
    """Whether a value of the type is such a scalar, or has some in lists; records check themselves."""
    match type_:
        case Maybe(item) | ListOf(item):
            return _holds(item, scalar)
        case _:
            return type_ == Scalar(scalar)


def other_limits(field: ResolvedField) -> list[dict[str, str]]:
    """Limits of decimals and money, which metadata can't say: when they are broken, and in what words."""
    inner = field.type.item if isinstance(field.type, Maybe) else field.type
    if not _is_exact(inner):
        return []
    is_money = inner == Scalar("money")
    value = f"self.{field.name}" + (".amount" if is_money else "")
    given = f"self.{field.name} is not None and " if isinstance(field.type, Maybe) else ""
    limits = (("<", field.min, "at least"), (">", field.max, "at most"))
    return [
        {
            "broken": f"{given}{value} {sign} {_number(limit)}",
            "message": f"{field.name} must be {words} {_plain(limit)}",
        }
        for sign, limit, words in limits
        if limit is not None
    ]


def _number(limit: float) -> str:
    """A limit as an exact number: decimals are compared with what was written, not with the nearest float."""
    return _plain(limit) if limit == int(limit) else f'Decimal("{_plain(limit)}")'


def _plain(limit: float) -> str:
    return f"{int(limit)}" if limit == int(limit) else repr(limit)


def default(field: ResolvedField) -> str:
    """What follows the annotation: a default, or nothing for a field that must be given."""
    if field.has_default and field.default is not None:
        inner = field.type.item if isinstance(field.type, Maybe) else field.type
        return f" = {typed_literal(inner, field.default)}"
    return " = None" if isinstance(field.type, Maybe) else ""


def initial(field: ResolvedField) -> str:
    """The default of a field of a state that no creating event sets: its own, or the zero of its type."""
    zero = zero_of(field)
    return f" = {zero}" if zero else ""


def zero_of(field: ResolvedField) -> str:
    """The value that a field of a state has before any event: its default, or the zero of its type, if there is one."""
    if given := default(field):
        return given.removeprefix(" = ")
    if isinstance(field.type, ListOf):
        return "()"
    return ZERO.get(field.type.name, "") if isinstance(field.type, Scalar) else ""


def typed_literal(type_: Type, value: JsonValue) -> str:
    """A JSON value of a type as Python source: `Decimal("8")`, `Money(100, "EUR")`, `date.fromisoformat("...")`."""
    if not isinstance(type_, Scalar):
        return literal(value)
    match type_.name:
        case "decimal":
            return f"Decimal({value})" if isinstance(value, int) else f'Decimal("{value}")'
        case "money":
            return f"Money({value['amount']}, {quoted(value['currency'])})"
        case "date":
            return f"date.fromisoformat({quoted(value)})"
        case "datetime":
            return f"datetime.fromisoformat({quoted(decode_value(type_, value, {}).isoformat())})"
        case "duration":
            return f"timedelta(seconds={decode_value(type_, value, {}).total_seconds():g})"
        case _:
            return literal(value)


def literal(value: object) -> str:
    """A JSON value as Python source."""
    match value:
        case str():
            return quoted(value)
        case Mapping():
            return f"{{{', '.join(f'{quoted(str(key))}: {literal(one)}' for key, one in value.items())}}}"
        case list() | tuple():
            items = [literal(one) for one in value]
            return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        case _:
            return repr(value)


def raw(text: str) -> str:
    """A regular expression as a Python string: raw, where a raw string can say it."""
    if "\\" not in text or '"' in text or not text.isprintable() or text.endswith("\\"):
        return quoted(text)
    return f'r"{text}"'


def quoted(text: str) -> str:
    """A text as a Python string in double quotes."""
    single = repr(text)
    if single.startswith('"'):
        return single
    return '"' + single[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
