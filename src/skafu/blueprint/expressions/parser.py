"""Reads the text of an expression into nodes: a recursive descent, by how tightly operators bind."""

from typing import NoReturn, get_args

from skafu.blueprint.expressions.errors import ExpressionInvalid
from skafu.blueprint.expressions.lexer import Token, tokenize
from skafu.blueprint.expressions.nodes import (
    MAX_DEPTH,
    Binary,
    BinaryOperator,
    Boolean,
    Call,
    Conditional,
    Index,
    Items,
    Loop,
    LoopFunction,
    Member,
    Name,
    Node,
    Null,
    Number,
    Text,
    Unary,
    bounded,
)
from skafu.blueprint.expressions.printer import BINDING, COMPARISON
from skafu.blueprint.problems import Problem

LOOPS: dict[str, LoopFunction] = {name: name for name in get_args(LoopFunction)}
_OPERATORS: dict[str, BinaryOperator] = {operator: operator for operator in BINDING}
_FOREIGN = {"and": "&&", "or": "||", "not": "!", "is": "=="}
_FOREIGN_CONSTANTS = {"None": "null", "nil": "null", "True": "true", "False": "false"}
_LOOP_SHAPE = 3


def parse(text: str) -> Node:
    """Read an expression.

    Args:
        text: the expression, 1000 characters at most.

    Returns:
        Its tree; names and types are not looked at yet (see `check`).

    Raises:
        ExpressionInvalid: the text is no expression, is too long, or is nested too deep.
    """
    return bounded(_Parser(text).whole(), text)


class _Parser:
    """Goes once through the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokenize(text)
        self._position = 0
        self._depth = 0
        self._operands = 0

    def whole(self) -> Node:
        if len(self._tokens) == 1:
            self._fail(self._token, "the expression is empty", expected="an expression")
        node = self._expression()
        if self._token.kind != "end":
            self._unexpected("an operator or the end")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._position]

    def _fail(self, token: Token, message: str, *, expected: str = "", near: str = "", fix: str = "") -> NoReturn:
        raise ExpressionInvalid(self._text, (Problem(token.at, token.length, message, expected, near, fix),))

    def _unexpected(self, expected: str) -> NoReturn:
        token = self._token
        if token.kind == "name" and (meant := _FOREIGN.get(token.value)):
            self._fail(
                token, f"write {meant} instead of {token.value}", expected=expected, near=meant, fix=f"write {meant}"
            )
        got = "the end" if token.kind == "end" else repr(self._text[token.at : token.at + token.length])
        self._fail(token, f"expected {expected}, got {got}", expected=expected)

    def _is(self, symbol: str) -> bool:
        return self._token.kind == "symbol" and self._token.value == symbol

    def _next(self) -> Token:
        token = self._token
        self._position += 1
        return token

    def _accept(self, symbol: str) -> Token | None:
        return self._next() if self._is(symbol) else None

    def _expect(self, symbol: str, expected: str = "") -> Token:
        return self._accept(symbol) or self._unexpected(expected or f"'{symbol}'")

    def _expression(self) -> Node:
        self._depth = self._deeper(self._depth)
        condition = self._binary(1)
        node = condition
        if question := self._accept("?"):
            then = self._expression()
            self._expect(":", "':' and the value when the condition is false")
            node = Conditional(condition, then, self._expression(), question.at)
        self._depth -= 1
        return node

    def _deeper(self, depth: int) -> int:
        if depth == MAX_DEPTH:
            self._fail(self._token, f"the expression is more than {MAX_DEPTH} levels deep")
        return depth + 1

    def _binary(self, lowest: int) -> Node:
        node = self._unary()
        while (operator := self._operator()) and BINDING[operator] >= lowest:
            token = self._next()
            self._operands = self._deeper(self._operands)
            node = Binary(operator, node, self._binary(BINDING[operator] + 1), token.at)
            self._operands -= 1
            if BINDING[operator] == COMPARISON and (then := self._operator()) and BINDING[then] == COMPARISON:
                fix = "write a < b && b < c, or put one of them in parentheses"
                self._fail(self._token, f"comparisons do not chain; {fix}", fix=fix)
        return node

    def _operator(self) -> BinaryOperator | None:
        token = self._token
        return _OPERATORS.get(token.value) if token.kind == "symbol" or token.value == "in" else None

    def _unary(self) -> Node:
        signs: list[Token] = []
        while token := self._accept("!") or self._accept("-"):
            signs.append(token)
        node = self._postfix()
        for sign in reversed(signs):
            node = Unary("!" if sign.value == "!" else "-", node, sign.at)
        return node

    def _postfix(self) -> Node:
        node = self._primary()
        while True:
            if dot := self._accept("."):
                name = self._name("the name of a member")
                node = self._call(name, [node]) if self._accept("(") else Member(node, name.value, dot.at)
            elif bracket := self._accept("["):
                node = Index(node, self._key(), bracket.at)
                self._expect("]")
            else:
                return node

    def _key(self) -> int | str:
        token = self._token
        if token.kind == "text":
            return self._next().value
        if token.kind == "number" and token.value.isdigit():
            return int(self._next().value)
        return self._unexpected("the position of an item as a number, from 0")

    def _name(self, expected: str) -> Token:
        if self._token.kind != "name":
            self._unexpected(expected)
        return self._next()

    def _primary(self) -> Node:
        token = self._token
        match token.kind:
            case "number":
                return Number(self._next().value, token.at)
            case "text":
                return Text(self._next().value, token.at)
            case "name":
                return self._named()
            case _:
                return self._bracketed()

    def _bracketed(self) -> Node:
        if self._accept("("):
            node = self._expression()
            self._expect(")")
            return node
        if bracket := self._accept("["):
            return Items(tuple(self._arguments("]", [])), bracket.at)
        return self._unexpected("a value")

    def _named(self) -> Node:
        if self._token.value in _FOREIGN or self._token.value == "in":
            self._unexpected("a value")
        token = self._next()
        if self._accept("("):
            return self._call(token, [])
        match token.value:
            case "true" | "false":
                return Boolean(token.value == "true", token.at)
            case "null":
                return Null(token.at)
            case _:
                self._refuse_constant(token)
                return Name(token.value, token.at)

    def _refuse_constant(self, token: Token) -> None:
        if meant := _FOREIGN_CONSTANTS.get(token.value):
            self._fail(token, f"write {meant} instead of {token.value}", near=meant, fix=f"write {meant}")

    def _call(self, function: Token, first: list[Node]) -> Node:
        arguments = self._arguments(")", first)
        loop = LOOPS.get(function.value)
        if loop and len(arguments) == _LOOP_SHAPE:
            over, variable, body = arguments
            if not isinstance(variable, Name):
                expected = f"the name of a variable: {loop}(list, item, item.field)"
                self._fail(function, f"the second part of {loop} is {expected}", expected=expected)
            return Loop(loop, over, variable.name, body, function.at)
        return Call(function.value, tuple(arguments), function.at)

    def _arguments(self, end: str, arguments: list[Node]) -> list[Node]:
        if self._accept(end):
            return arguments
        while True:
            arguments.append(self._expression())
            if self._accept(end):
                return arguments
            self._expect(",", f"',' or '{end}'")
