"""The Python of generated code reads as if somebody had written it."""

import pytest
from expression_scope import SCOPE

from skafu.blueprint.expressions import Python, PythonStyle, check, safe_name, to_python
from skafu.blueprint.types import parse_type

STYLE = PythonStyle({"state": "order"})
READABLE = {
    'caller.id == state.customer_id || "clerk" in caller.roles': (
        'caller.id == order.customer_id or "clerk" in caller.roles'
    ),
    "size(command.lines) > 0": "len(command.lines) > 0",
    "any(command.lines, line, line.quantity > 1)": "any(line.quantity > 1 for line in command.lines)",
    "all(command.lines, line, line.price > 0)": "all(line.price.amount > 0 for line in command.lines)",
    "first(command.lines, l, l.quantity > 1)": "next((l for l in command.lines if l.quantity > 1), None)",
    "first(command.lines)": "next(iter(command.lines), None)",
    "filter(command.lines, l, l.quantity > 1)": "tuple(l for l in command.lines if l.quantity > 1)",
    "map(command.lines, l, l.label)": "tuple(l.label for l in command.lines)",
    "sum(command.lines, l, l.quantity)": "sum(l.quantity for l in command.lines)",
    "sum(map(command.lines, l, l.quantity))": "sum(tuple(l.quantity for l in command.lines))",
    "has(command.note) && size(command.note) > 3": "command.note is not None and len(command.note) > 3",
    "!has(command.note)": "command.note is None",
    "command.note != null": "command.note is not None",
    "null == command.note": "command.note is None",
    "has(command.note) ? command.note : command.title": ("command.note if command.note is not None else command.title"),
    "!(command.count == 1)": "command.count != 1",
    "!(command.count < 1)": "command.count >= 1",
    '!("clerk" in caller.roles)': '"clerk" not in caller.roles',
    "!command.urgent": "not command.urgent",
    "!!command.urgent": "command.urgent",
    "!(command.urgent && state.urgent)": "not (command.urgent and order.urgent)",
    "command.urgent == true": "command.urgent is True",
    "(command.urgent || state.urgent) && command.urgent": "(command.urgent or order.urgent) and command.urgent",
    "command.urgent || state.urgent && command.urgent || command.count > 1": (
        "command.urgent or (order.urgent and command.urgent) or command.count > 1"
    ),
    "command.urgent && (state.urgent && command.urgent)": "command.urgent and order.urgent and command.urgent",
    "(command.count == 1) == command.urgent": "(command.count == 1) == command.urgent",
    "command.count - (command.count - 1)": "command.count - (command.count - 1)",
    "(command.count + 1) * 2": "(command.count + 1) * 2",
    "command.count + 1 * 2": "command.count + 1 * 2",
    "-(command.count + 1)": "-(command.count + 1)",
    "command.price == 100": "command.price.amount == 100",
    "100 < state.price": "100 < order.price.amount",
    "(state.price + command.price) > 5": "(order.price + command.price).amount > 5",
    "command.count > 1 ? 1 : command.count > 0 ? 2 : 3": ("1 if command.count > 1 else 2 if command.count > 0 else 3"),
    "command.urgent ? (state.urgent ? 1 : 2) : 3": "(1 if order.urgent else 2) if command.urgent else 3",
    "(command.urgent ? state.urgent : true) ? 1 : 2": "1 if (order.urgent if command.urgent else True) else 2",
    "all(command.urgent ? command.lines : state.lines, l, l.quantity > 1)": (
        "all(l.quantity > 1 for l in (command.lines if command.urgent else order.lines))"
    ),
    "filter(command.lines, l, command.urgent ? l.quantity > 1 : true)": (
        "tuple(l for l in command.lines if (l.quantity > 1 if command.urgent else True))"
    ),
    "map(command.lines, l, command.urgent ? l.label : l.id)": (
        "tuple(l.label if command.urgent else l.id for l in command.lines)"
    ),
    "command.title.trim().lower().startsWith('a')": 'command.title.strip().lower().startswith("a")',
    'contains(command.title, "x")': '"x" in command.title',
    '!contains(command.title, "x")': '"x" not in command.title',
    '"No. " + text(command.count)': '"No. " + str(command.count)',
    "text(command.title)": "command.title",
    "command.tags + [command.title]": "command.tags + (command.title,)",
    "max(command.count, state.count)": "max(command.count, order.count)",
    "round(command.ratio, 2)": "round(command.ratio, 2)",
    "date(now)": "now.date()",
    "command.from == 'x'": 'command.from_ == "x"',
    "message.kind == 'paid'": 'message.get("kind") == "paid"',
    "message.lines[0].count > 3": 'message["lines"][0]["count"] > 3',
    "has(message.a.b)": 'message["a"].get("b") is not None',
    'message["x-y"] == null': 'message.get("x-y") is None',
    'any(message.lines, l, l.id == "a")': 'any(l.get("id") == "a" for l in message["lines"])',
    '"it\'s \\"so\\"\\n"': '"it\'s \\"so\\"\\n"',
}


