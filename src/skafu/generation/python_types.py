"""Types and defaults of fields as generated Python writes them."""

from collections.abc import Mapping
from typing import Any

from skafu.blueprint.expressions import decode_value
from skafu.blueprint.resolved import ResolvedField
from skafu.blueprint.samples import JsonValue
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Ref, Scalar, Type

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
CHECKED = PLAIN | {"id": "Id", "email": "Email", "url": "Url", "phone": "Phone", "file": "Id"}
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


def checked_annotation(field: ResolvedField) -> str:
    """The Python type of a field that a client sends, with its limits as msgspec metadata."""
    inner = field.type.item if isinstance(field.type, Maybe) else field.type
    limits = _limits(field, inner)
    text = annotation(inner, CHECKED)
    if limits:
        text = (
            f"Annotated[{annotation(inner)}, Meta({', '.join(f'{name}={value!r}' for name, value in limits.items())})]"
        )
    return f"{text} | None" if isinstance(field.type, Maybe) else text


def _limits(field: ResolvedField, type_: Type) -> dict[str, Any]:
    sized = isinstance(type_, ListOf) or (isinstance(type_, Scalar) and PLAIN[type_.name] == "str")
    low, high = ("min_length", "max_length") if sized else ("ge", "le")
    pattern = f"^(?:{field.pattern})$" if field.pattern else None
    limits = {low: field.min, high: field.max, "pattern": pattern}
    if isinstance(type_, Scalar) and type_.name in {"decimal", "money"}:
        return {}
    return {name: value for name, value in limits.items() if value is not None}


def other_limits(field: ResolvedField) -> list[dict[str, str]]:
    """Limits of decimals and money, which metadata can't say: when they are broken, and in what words."""
    inner = field.type.item if isinstance(field.type, Maybe) else field.type
    if not isinstance(inner, Scalar) or inner.name not in {"decimal", "money"}:
        return []
    value = f"self.{field.name}" + (".amount" if inner.name == "money" else "")
    given = f"self.{field.name} is not None and " if isinstance(field.type, Maybe) else ""
    limits = (("<", field.min, "at least"), (">", field.max, "at most"))
    return [
        {"broken": f"{given}{value} {sign} {limit}", "message": f"{field.name} must be {words} {limit}"}
        for sign, limit, words in limits
        if limit is not None
    ]


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
        case "date" | "datetime" as name:
            return f"{name}.fromisoformat({quoted(value)})"
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


def quoted(text: str) -> str:
    """A text as a Python string in double quotes."""
    single = repr(text)
    if single.startswith('"'):
        return single
    return '"' + single[1:-1].replace("\\'", "'").replace('"', '\\"') + '"'
