"""Expressions are held against the names and types around them, and every problem is reported at once."""

import pytest
from expression_scope import SCOPE

from skafu.blueprint.expressions import AnyType, ExpressionInvalid, Scope, check
from skafu.blueprint.problems import Problem
from skafu.blueprint.types import Maybe, Record, Type, parse_type

TYPES: dict[str, str] = {
    "command.count": "integer",
    "command.count + 1": "integer",
    "command.count / 2": "decimal",
    "command.count % 2": "integer",
    "command.ratio * 2": "decimal",
    "command.count * command.price": "money",
    "command.price * 0.5": "money",
    "command.price - command.price": "money",
    "-command.price": "money",
    "command.price.amount": "integer",
    "command.price.currency": "text",
    "command.price > 100": "boolean",
    "command.price == command.price": "boolean",
    "now - command.when": "duration",
    'now + duration("1h")': "datetime",
    "command.day - command.day": "duration",
    "date(now) > command.day": "boolean",
    "command.wait * 2": "duration",
    '"a" + command.title': "text",
    "command.tags + [command.title]": "list of text",
    "command.lines": "list of Line",
    "command.lines[0]": "Line",
    "command.lines[0].price": "money",
    "sum(command.lines, line, line.quantity * line.price)": "money",
    "sum(command.lines, line, line.weight)": "decimal",
    "sum(map(command.lines, line, line.quantity))": "integer",
    "map(command.lines, line, line.price)": "list of money",
    "filter(command.lines, line, line.quantity > 1)": "list of Line",
    "first(command.lines)": "optional Line",
    "command.lines.first(line, line.quantity > 1)": "optional Line",
    "size(command.title)": "integer",
    "round(command.ratio)": "integer",
    "round(command.ratio, 2)": "decimal",
    "min(command.count, command.ratio)": "decimal",
    'money(5, "EUR")': "money",
    "text(command.count)": "text",
    "command.note": "optional text",
    "command.note == command.title": "boolean",
    'command.note in ["a"]': "boolean",
    "has(command.note) ? command.note : command.title": "text",
    "command.note != null && size(command.note) > 3": "boolean",
    "null == command.note || size(command.note) > 3": "boolean",
    "!has(command.note) || size(command.note) > 3": "boolean",
    "!(has(command.note) && has(command.limit)) || command.limit > size(command.note)": "boolean",
    "has(command.best) && has(command.best.bonus) && command.best.bonus > 3": "boolean",
    "any(command.lines, line, has(line.bonus) && line.bonus > 1)": "boolean",
    "command.urgent ? null : command.title": "optional text",
    'command.size == "small"': "boolean",
    "[1, 2.5]": "list of decimal",
    "[] + command.tags": "list of text",
    "(command.tags + [])[0]": "text",
    "command.urgent ? [] : command.lines": "list of Line",
    "command.tags == []": "boolean",
    '"small"': "text",
    "message.anything.at[0].all == 3": "boolean",
    "message.count + 1": "integer",
}


