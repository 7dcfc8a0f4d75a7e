"""Random expressions that fit the scope of `expression_scope`."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import assume
from hypothesis import strategies as st

from skafu.blueprint.expressions import ExpressionInvalid, Node, parse, print_node
from skafu.blueprint.expressions.nodes import (
    MAX_LENGTH,
    Binary,
    BinaryOperator,
    Boolean,
    Call,
    Conditional,
    Index,
    Items,
    Loop,
    Member,
    Name,
    Null,
    Number,
    Text,
    Unary,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
Maker = Callable[["Grammar", str, int], Node]


class Grammar:
    """Draws expressions of a kind; `variables` are the items of the loops around."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.variables: tuple[str, ...] = ()

    def of(self, kind: str, depth: int) -> Node:
        """An expression of a kind, `depth` levels deep at most."""
        if depth <= 0 or not self.draw(st.integers(0, 5)):
            return self._leaf(kind)
        makers = (*_MAKERS[kind], _conditional, _conditional)
        maker: Maker = self.draw(st.sampled_from(makers))
        return maker(self, kind, depth - 1)

    def _leaf(self, kind: str) -> Node:
        paths = [path for path in self.paths() if path[1] == kind]
        literal = _LITERALS.get(kind)
        if literal is not None and (not paths or self.draw(st.booleans())):
            return parse(self.draw(literal))
        path: Node = self.draw(st.sampled_from(paths))[0]
        return path

    def paths(self) -> list[tuple[Node, str]]:
        """Every path with the kind of its value."""
        found: list[tuple[Node, str]] = [(Name("now"), "datetime"), (Member(Name("caller"), "id"), "text")]
        found.append((Member(Name("caller"), "roles"), "list of text"))
        for root in ("command", "state"):
            found += [(Member(Name(root), name), kind) for name, kind in _THING_KINDS.items()]
        for variable in self.variables:
            found.append((Name(variable), "line"))
            found += [(Member(Name(variable), name), kind) for name, kind in _LINE_KINDS.items()]
        return found

    def optionals(self) -> list[tuple[Node, str]]:
        """Every path that may be absent, with the kind of its value when it is not."""
        return [(path, kind.removeprefix("optional ")) for path, kind in self.paths() if kind.startswith("optional")]


_LINE_KINDS = {
    "id": "text",
    "label": "text",
    "quantity": "integer",
    "price": "money",
    "weight": "decimal",
    "note": "optional text",
    "bonus": "optional integer",
}
_THING_KINDS = {
    "customer_id": "text",
    "title": "text",
    "from": "text",
    "urgent": "boolean",
    "count": "integer",
    "ratio": "decimal",
    "price": "money",
    "when": "datetime",
    "day": "date",
    "wait": "duration",
    "lines": "list of lines",
    "tags": "list of text",
    "note": "optional text",
    "limit": "optional integer",
    "due": "optional datetime",
    "best": "optional line",
}
_LITERALS = {
    "boolean": st.sampled_from(["true", "false"]),
    "integer": st.integers(1, 12).map(str),
    "decimal": st.sampled_from(["0.5", "2.25", "10.00", "0.05"]),
    "money": st.sampled_from(['money(100, "EUR")', 'money(0, "EUR")', 'money(5, "USD")']),
    "text": st.sampled_from(['"a"', "'it\\'s'", '""', '" Clerk "', '"small"', '"\\u00e4\\n"']),
    "duration": st.sampled_from(['duration("15m")', 'duration("3 days")', 'duration("1h30m")', 'duration("0s")']),
    "list of text": st.sampled_from(["[]", '["a"]', '["a", "b"]']),
}
_NUMBERS = ("integer", "decimal")
_ORDERED = ("integer", "decimal", "money", "date", "datetime", "duration")
_VARIABLES = ("line", "item", "id", "order", "class", "sum", "x")


def _conditional(grammar: Grammar, kind: str, depth: int) -> Node:
    return Conditional(grammar.of("boolean", depth), grammar.of(kind, depth), grammar.of(kind, depth))


def _binary(operators: str, left: str = "", right: str = "") -> Maker:
    def make(grammar: Grammar, kind: str, depth: int) -> Node:
        operator: BinaryOperator = grammar.draw(st.sampled_from(operators.split()))
        return Binary(operator, grammar.of(left or kind, depth), grammar.of(right or kind, depth))

    return make


def _call(function: str, *kinds: str) -> Maker:
    def make(grammar: Grammar, kind: str, depth: int) -> Node:
        return Call(function, tuple(grammar.of(part or kind, depth) for part in kinds))

    return make


def _unary(operator: str) -> Maker:
    return lambda grammar, kind, depth: Unary("!" if operator == "!" else "-", grammar.of(kind, depth))


