"""Finds the type of an expression, and everything in it that does not fit the names and types around it."""

from collections.abc import Iterable
from typing import NoReturn

import msgspec

from skafu.blueprint.expressions.errors import ExpressionInvalid
from skafu.blueprint.expressions.facts import present_if
from skafu.blueprint.expressions.functions import FOREIGN, FUNCTIONS, LOOP_SIGNATURES, Unfit, summed
from skafu.blueprint.expressions.kinds import (
    ANY,
    BOOLEAN,
    DECIMAL,
    DURATION,
    INTEGER,
    MONEY,
    NULL,
    TEXT,
    AnyType,
    ExpressionType,
    FieldsType,
    Kind,
    NullType,
    WordsType,
    assignable,
    equatable,
    is_text,
    joined,
    kind_text,
    list_of,
    maybe,
    present,
    widened,
)
from skafu.blueprint.expressions.nodes import (
    Binary,
    Boolean,
    Call,
    Conditional,
    Index,
    Items,
    Loop,
    Member,
    Name,
    Node,
    Null,
    Number,
    Path,
    Text,
    Unary,
    path_of,
    walk,
)
from skafu.blueprint.expressions.operators import advice, arithmetic, comparison
from skafu.blueprint.expressions.parser import parse
from skafu.blueprint.expressions.printer import print_node
from skafu.blueprint.expressions.scope import Scope
from skafu.blueprint.problems import Problem, did_you_mean, nearest
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Type, type_text


class Checked(msgspec.Struct, frozen=True):
    """An expression that fits its scope.

    `type` is the type of its value (the expected type, if one was given); `types` are the types of its nodes by their
    offset, `decimals` the offsets of nodes whose integer is used as a decimal. `untyped` says that the value comes
    from a message without declared fields as it is: who uses it converts it to `type`.
    """

    text: str
    node: Node
    type: ExpressionType
    types: dict[int, ExpressionType] = {}
    decimals: frozenset[int] = frozenset()
    untyped: bool = False


def check(expression: str | Node, scope: Scope, expected: Type | None = None) -> Checked:
    """Find the type of an expression.

    Args:
        expression: its text or its tree.
        scope: the names that it may use.
        expected: the type that its value must fit; a condition is expected to be `Scalar("boolean")`.

    Returns:
        The expression with its type.

    Raises:
        ExpressionInvalid: the text is no expression, or names and types do not fit; with all problems at once.
    """
    text = expression if isinstance(expression, str) else print_node(expression)
    node = parse(text)
    checker = _Checker(scope)
    kind = checker.whole(node, expected)
    if kind is None:
        raise ExpressionInvalid(text, tuple(sorted(checker.problems, key=lambda problem: problem.offset)))
    return Checked(
        text=text,
        node=node,
        type=expected or widened(kind),
        types=checker.types,
        decimals=frozenset(checker.decimals),
        untyped=isinstance(kind, AnyType),
    )


class _Reported(Exception):
    """The kind of a node cannot be known, and its problem is noted."""


class _Env(msgspec.Struct, frozen=True):
    """What holds at a place of the expression: the variables of loops, and the optionals that are present."""

    variables: dict[str, Kind] = {}
    present: frozenset[Path] = frozenset()

    def knowing(self, paths: frozenset[Path]) -> "_Env":
        return _Env(self.variables, self.present | paths)

    def forgetting(self, path: Path | None) -> "_Env":
        return _Env(self.variables, self.present - {path} if path else self.present)

    def binding(self, variable: str, kind: Kind) -> "_Env":
        return _Env({**self.variables, variable: kind}, self.present)


