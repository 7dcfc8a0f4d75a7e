"""Finds the type of an expression, and everything in it that does not fit the names and types around it."""

from collections.abc import Iterable, Mapping
from typing import NoReturn

from skafu.blueprint.expressions.facts import Env, present_if
from skafu.blueprint.expressions.functions import FOREIGN, FUNCTIONS, LOOP_SIGNATURES, Unfit, summed
from skafu.blueprint.expressions.kinds import (
    ANY,
    BOOLEAN,
    DECIMAL,
    DURATION,
    INTEGER,
    MONEY,
    NEVER,
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
    item_of,
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
    Text,
    Unary,
    path_of,
)
from skafu.blueprint.expressions.operators import advice, arithmetic, comparison
from skafu.blueprint.expressions.printer import print_node
from skafu.blueprint.expressions.reporting import Report, Reported
from skafu.blueprint.expressions.scope import Scope
from skafu.blueprint.types import ListOf, Maybe, OneOf, Record, Type


class Checker:
    """Walks one expression and notes types by offset, integers that are used as decimals, and problems."""

    def __init__(self, scope: Scope) -> None:
        """Start without types and problems."""
        self.report = Report()
        self.types: dict[int, ExpressionType] = {}
        self.decimals: set[int] = set()
        self._scope = scope

    def whole(self, node: Node, expected: Type | None) -> Kind | None:
        """The kind of the whole expression, or None when there are problems."""
        try:
            kind = self._visit(node, Env(), expected)
            self.report.refuse_fields(node, kind)
            if expected is not None and not assignable(kind, expected):
                self.report.mismatch(node, kind, expected)
        except Reported:
            return None
        return kind

    def _visit(self, node: Node, env: Env, expected: Type | None = None) -> Kind:
        kind = self._leaf(node, env) or self._compound(node, env, expected)
        if not isinstance(kind, FieldsType):
            self.types[node.at] = widened(kind)
        if expected is not None and present(expected) == DECIMAL:
            kind = self._as_decimal(node, kind)
        return kind

    def _as_decimal(self, node: Node, kind: Kind) -> Kind:
        if kind != INTEGER:
            return kind
        self.decimals.add(node.at)
        return DECIMAL

    def _all_decimal(self, nodes: Iterable[Node], kinds: Iterable[Kind], result: Kind) -> None:
        if present(result) == DECIMAL:
            for node, kind in zip(nodes, kinds, strict=True):
                self._as_decimal(node, kind)

    def _each(self, visits: Iterable[tuple[Node, Env]], expected: Type | None = None) -> list[Kind]:
        """Visit all nodes before giving up on any, so that every problem is found at once."""
        kinds: list[Kind] = []
        failed = False
        for node, env in visits:
            try:
                kind = self._visit(node, env, expected)
                self.report.refuse_fields(node, kind)
                kinds.append(kind)
            except Reported:
                failed = True
        if failed:
            raise Reported
        return kinds

    def _value(self, node: Node, env: Env) -> Kind:
        """The kind of a node that must be there: no optional, no root with fields."""
        return self.report.needed(node, self._visit(node, env))

    def _values(self, env: Env, *nodes: Node) -> list[Kind]:
        kinds = self._each((node, env) for node in nodes)
        return [self.report.needed(node, kind) for node, kind in zip(nodes, kinds, strict=True)]

    def _leaf(self, node: Node, env: Env) -> Kind | None:
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
            case _:
                return None

    def _compound(self, node: Node, env: Env, expected: Type | None) -> Kind:
        match node:
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
                return self._call(node, env)
            case Loop():
                return self._loop(node, env, expected)
            case _:
                raise AssertionError(node)

    def _narrowed(self, node: Name | Member, kind: Kind, env: Env) -> Kind:
        return present(kind) if path_of(node) in env.present else kind

    def _name(self, node: Name, env: Env) -> Kind:
        kind = env.variables.get(node.name) or self._scope.root(node.name)
        if kind is None:
            known = (*self._scope.roots, *env.variables)
            self.report.unknown(node, f"there is no {node.name} here", node.name, known)
        return kind

    def _member(self, node: Member, env: Env) -> Kind:
        of = self._visit(node.of, env)
        if isinstance(of, Maybe | NullType):
            self.report.absent(node.of)
        match of:
            case AnyType():
                return ANY
            case FieldsType(name, fields):
                return self._field(node, fields, name)
            case Record(name):
                return self._field(node, self._scope.records.get(name, {}), name)
            case _ if of == MONEY:
                return self._field(node, {"amount": INTEGER, "currency": TEXT}, "money")
            case ListOf():
                fix = "get at its items by first, any, all, sum or map"
                return self.report.fail(node, f"{print_node(node.of)} is a list and has no {node.name}; {fix}", fix=fix)
            case _:
                return self.report.fail(node, f"{print_node(node.of)} is {kind_text(of)} and has no {node.name}")

    def _field(self, node: Member, fields: Mapping[str, Type], of: str) -> Kind:
        kind = fields.get(node.name)
        if kind is None:
            self.report.unknown(node, f"{of} has no {node.name}", node.name, fields)
        return kind

    def _index(self, node: Index, env: Env) -> Kind:
        of = self._value(node.of, env)
        match of:
            case AnyType():
                return ANY
            case ListOf() if isinstance(node.of, Items):
                return self.report.fail(node, "write the item itself instead of taking it out of a list", "a field")
            case ListOf() if isinstance(node.key, int):
                return item_of(of)
            case ListOf():
                return self.report.fail(node, "the items of a list are at positions from 0: list[0]", "a position")
            case _:
                return self.report.fail(node, f"{print_node(node.of)} is {kind_text(of)}, no list", "a list")

    def _items(self, node: Items, env: Env, expected: Type | None) -> Kind:
        target = None if expected is None else present(expected)
        wanted = target.item if isinstance(target, ListOf) else None
        kinds = self._each(((item, env) for item in node.items), wanted)
        result: Kind = NEVER
        for item, kind in zip(node.items, kinds, strict=True):
            self.report.needed(item, kind)
            both = joined(result, kind)
            if both is None:
                message = f"the items of a list have one type: {kind_text(result)} and {kind_text(kind)} do not mix"
                self.report.fail(item, message, kind_text(result))
            result = both
        self._all_decimal(node.items, kinds, result)
        return list_of(result)

    def _unary(self, node: Unary, env: Env) -> Kind:
        if node.operator == "!":
            self._conditions((node.operand, env))
            return BOOLEAN
        kind = self._value(node.operand, env)
        if kind not in (INTEGER, DECIMAL, MONEY, DURATION):
            fix = "declare the fields of the message" if isinstance(kind, AnyType) else ""
            hint = f"; {fix}" if fix else ""
            message = f"- takes a number, money or a duration, got {kind_text(kind)}{hint}"
            self.report.fail(node, message, "a number", fix=fix)
        return kind

    def _conditions(self, *visits: tuple[Node, Env]) -> None:
        failed = False
        for node, env in visits:
            try:
                kind = self._value(node, env)
                if kind != BOOLEAN and not isinstance(kind, AnyType):
                    self.report.fail(node, f"expected a condition, got {kind_text(kind)}", "boolean")
            except Reported:
                failed = True
        if failed:
            raise Reported

    def _binary(self, node: Binary, env: Env) -> Kind:
        match node.operator:
            case "&&" | "||":
                known = present_if(node.left, outcome=node.operator == "&&")
                self._conditions((node.left, env), (node.right, env.knowing(known)))
                return BOOLEAN
            case "in":
                return self._in(node, env)
            case "==" | "!=":
                return self._equality(node, env)
            case "<" | "<=" | ">" | ">=":
                kinds = self._values(env, node.left, node.right)
                return self._operated(node, comparison(node.operator, *kinds), kinds)
            case _:
                return self._arithmetic(node, env)

    def _operated(self, node: Binary, result: Kind | None, kinds: list[Kind]) -> Kind:
        if result is None:
            left, right = (kind_text(kind) for kind in kinds)
            fix = advice(node.operator, *kinds)
            message = f"{left} {node.operator} {right} has no meaning" + (f"; {fix}" if fix else "")
            self.report.fail(node, message, fix=fix)
        return result

    def _arithmetic(self, node: Binary, env: Env) -> Kind:
        kinds = self._values(env, node.left, node.right)
        result = self._operated(node, arithmetic(node.operator, *kinds), kinds)
        if node.operator in {"/", "%"} and isinstance(node.right, Number) and not node.right.value:
            self.report.fail(node, "nothing can be divided by zero", fix="divide by something else")
        if node.operator == "/" and DECIMAL not in kinds:
            self.decimals.add(node.left.at)
        return result

    def _equality(self, node: Binary, env: Env) -> Kind:
        if isinstance(node.left, Null) or isinstance(node.right, Null):
            return self._tested(node.right if isinstance(node.left, Null) else node.left, env)
        sides = (node.left, node.right)
        kinds = self._each((side, env) for side in sides)
        if {kind_text(present(kind)) for kind in kinds} == {"money", "integer"}:
            kinds = [self.report.needed(side, kind) for side, kind in zip(sides, kinds, strict=True)]
        one, other = (present(kind) for kind in kinds)
        self._refuse_words(node, one, other)
        return self._operated(node, comparison(node.operator, one, other), [one, other])

    def _refuse_words(self, node: Binary, one: Kind, other: Kind) -> None:
        """Point at a written-out text that `one of` does not have."""
        for side, words, choice in ((node.left, one, other), (node.right, other, one)):
            if isinstance(words, WordsType) and isinstance(choice, OneOf) and not equatable(words, choice):
                self.report.mismatch(side, words, choice)

    def _tested(self, node: Node, env: Env) -> Kind:
        """A node that is held against null."""
        kind = self._visit(node, env.forgetting(path_of(node)))
        self.report.refuse_fields(node, kind)
        if not isinstance(kind, Maybe | AnyType):
            fix = "leave this condition out"
            self.report.fail(node, f"{print_node(node)} is never absent; {fix}", "an optional value", fix=fix)
        return BOOLEAN

    def _in(self, node: Binary, env: Env) -> Kind:
        item, over = self._each(((node.left, env), (node.right, env)))
        self.report.needed(node.right, over)
        if isinstance(item, NullType):
            self.report.absent(node.left)
        if not isinstance(over, ListOf | AnyType):
            fix = f"write contains({print_node(node.right)}, {print_node(node.left)})" if is_text(over) else ""
            hint = f"; {fix}" if fix else ""
            self.report.fail(node.right, f"in takes a list, got {kind_text(over)}{hint}", "a list", fix=fix)
        kind = over.item if isinstance(over, ListOf) else ANY
        self._refuse_words(node, present(item), kind)
        if not equatable(item, kind):
            self.report.fail(node, f"{kind_text(item)} is never in a {kind_text(over)}", kind_text(kind))
        return BOOLEAN

    def _conditional(self, node: Conditional, env: Env, expected: Type | None) -> Kind:
        failed = False
        try:
            self._conditions((node.condition, env))
        except Reported:
            failed = True
        branches = (node.then, node.otherwise)
        envs = [env.knowing(present_if(node.condition, outcome=outcome)) for outcome in (True, False)]
        kinds = self._each(zip(branches, envs, strict=True), expected)
        if failed:
            raise Reported
        result = joined(*kinds)
        if result is None:
            message = f"the two values of ? : have one type: {kind_text(kinds[0])} and {kind_text(kinds[1])} do not mix"
            self.report.fail(node.otherwise, message, kind_text(kinds[0]))
        self._all_decimal(branches, kinds, result)
        return result

    def _call(self, node: Call, env: Env) -> Kind:
        function = FUNCTIONS.get(node.function)
        if function is None:
            self._no_function(node)
        if not function.least <= len(node.arguments) <= function.most:
            given = f"{len(node.arguments)} argument{'s' * (len(node.arguments) != 1)}"
            message = f"{node.function} is written {function.signature}, not with {given}"
            self.report.fail(node, message, function.signature, fix=f"write {function.signature}")
        if node.function == "has":
            return self._tested(node.arguments[0], env)
        kinds = self._values(env, *node.arguments)
        try:
            result = function.result(tuple(zip(node.arguments, kinds, strict=True)))
        except Unfit as unfit:
            message = f"{node.function} takes {unfit.expected}, got {kind_text(kinds[unfit.position])}"
            fix = f"write {function.signature}"
            self.report.fail(node.arguments[unfit.position], message, unfit.expected, fix=fix)
        if node.function in {"min", "max"}:
            self._all_decimal(node.arguments, kinds, result)
        return result

    def _no_function(self, node: Call) -> NoReturn:
        if signature := LOOP_SIGNATURES.get(node.function):
            self.report.fail(node, f"{node.function} is written {signature}", signature, fix=f"write {signature}")
        known = {*FUNCTIONS, *LOOP_SIGNATURES}
        near = FOREIGN.get(node.function, "")
        self.report.unknown(node, f"there is no function {node.function}", node.function, known, near)

    def _loop(self, node: Loop, env: Env, expected: Type | None) -> Kind:
        over = self._value(node.over, env)
        if not isinstance(over, ListOf | AnyType):
            self.report.fail(node.over, f"{node.function} takes a list, got {kind_text(over)}", "a list")
        if node.variable in self._scope.roots or node.variable in env.variables:
            fix = "choose another name for the item"
            self.report.fail(node, f"{node.variable} is already a name here; {fix}", fix=fix)
        item = item_of(over)
        return self._looped(node, item, env.binding(node.variable, item), expected)

    def _looped(self, node: Loop, item: Kind, env: Env, expected: Type | None) -> Kind:
        target = None if expected is None else present(expected)
        match node.function:
            case "sum":
                wanted = target if target == DECIMAL else None
                return self._summed(node, self.report.needed(node.body, self._visit(node.body, env, wanted)))
            case "map":
                kind = self._visit(node.body, env, target.item if isinstance(target, ListOf) else None)
                return list_of(self.report.needed(node.body, kind))
            case _:
                self._conditions((node.body, env))
        match node.function:
            case "first":
                return maybe(item)
            case "filter":
                return list_of(item)
            case _:
                return BOOLEAN

    def _summed(self, node: Loop, kind: Kind) -> Kind:
        try:
            return summed(kind)
        except Unfit as unfit:
            self.report.fail(node.body, f"sum adds up {unfit.expected}, got {kind_text(kind)}", unfit.expected)
