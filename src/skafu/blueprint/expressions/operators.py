"""Which operators go with which kinds, and what they give."""

from skafu.blueprint.expressions.kinds import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INTEGER,
    MONEY,
    TEXT,
    AnyType,
    Kind,
    equatable,
    is_ordered,
    is_text,
    joined,
    kind_text,
)
from skafu.blueprint.expressions.nodes import BinaryOperator
from skafu.blueprint.types import ListOf, ScalarName

_Row = tuple[BinaryOperator, ScalarName, ScalarName]
_ROWS: dict[_Row, Kind] = {
    ("+", "integer", "integer"): INTEGER,
    ("-", "integer", "integer"): INTEGER,
    ("*", "integer", "integer"): INTEGER,
    ("/", "integer", "integer"): DECIMAL,
    ("%", "integer", "integer"): INTEGER,
    ("+", "decimal", "decimal"): DECIMAL,
    ("-", "decimal", "decimal"): DECIMAL,
    ("*", "decimal", "decimal"): DECIMAL,
    ("/", "decimal", "decimal"): DECIMAL,
    ("+", "decimal", "integer"): DECIMAL,
    ("-", "decimal", "integer"): DECIMAL,
    ("*", "decimal", "integer"): DECIMAL,
    ("/", "decimal", "integer"): DECIMAL,
    ("+", "integer", "decimal"): DECIMAL,
    ("-", "integer", "decimal"): DECIMAL,
    ("*", "integer", "decimal"): DECIMAL,
    ("/", "integer", "decimal"): DECIMAL,
    ("+", "money", "money"): MONEY,
    ("-", "money", "money"): MONEY,
    ("*", "money", "integer"): MONEY,
    ("*", "money", "decimal"): MONEY,
    ("*", "integer", "money"): MONEY,
    ("*", "decimal", "money"): MONEY,
    ("+", "duration", "duration"): DURATION,
    ("-", "duration", "duration"): DURATION,
    ("*", "duration", "integer"): DURATION,
    ("*", "integer", "duration"): DURATION,
    ("+", "datetime", "duration"): DATETIME,
    ("+", "duration", "datetime"): DATETIME,
    ("-", "datetime", "duration"): DATETIME,
    ("-", "datetime", "datetime"): DURATION,
    ("+", "date", "duration"): DATE,
    ("+", "duration", "date"): DATE,
    ("-", "date", "duration"): DATE,
    ("-", "date", "date"): DURATION,
}
_ARITHMETIC = {(row[0], str(row[1]), str(row[2])): kind for row, kind in _ROWS.items()}


def arithmetic(operator: BinaryOperator, left: Kind, right: Kind) -> Kind | None:
    """What `left operator right` gives, or None when they do not go together."""
    if isinstance(left, AnyType) and right == INTEGER:
        left = INTEGER
    elif isinstance(right, AnyType) and left == INTEGER:
        right = INTEGER
    if operator == "+" and is_text(left) and is_text(right):
        return TEXT
    if operator == "+" and isinstance(left, ListOf) and isinstance(right, ListOf):
        return joined(left, right)
    return _ARITHMETIC.get((operator, kind_text(left), kind_text(right)))


def comparison(operator: BinaryOperator, left: Kind, right: Kind) -> Kind | None:
    """BOOLEAN when the two can be compared: all kinds for equality, what has an order for `<` and the like.

    Money may be compared with an integer: its amount in minor units.
    """
    if {kind_text(left), kind_text(right)} == {"money", "integer"}:
        return BOOLEAN
    if not equatable(left, right):
        return None
    if operator in {"==", "!="}:
        return BOOLEAN
    ordered = is_ordered(left) or is_ordered(right)
    numbers = {kind_text(left), kind_text(right)} <= {"integer", "decimal", "any"}
    return BOOLEAN if ordered and (left == right or numbers) else None


def advice(operator: BinaryOperator, left: Kind, right: Kind) -> str:
    """How to mend an operator between two kinds that do not go together; "" when there is nothing better to say."""
    kinds = {"text" if is_text(kind) else kind_text(kind) for kind in (left, right)}
    if "any" in kinds:
        return "declare the fields of the message, so that their types are known"
    if kinds == {"date", "datetime"}:
        return "take the day of the datetime: date(x)"
    if kinds == {"text", "integer"} and operator == "+":
        return "write the integer as text: text(x)"
    if kinds <= {"money", "integer", "decimal"} and "money" in kinds:
        fix = "multiply by a decimal" if operator == "/" else 'write amounts as money(500, "EUR"), in minor units'
        return (
            fix if operator in {"/", "+", "-"} else 'compare with money(500, "EUR"), or with an integer of minor units'
        )
    return ""