class _Checker:
    """Walks one expression, notes types and problems."""

    def __init__(self, scope: Scope) -> None:
        self.problems: list[Problem] = []
        self.types: dict[int, ExpressionType] = {}
        self.decimals: set[int] = set()
        self._scope = scope

    def whole(self, node: Node, expected: Type | None) -> Kind | None:
        """The kind of the whole expression, or None when there are problems."""
        try:
            kind = self._visit(node, _Env(), expected)
            self._refuse_fields(node, kind)
            if expected is not None and not assignable(kind, expected):
                self._mismatch(node, kind, expected)
        except _Reported:
            return None
        return None if self.problems else kind

    def _visit(self, node: Node, env: _Env, expected: Type | None = None) -> Kind:
        kind = self._infer(node, env, expected)
        self.types[node.at] = widened(kind)
        if expected is not None and present(expected) == DECIMAL:
            kind = self._as_decimal(node, kind)
        return kind

    def _as_decimal(self, node: Node, kind: Kind) -> Kind:
        if kind != INTEGER:
            return kind
        self.decimals.add(node.at)
        return DECIMAL

    def _each(self, visits: Iterable[tuple[Node, _Env]], expected: Type | None = None) -> list[Kind]:
        """Visit all nodes before giving up on any, so that every problem is found at once."""
        kinds: list[Kind] = []
        failed = False
        for node, env in visits:
            try:
                kinds.append(self._visit(node, env, expected))
            except _Reported:
                failed = True
        if failed:
            raise _Reported
        return kinds

    def _value(self, node: Node, env: _Env) -> Kind:
        """The kind of a node that must be there: no optional, no root with fields."""
        return self._needed(node, self._visit(node, env))

    def _values(self, env: _Env, *nodes: Node) -> list[Kind]:
        kinds = self._each((node, env) for node in nodes)
        return [self._needed(node, kind) for node, kind in zip(nodes, kinds, strict=True)]

    def _needed(self, node: Node, kind: Kind) -> Kind:
        self._refuse_fields(node, kind)
        if isinstance(kind, Maybe | NullType):
            self._absent(node)
        return kind

    def _absent(self, node: Node) -> NoReturn:
        if isinstance(node, Null):
            self._fail(node, "null cannot be used here", "a value")
        path = path_of(node)
        text = print_node(node)
        fix = f"guard it: has({text}) && ..." if path else "hold it against null, or use any(list, item, condition)"
        self._fail(node, f"{text} may be absent; {fix}", "a value", fix=fix)

    def _refuse_fields(self, node: Node, kind: Kind) -> None:
        if isinstance(kind, FieldsType):
            fix = f"name one of its fields: {', '.join(sorted(kind.fields)[:8])}"
            self._fail(node, f"{kind.name} is no value by itself; {fix}", "a value", fix=fix)

    def _fail(self, node: Node, message: str, expected: str = "", near: str = "", fix: str = "") -> NoReturn:
        offset, length = _span(node)
        self.problems.append(Problem(offset, length, message, expected, near, fix))
        raise _Reported

    def _mismatch(self, node: Node, kind: Kind, expected: Type) -> NoReturn:
        wanted, near, fix = type_text(expected), "", ""
        target = present(expected)
        if isinstance(kind, WordsType) and isinstance(target, OneOf):
            near = nearest(next(word for word in kind.options if word not in target.options), target.options)
        if isinstance(kind, Maybe) and assignable(kind.item, expected):
            text = print_node(node)
            fix = f"say what it is when absent: has({text}) ? {text} : ..."
        elif kind == INTEGER and target == MONEY:
            fix = 'say the currency: money(amount, "EUR")'
        elif kind == DECIMAL and target == INTEGER:
            fix = "round it: round(x)"
        elif kind == INTEGER and target == TEXT:
            fix = "write it as text: text(x)"
        message = f"expected {wanted}, got {kind_text(kind)}{did_you_mean(near)}" + (f"; {fix}" if fix else "")
        self._fail(node, message, wanted, near, fix or (f'write "{near}"' if near else ""))

    def _infer(self, node: Node, env: _Env, expected: Type | None) -> Kind:  # noqa: C901
        match node:
            case Text(value):
                return WordsType((value,))
            case Number(digits):
                return DECIMAL if "." in digits else INTEGER
            case Boolean():
                return BOOLEAN
            case Null():
                return NULL
            case Name():
                return self._narrowed(node, self._name(node, env), env)
            case Member():
                return self._narrowed(node, self._member(node, env), env)
            case Index():
                return self._index(node, env)
            case Items():
                return self._items(node, env, expected)
            case Unary():
                return self._unary(node, env)
            case Binary():
                return self._binary(node, env)
            case Conditional():
                return self._conditional(node, env, expected)
            case Call():
                return self._call(node, env, expected)
            case Loop():
                return self._loop(node, env, expected)

    def _narrowed(self, node: Name | Member, kind: Kind, env: _Env) -> Kind:
        return present(kind) if path_of(node) in env.present else kind

    def _name(self, node: Name, env: _Env) -> Kind:
        kind = env.variables.get(node.name) or self._scope.root(node.name)
        if kind is None:
            known = (*self._scope.roots, *env.variables)
            near = nearest(node.name, known)
            fix = f"write {near}" if near else f"use one of: {', '.join(known)}"
            hint = did_you_mean(near) or f"; there are {', '.join(known)}"
            self._fail(node, f"there is no {node.name} here{hint}", "a name", near, fix)
        return kind

    def _member(self, node: Member, env: _Env) -> Kind:
        of = self._visit(node.of, env)
        if isinstance(of, Maybe | NullType):
            self._absent(node.of)
        match of:
            case AnyType():
                return ANY
            case FieldsType(_, fields):
                return self._field(node, fields, kind_text(of))
            case Record(name):
                return self._field(node, self._scope.records.get(name, {}), name)
            case ListOf():
                fix = "use first, any, all, sum or map to get at its items"
                self._fail(node, f"{print_node(node.of)} is a list and has no {node.name}; {fix}", fix=fix)
            case _ if of == MONEY:
                return self._field(node, {"amount": INTEGER, "currency": TEXT}, "money")
            case _:
                self._fail(node, f"{print_node(node.of)} is {kind_text(of)} and has no {node.name}")

    def _field(self, node: Member, fields: "Iterable[str]", of: str) -> Kind:
        known = dict(fields) if isinstance(fields, dict) else dict(fields)  # type: ignore[arg-type]
        if node.name not in known:
            near = nearest(node.name, known)
            fix = f"write {near}" if near else f"{of} has {', '.join(sorted(known)) or 'no fields'}"
            hint = did_you_mean(near) or f"; {fix}"
            self._fail(node, f"{of} has no {node.name}{hint}", f"a field of {of}", near, fix)
        return known[node.name]

    def _index(self, node: Index, env: _Env) -> Kind:
        of = self._value(node.of, env)
        match of, node.key:
            case AnyType(), _:
                return ANY
            case ListOf(item), int():
                return item
            case ListOf(), _:
                self._fail(node, "the items of a list are at positions from 0: list[0]", "a position")
            case _:
                self._fail(node, f"{print_node(node.of)} is {kind_text(of)}, no list", "a list")

    def _items(self, node: Items, env: _Env, expected: Type | None) -> Kind:
        target = present(expected) if expected is not None else None
        wanted = target.item if isinstance(target, ListOf) else None
        kinds = self._each(((item, env) for item in node.items), wanted)
        result: Kind = ANY
        for position, (item, kind) in enumerate(zip(node.items, kinds, strict=True)):
            self._needed(item, kind)
            both = joined(result, kind) if position else kind
            if both is None:
                message = f"the items of a list have one type: {kind_text(result)} and {kind_text(kind)} do not mix"
                self._fail(item, message, kind_text(result))
            result = both
        self._all_decimal(node.items, kinds, result)
        return list_of(result)

    def _all_decimal(self, nodes: Iterable[Node], kinds: Iterable[Kind], result: Kind) -> None:
        if present(result) == DECIMAL:
            for node, kind in zip(nodes, kinds, strict=True):
                self._as_decimal(node, kind)

    def _unary(self, node: Unary, env: _Env) -> Kind:
        if node.operator == "!":
            self._condition(node.operand, env)
            return BOOLEAN
        kind = self._value(node.operand, env)
        if kind not in (INTEGER, DECIMAL, MONEY, DURATION):
            self._fail(node, f"- takes a number, money or a duration, got {kind_text(kind)}", "a number")
        return kind

    def _condition(self, node: Node, env: _Env) -> None:
        kind = self._value(node, env)
        if kind != BOOLEAN and not isinstance(kind, AnyType):
            self._fail(node, f"expected a condition, got {kind_text(kind)}", "boolean")

    def _conditions(self, *visits: tuple[Node, _Env]) -> None:
        failed = False
        for node, env in visits:
            try:
                self._condition(node, env)
            except _Reported:
                failed = True
        if failed:
            raise _Reported

    def _binary(self, node: Binary, env: _Env) -> Kind:
        match node.operator:
            case "&&" | "||":
                known = present_if(node.left, node.operator == "&&")
                self._conditions((node.left, env), (node.right, env.knowing(known)))
                return BOOLEAN
            case "in":
                return self._in(node, env)
            case "==" | "!=":
                return self._equality(node, env)
            case "<" | "<=" | ">" | ">=":
                return self._operated(
                    node, comparison(node.operator, *(kinds := self._values(env, node.left, node.right))), kinds
                )
            case _:
                return self._arithmetic(node, env)

    def _operated(self, node: Binary, result: Kind | None, kinds: list[Kind]) -> Kind:
        if result is None:
            left, right = (kind_text(kind) for kind in kinds)
            fix = advice(node.operator, *kinds)
            message = f"{left} {node.operator} {right} has no meaning" + (f"; {fix}" if fix else "")
            self._fail(node, message, fix=fix)
        return result

    def _arithmetic(self, node: Binary, env: _Env) -> Kind:
        kinds = self._values(env, node.left, node.right)
        result = self._operated(node, arithmetic(node.operator, *kinds), kinds)
        if node.operator in {"/", "%"} and isinstance(node.right, Number) and not node.right.value:
            self._fail(node, "nothing can be divided by zero", fix="divide by something else")
        if node.operator == "/" and DECIMAL not in kinds:
            self.decimals.add(node.left.at)
        return result

    def _equality(self, node: Binary, env: _Env) -> Kind:
        if isinstance(node.left, Null) or isinstance(node.right, Null):
            tested, null = (node.right, node.left) if isinstance(node.left, Null) else (node.left, node.right)
            self._visit(null, env)
            return self._tested(tested, env)
        kinds = self._each([(node.left, env), (node.right, env)])
        for side, kind in zip((node.left, node.right), kinds, strict=True):
            self._refuse_fields(side, kind)
        if {kind_text(present(kind)) for kind in kinds} == {"money", "integer"}:
            kinds = [self._needed(side, kind) for side, kind in zip((node.left, node.right), kinds, strict=True)]
        one, other = (present(kind) for kind in kinds)
        self._refuse_words(node, one, other)
        return self._operated(node, comparison(node.operator, one, other), [one, other])

    def _refuse_words(self, node: Binary, one: Kind, other: Kind) -> None:
        """Point at a written-out text that `one of` does not have."""
        for side, words, choice in ((node.left, one, other), (node.right, other, one)):
            if isinstance(words, WordsType) and isinstance(choice, OneOf) and not equatable(words, choice):
                self._mismatch(side, words, choice)

    def _tested(self, node: Node, env: _Env) -> Kind:
        """A node that is held against null."""
        kind = self._visit(node, env.forgetting(path_of(node)))
        self._refuse_fields(node, kind)
        if not isinstance(kind, Maybe | AnyType):
            self._fail(node, f"{print_node(node)} is always there", "an optional value", fix="leave this condition out")
        return BOOLEAN

    def _in(self, node: Binary, env: _Env) -> Kind:
        item, over = self._each([(node.left, env), (node.right, env)])
        self._refuse_fields(node.left, item)
        self._needed(node.right, over)
        if isinstance(over, AnyType):
            return BOOLEAN
        if not isinstance(over, ListOf):
            fix = f"contains({print_node(node.right)}, {print_node(node.left)})" if is_text(over) else ""
            hint = f"; write {fix}" if fix else ""
            self._fail(
                node.right, f"in takes a list, got {kind_text(over)}{hint}", "a list", fix=f"write {fix}" if fix else ""
            )
        if isinstance(item, NullType):
            self._absent(node.left)
        self._refuse_words(node, present(item), over.item)
        if not equatable(item, over.item):
            self._fail(node, f"{kind_text(item)} is never in a {kind_text(over)}", kind_text(over.item))
        return BOOLEAN

    def _conditional(self, node: Conditional, env: _Env, expected: Type | None) -> Kind:
        failed = False
        try:
            self._condition(node.condition, env)
        except _Reported:
            failed = True
        branches = (node.then, node.otherwise)
        envs = [env.knowing(present_if(node.condition, outcome)) for outcome in (True, False)]
        kinds = self._each(zip(branches, envs, strict=True), expected)
        if failed:
            raise _Reported
        for branch, kind in zip(branches, kinds, strict=True):
            self._refuse_fields(branch, kind)
        result = joined(*kinds)
        if result is None:
            message = f"the two values of ? : have one type: {kind_text(kinds[0])} and {kind_text(kinds[1])} do not mix"
            self._fail(node.otherwise, message, kind_text(kinds[0]))
        self._all_decimal(branches, kinds, result)
        return result

    def _call(self, node: Call, env: _Env, expected: Type | None) -> Kind:
        function = FUNCTIONS.get(node.function)
        if function is None:
            self._unknown(node)
        if not function.least <= len(node.arguments) <= function.most:
            given = f"{len(node.arguments)} argument{'s' * (len(node.arguments) != 1)}"
            self._fail(node, f"{node.function} is written {function.signature}, not with {given}", function.signature)
        if node.function == "has":
            return self._tested(node.arguments[0], env)
        kinds = self._values(env, *node.arguments)
        try:
            result = function.result(tuple(zip(node.arguments, kinds, strict=True)))
        except Unfit as unfit:
            got = kind_text(kinds[unfit.position])
            message = f"{node.function} takes {unfit.expected}, got {got}"
            self._fail(node.arguments[unfit.position], message, unfit.expected, fix=f"write {function.signature}")
        if node.function in {"min", "max"}:
            self._all_decimal(node.arguments, kinds, result)
        return result

    def _unknown(self, node: Call) -> NoReturn:
        if signature := LOOP_SIGNATURES.get(node.function):
            self._fail(node, f"{node.function} is written {signature}", signature, fix=f"write {signature}")
        near = FOREIGN.get(node.function) or nearest(node.function, (*FUNCTIONS, *LOOP_SIGNATURES))
        hint = did_you_mean(near) or f"; there are {', '.join(sorted({*FUNCTIONS, *LOOP_SIGNATURES}))}"
        signature = LOOP_SIGNATURES.get(near) or (FUNCTIONS[near].signature if near else "")
        self._fail(
            node,
            f"there is no function {node.function}{hint}",
            "a function",
            near,
            f"write {signature}" if near else "",
        )

    def _loop(self, node: Loop, env: _Env, expected: Type | None) -> Kind:
        over = self._value(node.over, env)
        if not isinstance(over, ListOf | AnyType):
            self._fail(node.over, f"{node.function} takes a list, got {kind_text(over)}", "a list")
        if node.variable in self._scope.roots or node.variable in env.variables:
            fix = "choose another name for the variable"
            self._fail(node, f"{node.variable} is already a name here; {fix}", fix=fix)
        item: Kind = over.item if isinstance(over, ListOf) else ANY
        return self._looped(node, item, env.binding(node.variable, item), expected)

    def _looped(self, node: Loop, item: Kind, env: _Env, expected: Type | None) -> Kind:
        match node.function:
            case "sum":
                wanted = expected if expected is not None and present(expected) == DECIMAL else None
                return self._summed(node, self._needed(node.body, self._visit(node.body, env, wanted)))
            case "map":
                target = present(expected) if expected is not None else None
                kind = self._visit(node.body, env, target.item if isinstance(target, ListOf) else None)
                return list_of(self._needed(node.body, kind))
            case "any" | "all":
                self._condition(node.body, env)
                return BOOLEAN
            case "first":
                self._condition(node.body, env)
                return maybe(item)
            case "filter":
                self._condition(node.body, env)
                return list_of(item)

    def _summed(self, node: Loop, kind: Kind) -> Kind:
        try:
            return summed(kind)
        except Unfit as unfit:
            self._fail(node.body, f"sum adds up {unfit.expected}, got {kind_text(kind)}", unfit.expected)


def _span(node: Node) -> tuple[int, int]:
    """Where a node is in the text: a path as a whole, an operator or a function by its name."""
    if path := path_of(node):
        start = min(part.at for part in walk(node))
        return start, len(".".join(path))
    match node:
        case Binary(operator):
            return node.at, len(operator)
        case Call(name) | Loop(name):
            return node.at, len(name)
        case Text() | Number() | Boolean() | Null():
            return node.at, len(print_node(node))
        case _:
            return node.at, 1