def _loop(function: Any, body: str = "") -> Maker:  # noqa: ANN401
    def make(grammar: Grammar, kind: str, depth: int) -> Node:
        free = [name for name in _VARIABLES if name not in grammar.variables]
        over = grammar.of("list of lines", min(depth, 1)) if not grammar.variables else Member(Name("state"), "lines")
        if len(grammar.variables) > 1:
            return grammar.of(kind, 0)
        variable = grammar.draw(st.sampled_from(free))
        outer, grammar.variables = grammar.variables, (*grammar.variables, variable)
        node = Loop(function, over, variable, grammar.of(body or kind, depth))
        grammar.variables = outer
        return node

    return make


def _comparison(grammar: Grammar, _: str, depth: int) -> Node:
    kind = grammar.draw(st.sampled_from(_ORDERED))
    other = {"integer": ("integer", "decimal", "money"), "decimal": _NUMBERS, "money": ("money", "integer")}.get(kind)
    operator: BinaryOperator = grammar.draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
    return Binary(operator, grammar.of(kind, depth), grammar.of(grammar.draw(st.sampled_from(other or (kind,))), depth))


def _equality(grammar: Grammar, _: str, depth: int) -> Node:
    kind = grammar.draw(st.sampled_from(["text", "boolean", "list of text", "list of lines"]))
    return Binary(grammar.draw(st.sampled_from(["==", "!="])), grammar.of(kind, depth), grammar.of(kind, depth))


def _guarded(grammar: Grammar, kind: str, depth: int) -> Node:
    """`has(x) ? uses x : does not`, in its different spellings."""
    path, inner = grammar.draw(st.sampled_from(grammar.optionals()))
    test = grammar.draw(st.sampled_from([Call("has", (path,)), Binary("!=", path, Null()), Binary("!=", Null(), path)]))
    used = path if inner == kind else grammar.of(kind, 0)
    if kind == "boolean":
        used = _use(grammar, path, inner)
        spellings = [Binary("&&", test, used), Binary("||", Unary("!", test), used), test, Unary("!", test)]
        spelling: Node = grammar.draw(st.sampled_from(spellings))
        return spelling
    other = grammar.of(kind, depth)
    choice: Node = grammar.draw(
        st.sampled_from([Conditional(test, used, other), Conditional(Unary("!", test), other, used)])
    )
    return choice


def _use(grammar: Grammar, path: Node, inner: str) -> Node:
    if inner == "line":
        return Binary(">", Member(path, "quantity"), grammar.of("integer", 1))
    operators = ["==", "!="] if inner == "text" else ["<", ">=", "=="]
    return Binary(grammar.draw(st.sampled_from(operators)), path, grammar.of(inner, 1))


def _loose(grammar: Grammar, _: str, depth: int) -> Node:
    """Optionals where no guard is needed."""
    path, inner = grammar.draw(st.sampled_from(grammar.optionals()))
    if inner == "line":
        return Binary("==", Call("first", (grammar.of("list of lines", depth),)), Null())
    if inner == "text" and grammar.draw(st.booleans()):
        return Binary("in", path, grammar.of("list of text", depth))
    return Binary(grammar.draw(st.sampled_from(["==", "!="])), path, grammar.of(inner, depth))


_MESSAGES = (
    'message.a == "a"', "has(message.b)", "!has(message.b.c)", "message.a > 3", "message.a + 1 == 4",
    "message.b != null",
    'message.a in ["a"]', "size(message.c) > 0", 'contains(message.a, "a")', "any(message.c, part, part == 1)",
    "message.a && message.b", "message.b[0] == 1", 'message["a"] == message["b"]', "sum(message.c) > 2",
    "message.a / 2 > 1",
    "has(message.a) ? message.a == 2 : message.b", "text(message.a) == \"None\"", "!message.a", "0 - message.a == -1",
)  # fmt: skip


def _message(grammar: Grammar, _: str, depth: int) -> Node:  # noqa: ARG001
    return parse(grammar.draw(st.sampled_from(_MESSAGES)))


def _items(grammar: Grammar, _: str, depth: int) -> Node:
    return Items(tuple(grammar.of("text", depth) for _ in range(grammar.draw(st.integers(0, 3)))))


def _money_member(name: str) -> Maker:
    return lambda grammar, _, depth: Member(grammar.of("money", depth), name)


def _indexed(grammar: Grammar, _: str, depth: int) -> Node:
    over = grammar.of("list of text", depth)
    if not isinstance(over, Member):
        over = Member(Name("state"), "tags")
    return Index(over, grammar.draw(st.integers(0, 1)))