@pytest.mark.parametrize(("text", "code"), READABLE.items())
def test_python_reads_naturally(text: str, code: str) -> None:
    assert to_python(check(text, SCOPE), STYLE) == Python(code)


IMPORTING = {
    "sum(command.lines, line, line.quantity * line.price)": (
        "Money.total(line.quantity * line.price for line in command.lines)",
        {"Money"},
    ),
    "sum(command.lines, l, l.weight)": ("sum((l.weight for l in command.lines), Decimal(0))", {"Decimal"}),
    "command.price * 0.50": ('command.price * Decimal("0.50")', {"Decimal"}),
    'money(500, "EUR")': ('Money(500, "EUR")', {"Money"}),
    'now - state.when > duration("3 days")': ("now - order.when > timedelta(days=3)", {"timedelta"}),
    'now + duration("1h30m")': ("now + timedelta(hours=1, minutes=30)", {"timedelta"}),
    "command.count / 2": ("Decimal(command.count) / 2", {"Decimal"}),
    "(command.count + 1) / 2 * 3": ("Decimal(command.count + 1) / 2 * 3", {"Decimal"}),
    "command.ratio / 2": ("command.ratio / 2", set()),
    "[1, 2.5]": ('(Decimal(1), Decimal("2.5"))', {"Decimal"}),
    "min(command.count, command.ratio)": ("min(Decimal(command.count), command.ratio)", {"Decimal"}),
}


@pytest.mark.parametrize(("text", "expected"), IMPORTING.items())
def test_python_says_what_it_imports(text: str, expected: tuple[str, set[str]]) -> None:
    assert to_python(check(text, SCOPE), STYLE) == Python(expected[0], frozenset(expected[1]))


def test_an_integer_for_a_decimal_is_converted() -> None:
    checked = check("command.count", SCOPE, parse_type("decimal"))
    assert to_python(checked) == Python("Decimal(command.count)", frozenset({"Decimal"}))


def test_a_message_may_lack_what_is_optional() -> None:
    assert to_python(check("message.note", SCOPE, parse_type("optional text"))).code == 'message.get("note")'
    assert to_python(check("message.note", SCOPE, parse_type("text"))).code == 'message["note"]'


@pytest.mark.parametrize(("variable", "safe"), [("sum", "sum_"), ("class", "class_"), ("order", "order_"), ("x", "x")])
def test_a_variable_hides_no_other_name(variable: str, safe: str) -> None:
    checked = check(f"all(state.lines, {variable}, {variable}.quantity > state.count)", SCOPE)
    assert to_python(checked, STYLE).code == f"all({safe}.quantity > order.count for {safe} in order.lines)"


def test_a_path_may_have_another_name() -> None:
    style = PythonStyle({"caller.id": "context.user", "state": "order"})
    checked = check("caller.id == state.customer_id && size(caller.roles) > 0", SCOPE)
    assert to_python(checked, style).code == "context.user == order.customer_id and len(caller.roles) > 0"


def test_a_keyword_is_a_name_with_an_underscore() -> None:
    assert (safe_name("from"), safe_name("note")) == ("from_", "note")