@pytest.mark.parametrize(("text", "type_"), TYPES.items())
def test_every_expression_has_a_type(text: str, type_: str) -> None:
    assert check(text, SCOPE).type == parse_type(type_)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("comand.count", 0, "there is no comand here; did you mean command?"),
        ("event.total", 0, "there is no event here; there is caller, command, message, now, state"),
        ("command.linse", 8, "command has no linse; did you mean lines?"),
        ("size(command.lines[0].pricee)", 22, "Line has no pricee; did you mean price?"),
        ("command.price.cents", 14, "money has no cents; there is amount, currency"),
        ("command.title.x", 0, "command.title is text and has no x"),
        ("command.lines.price", 0, "command.lines is a list and has no price; get at its items by first"),
        ("command", 0, "command is no value by itself; name one of its fields: best, count, customer_id"),
        ("state == 1", 0, "state is no value by itself"),
        ("command.limit > 3", 0, "command.limit may be absent; guard it: has(command.limit) && ..."),
        ("has(command.limit) || command.limit > 3", 22, "command.limit may be absent"),
        ("has(command.limit) ? 1 : command.limit + 1", 25, "command.limit may be absent"),
        ("command.best.quantity > 1", 0, "command.best may be absent"),
        ("first(command.lines).quantity > 1", 0, "may be absent; compare it with null, or use any(list, item, ...)"),
        ("any(command.lines, l, has(l.bonus)) && command.limit > 1", 39, "command.limit may be absent"),
        ("has(command.title)", 4, "command.title is never absent; leave this condition out"),
        ("command.price == null", 0, "command.price is never absent"),
        ("null + 1", 0, "null cannot be used here"),
        ('command.count + "a"', 14, 'integer + the text "a" has no meaning; write the integer as text: text(x)'),
        ("command.price + 5", 14, 'write amounts as money(500, "EUR"), in minor units'),
        ("command.price / 2", 14, "multiply by a decimal"),
        ("command.price < 0.5", 14, 'compare with money(500, "EUR")'),
        ("command.day < now", 12, "take the day of the datetime: date(x)"),
        ("command.title < command.title", 14, "text < text has no meaning"),
        ("command.count == command.title", 14, "integer == text has no meaning"),
        ('command.size == "smal"', 16, 'expected one of small large, got the text "smal"; did you mean small?'),
        ('"x" in command.title', 7, 'in takes a list, got text; write contains(command.title, "x")'),
        ("1 in command.tags", 2, "integer is never in a list of text"),
        ("command.count && true", 0, "expected a condition, got integer"),
        ("!command.count", 1, "expected a condition, got integer"),
        ("-command.title", 0, "- takes a number, money or a duration, got text"),
        ("command.count / 0", 14, "nothing can be divided by zero"),
        ("command.count % 0", 14, "nothing can be divided by zero"),
        ("true ? 1 : command.title", 11, "the two values of ? : have one type: integer and text do not mix"),
        ('[1, "a"]', 4, "the items of a list have one type"),
        ("[1, 2][0]", 6, "write the item itself"),
        ('command.lines["a"]', 13, "positions from 0"),
        ("command.title[0]", 13, "command.title is text, no list"),
        ("length(command.lines)", 0, "there is no function length; did you mean size?"),
        ("siz(command.lines)", 0, "there is no function siz; did you mean size?"),
        ("any(command.lines)", 0, "any is written any(list, item, condition)"),
        ("size()", 0, "size is written size(list or text), not with 0 arguments"),
        ("size(command.count)", 5, "size takes a list or a text, got integer"),
        ("lower(command.count)", 6, "lower takes a text, got integer"),
        ("round(command.count)", 6, "round takes a decimal, got integer"),
        ("round(command.ratio, 10)", 21, "the number of digits to keep, 0 to 9"),
        ("min(command.count, now)", 19, "values with an order, all of one type"),
        ('money(5.5, "EUR")', 6, "an amount in minor units, as an integer"),
        ('money(5, "euro")', 9, 'a currency of three capital letters, like "EUR"'),
        ("duration(command.title)", 9, 'a duration in quotes, like "15m" or "3 days"'),
        ('duration("5 parsecs")', 9, 'a duration like "15m"'),
        ('duration("900000d")', 9, "a hundred years at most"),
        ("date(command.day)", 5, "date takes a datetime, got date"),
        ("sum(command.lines, line, line.label)", 25, "sum adds up integers, decimals, money or durations, got text"),
        ("sum(command.lines)", 4, "sum takes integers, decimals, money or durations"),
        ("any(command.title, x, true)", 4, "any takes a list, got text"),
        ("any(command.lines, now, true)", 0, "now is already a name here"),
        ("any(command.lines, a, any(command.lines, a, true))", 22, "a is already a name here"),
        ("any(command.lines, a, true) && a.quantity > 1", 31, "there is no a here"),
        ("message.when > now", 13, "declare the fields of the message, so that their types are known"),
        ("-message.count", 0, "declare the fields of the message"),
    ],
)
def test_a_problem_says_where_it_is_and_how_to_mend_it(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        check(text, SCOPE)
    assert len(caught.value.problems) == 1
    assert message in str(caught.value)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "expected", "message"),
    [
        ("1", "money", 'expected money, got integer; say the currency: money(amount, "EUR")'),
        ("command.ratio", "integer", "expected integer, got decimal; round it: round(x)"),
        ("command.count", "text", "expected text, got integer; write it as text: text(x)"),
        ("command.note", "text", "say what it is when absent: has(command.note) ? command.note : ..."),
        ('"smal"', "one of small large", "did you mean small?"),
        ("command.title", "one of small large", "expected one of small large, got text"),
        ("command.title", "email", "expected email, got text"),
        ("map(command.lines, line, line.quantity)", "list of text", "expected list of text, got list of integer"),
        ("null", "text", "expected text, got null"),
        ("size(command.lines)", "boolean", "expected boolean, got integer"),
    ],
)
def test_a_value_that_does_not_fit_its_target(text: str, expected: str, message: str) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        check(text, SCOPE, parse_type(expected))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("command.count", "decimal"),
        ("[1, command.count]", "list of decimal"),
        ("map(command.lines, line, line.quantity)", "list of decimal"),
        ("command.urgent ? command.count : null", "optional decimal"),
        ("[]", "list of money"),
        ("null", "optional money"),
        ("command.customer_id", "ref Customer"),
        ("command.title", "id"),
        ("command.customer_id", "text"),
        ('"small"', "one of small large"),
        ('command.urgent ? "small" : "large"', "one of small large"),
        ("command.size", "text"),
        ("message.total", "money"),
        ("map(message.lines, line, line.id)", "list of id"),
    ],
)
def test_a_value_that_fits_its_target_has_its_type(text: str, expected: str) -> None:
    assert check(text, SCOPE, parse_type(expected)).type == parse_type(expected)


