"""Texts of expressions become trees and trees become texts; what is no expression says why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typed_expressions import any_nodes, without_offsets

from skafu.blueprint.expressions import ExpressionInvalid, Node, evaluate, parse, path_of, print_node, roots_of, walk
from skafu.blueprint.expressions.nodes import MAX_DEPTH, MAX_LENGTH, Name, Unary
from skafu.blueprint.problems import Problem


@given(any_nodes)
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_printed_parses_to_the_same_tree(node: Node) -> None:
    text = print_node(node)
    parsed = parse(text)
    assert without_offsets(parsed) == without_offsets(node)
    assert print_node(parsed) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ('caller.id == state.customer_id||"clerk" in caller.roles', None),
        ("a && (b || c) && d", "a && (b || c) && d"),
        ("(a && b) && c", "a && b && c"),
        ("a && (b && c)", "a && (b && c)"),
        ("(a * b) + c", "a * b + c"),
        ("a * (b + c)", "a * (b + c)"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("(a == b) == c", "(a == b) == c"),
        ("!(a == b)", "!(a == b)"),
        ("-(a.b)", "-a.b"),
        ("(-a).b", "(-a).b"),
        ("a ? b : c ? d : e", "a ? b : c ? d : e"),
        ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
        ("name.startsWith('it\\'s')", 'startsWith(name, "it\'s")'),
        ("xs.all(x, x > 0)", "all(xs, x, x > 0)"),
        ("[ ]", "[]"),
        ("a.in", "a.in"),
        ("a['x-y'][0]", 'a["x-y"][0]'),
        ("a ==\n  b", "a == b"),
    ],
)
def test_print_needs_as_few_parentheses_as_possible(text: str, printed: str | None) -> None:
    assert print_node(parse(text)) == (printed or 'caller.id == state.customer_id || "clerk" in caller.roles')


def test_no_two_nodes_share_an_offset() -> None:
    text = 'sum(a.b, x, -x.c[0] * 2) > size([1, "t"]) && !f(true ? null : s.trim(), -1) || a in a'
    offsets = [node.at for node in walk(parse(text))]
    assert len(offsets) == len(set(offsets))


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "the expression is empty"),
        ("   ", 0, "the expression is empty"),
        ("a and b", 2, "write && instead of and"),
        ("not a", 0, "write ! instead of not"),
        ("a == None", 5, "write null instead of None"),
        ("a == True", 5, "write true instead of True"),
        ("a = b", 2, "'=' is no operator; did you mean ==?"),
        ("a & b", 2, "'&' is no operator; did you mean &&?"),
        ("a < b < c", 6, "comparisons do not chain"),
        ("a == b in c", 7, "comparisons do not chain"),
        ("a ? b", 5, "expected ':'"),
        ("f(a,", 4, "expected a value, got the end"),
        ("f(a b)", 4, "expected ',' or ')', got 'b'"),
        ("(a", 2, "expected ')', got the end"),
        ("a b", 2, "expected an operator or the end, got 'b'"),
        ("a.1", 2, "expected the name of a member, got '1'"),
        ("a[b]", 2, "expected the position of an item as a number, from 0, got 'b'"),
        ("007", 0, "write 7"),
        ("5d", 0, 'write durations as duration("15m")'),
        ("1e5", 0, "followed by 'e'"),
        ("9" * 19, 0, "more digits"),
        ('"abc', 0, 'the text that starts with " does not end'),
        ("'a\\qb'", 2, "\\q means nothing in a text"),
        ("'\\ud800'", 1, "means nothing"),
        ("'\ud800'", 1, "half a character"),
        ("sum(xs, 1, 2)", 0, "the second part of sum is the name of a variable"),
        ("in", 0, "expected a value, got 'in'"),
        ("a @ b", 2, "'@' has no meaning"),
    ],
)
def test_what_is_no_expression_says_where_and_why(text: str, offset: int, message: str) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        parse(text)
    assert caught.value.offset == offset
    assert message in str(caught.value)


HOSTILE = {
    "long": "a" * (MAX_LENGTH + 1),
    "parentheses": "(" * 400,
    "lists": "[" * 400 + "]" * 400,
    "not": "!" * 900 + "a",
    "minus": "-" * 900 + "1",
    "chain": "1" + "+1" * 400,
    "members": "a" + ".b" * 400,
    "indexes": "a" + "[0]" * 300,
    "conditions": "a?b:" * 200 + "c",
    "calls": "f(" * 300 + ")" * 300,
    "precedence": "a||a&&a<a+a*(" * 60,
    "loops": "any(xs,a,any(xs,b,any(xs,c,any(xs,d,true))))",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_end_in_an_error(text: str) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        parse(text)
    assert any(word in str(caught.value) for word in ("deep", "characters", "inside"))


def test_a_tree_that_was_not_parsed_is_bounded_too() -> None:
    node: Node = Name("a")
    for _ in range(5000):
        node = Unary("!", node)
    for use in (print_node, lambda deep: evaluate(deep, {"a": True})):
        with pytest.raises(ExpressionInvalid, match="deep"):
            use(node)


def test_the_deepest_allowed_expressions_are_read() -> None:
    for text in ("(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1), "!" * (MAX_DEPTH - 1) + "a"):
        assert roots_of(parse(text)) == {"a"}


@given(st.text(alphabet="ab1.,()[]!-+*<=>&|?: \"'\\in\u00e4", max_size=60) | st.text(max_size=30))
@settings(max_examples=500, deadline=None)
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    assert all(0 <= problem.offset <= len(text) and problem.message for problem in problems(text))


def problems(text: str) -> tuple[Problem, ...]:
    try:
        parse(text)
    except ExpressionInvalid as invalid:
        return invalid.problems
    return ()


def test_roots_and_paths() -> None:
    node = parse("any(command.lines, line, line.a > state.b) && now > x")
    assert roots_of(node) == {"command", "state", "now", "x"}
    assert path_of(parse("a.b.c")) == ("a", "b", "c")
    assert path_of(parse("a.b[0].c")) is None