def _rounded(grammar: Grammar, _: str, depth: int) -> Node:
    return Call("round", (grammar.of("decimal", depth), Number("1")))


def _as_text(grammar: Grammar, _: str, depth: int) -> Node:
    return Call("text", (grammar.of(grammar.draw(st.sampled_from(["integer", "text"])), depth),))


_MAKERS: dict[str, tuple[Maker, ...]] = {
    "boolean": (
        _unary("!"),
        _binary("&& ||"),
        _binary("== !="),
        _comparison,
        _comparison,
        _equality,
        _guarded,
        _loose,
        _message,
        _binary("in", "text", "list of text"),
        _call("contains", "text", "text"),
        _call("startsWith", "text", "text"),
        _call("endsWith", "text", "text"),
        _loop("any"),
        _loop("all"),
    ),
    "integer": (
        _unary("-"),
        _binary("+ - * %"),
        _call("size", "list of lines"),
        _call("size", "text"),
        _call("min", "", ""),
        _call("max", "", "", ""),
        _call("round", "decimal"),
        _loop("sum"),
        _money_member("amount"),
        _guarded,
    ),
    "decimal": (
        _unary("-"),
        _binary("+ - * /"),
        _binary("/", "integer", "integer"),
        _binary("+ - * /", "integer", "decimal"),
        _binary("* /", "decimal", "integer"),
        _call("min", "integer", "decimal"),
        _call("max", "decimal", "integer"),
        _rounded,
        _loop("sum"),
    ),
    "money": (
        _unary("-"),
        _binary("+ -"),
        _binary("*", "money", "integer"),
        _binary("*", "decimal", "money"),
        _call("max", "", ""),
        _loop("sum"),
    ),
    "text": (
        _binary("+"),
        _call("lower", "text"),
        _call("upper", "text"),
        _call("trim", "text"),
        _as_text,
        _indexed,
        _money_member("currency"),
        _guarded,
    ),
    "datetime": (_binary("+ -", "datetime", "duration"), _binary("+", "duration", "datetime"), _call("min", "", "")),
    "date": (_call("date", "datetime"), _binary("+ -", "date", "duration")),
    "duration": (
        _unary("-"),
        _binary("+ -"),
        _binary("-", "datetime", "datetime"),
        _binary("-", "date", "date"),
        _binary("*", "duration", "integer"),
        _loop("sum"),
    ),
    "list of lines": (_loop("filter", "boolean"), _binary("+")),
    "list of text": (_loop("map", "text"), _items, _binary("+")),
}
KINDS = tuple(_MAKERS)


@st.composite
def typed_expressions(draw: Any, depth: int = 4) -> tuple[Node, str]:  # noqa: ANN401
    """An expression that fits `SCOPE`, and its kind."""
    kind = draw(st.sampled_from(KINDS))
    node = Grammar(draw).of(kind, draw(st.integers(1, depth)))
    assume(_is_allowed(node))
    return node, kind


_names = st.sampled_from(["a", "b", "state", "line", "size", "x1", "_y"])
_leaves = st.one_of(
    st.builds(Text, st.text(max_size=6)),
    st.builds(Number, st.integers(0, 10**18 - 1).map(str) | st.sampled_from(["0.5", "1.50", "0.00"])),
    st.builds(Boolean, st.booleans()),
    st.just(Null()),
    st.builds(Name, _names),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operators = ["||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%"]
    return st.one_of(
        st.builds(Member, inner, _names),
        st.builds(Index, inner, st.integers(0, 99) | st.text(max_size=4)),
        st.builds(Items, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Unary, st.sampled_from(["!", "-"]), inner),
        st.builds(Binary, st.sampled_from(operators), inner, inner),
        st.builds(Conditional, inner, inner, inner),
        st.builds(Call, st.sampled_from(["f", "size", "round"]), st.lists(inner, max_size=2).map(tuple)),
        st.builds(Loop, st.sampled_from(["sum", "any", "map"]), inner, _names, inner),
    )


def _is_allowed(node: Node) -> bool:
    try:
        return len(print_node(node)) <= MAX_LENGTH
    except ExpressionInvalid:
        return False


any_nodes: st.SearchStrategy[Node] = st.recursive(_leaves, _grown, max_leaves=12).filter(_is_allowed)
"""Trees of every shape, with or without meaning, that are neither too deep nor too long."""


def without_offsets(node: Any) -> Any:  # noqa: ANN401
    """The same tree with every offset 0."""
    if isinstance(node, tuple):
        return tuple(without_offsets(part) for part in node)
    if not isinstance(node, msgspec.Struct):
        return node
    names = [name for name in node.__struct_fields__ if name != "at"]
    return type(node)(**{name: without_offsets(getattr(node, name)) for name in names})