def test_all_problems_come_at_once_and_in_order() -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        check('size(command.linez) > 0 && now > 5 && has(state.x) ? command.nope : [1, "a", foo]', SCOPE)
    assert [problem.offset for problem in caught.value.problems] == [13, 31, 48, 61, 77]


def test_a_problem_carries_its_parts() -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        check("caller.idd", Scope({"caller": {"id": parse_type("id")}}))
    message = "caller has no idd; did you mean id?"
    assert caught.value.problems == (Problem(7, 3, message, "id", "id", "write id"),)
    assert caught.value.fix == "write id"


def test_ids_of_different_aggregates_are_not_compared() -> None:
    scope = Scope({"a": parse_type("ref Book"), "b": parse_type("ref Member"), "c": parse_type("id")})
    assert check("a == c && b == c", scope).type == parse_type("boolean")
    with pytest.raises(ExpressionInvalid, match="ref Book == ref Member has no meaning"):
        check("a == b", scope)


def test_a_root_may_be_a_record_or_an_optional_one() -> None:
    line: Type = Record("Line")
    scope = Scope({"one": line, "other": Maybe(line)}, SCOPE.records)
    assert check("one.quantity > 1 && has(other) && other.quantity > 1", scope).type == parse_type("boolean")
    with pytest.raises(ExpressionInvalid, match="other may be absent"):
        check("other.quantity > 1", scope)


def test_what_comes_from_a_message_as_it_is_says_so() -> None:
    assert check("message.a.b", SCOPE).untyped
    assert check("message.a.b", SCOPE).type == AnyType()
    assert check("map(message.lines, line, line.id)", SCOPE, parse_type("list of id")).untyped
    assert not check("message.a == 3", SCOPE).untyped
    assert not check("[]", SCOPE, parse_type("list of id")).untyped
