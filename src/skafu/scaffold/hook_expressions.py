"""Works out the expressions of a recognised hook, one node of its syntax tree at a time."""

import ast
import operator
from collections.abc import Callable, Iterable
from typing import Any

from skafu.scaffold.hook_folder import Folder, NotRecognised
from skafu.scaffold.hook_functions import Located, bounded, formatted, library, method, path_attribute, shown, text_of
from skafu.scaffold.values import Loose

_MODULES = frozenset(
    {"os", "os.path", "shutil", "pathlib", "sys", "sys.stdout", "sys.stderr", "re", "pathlib.Path", "logging"}
)
_MOST_STEPS = 20_000

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


class Expressions:
    """Values of expressions, given names.

    Attributes:
        names: what names stand for; modules stand for their own names in `Module`.
    """

    def __init__(self, folder: Folder, out: list[str]) -> None:
        """Start with nothing but the library.

        Args:
            folder: the project.
            out: takes what is printed.
        """
        self.names: dict[str, Loose] = {"__name__": "__main__", "__file__": "hooks/hook.py"}
        self._folder = folder
        self._library = library(folder, out)
        self._steps = 0

    def step(self) -> None:
        """Count one step.

        Raises:
            NotRecognised: there are too many.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NotRecognised("more steps than a simple hook takes")

    def value(self, node: ast.expr) -> Loose:
        """Give the value of an expression.

        Raises:
            NotRecognised: it holds something that is not understood.
        """
        self.step()
        found = getattr(self, f"_{type(node).__name__.lower()}", None)
        if found is None:
            raise NotRecognised(f"line {node.lineno}: {type(node).__name__}")
        return bounded(found(node))

    def _constant(self, node: ast.Constant) -> Loose:
        return node.value

    def _name(self, node: ast.Name) -> Loose:
        if node.id in self.names:
            return self.names[node.id]
        if node.id in self._library:
            return self._library[node.id]
        raise NotRecognised(f"line {node.lineno}: the name {node.id!r}")

    def _attribute(self, node: ast.Attribute) -> Loose:
        owner = self.value(node.value)
        if isinstance(owner, Module):
            return self.of_module(f"{owner.name}.{node.attr}")
        if owner is self._library["pathlib.Path"]:
            return self.of_module(f"pathlib.Path.{node.attr}")
        if isinstance(owner, Located) and node.attr in {"name", "stem", "suffix", "parent"}:
            return path_attribute(owner, node.attr)
        return method(self._folder, owner, node.attr)

    def of_module(self, name: str) -> Loose:
        """Give what a module holds under a full name.

        Raises:
            NotRecognised: a hook may not use it.
        """
        if name in self._library:
            return self._library[name]
        if name in _MODULES:
            return Module(name)
        raise NotRecognised(f"{name}")

    def _call(self, node: ast.Call) -> Loose:
        function = self.value(node.func)
        if not callable(function):
            raise NotRecognised(f"line {node.lineno}: a call of {function!r}")
        words = list(self._spread(node.args))
        named = {word.arg: self.value(word.value) for word in node.keywords if word.arg is not None}
        if len(named) < len(node.keywords):
            raise NotRecognised(f"line {node.lineno}: named arguments from a mapping")
        return function(*words, **named)

    def _spread(self, nodes: list[ast.expr]) -> Iterable[Loose]:
        for node in nodes:
            if isinstance(node, ast.Starred):
                yield from self.value(node.value)
            else:
                yield self.value(node)

    def _list(self, node: ast.List) -> Loose:
        return list(self._spread(node.elts))

    def _tuple(self, node: ast.Tuple) -> Loose:
        return tuple(self._spread(node.elts))

    def _set(self, node: ast.Set) -> Loose:
        return set(self._spread(node.elts))

    def _dict(self, node: ast.Dict) -> Loose:
        return {self.value(key): self.value(one) for key, one in zip(node.keys, node.values, strict=True) if key}

    def _joinedstr(self, node: ast.JoinedStr) -> str:
        return "".join(shown(self.value(part)) for part in node.values)

    def _formattedvalue(self, node: ast.FormattedValue) -> str:
        value = self.value(node.value)
        if node.format_spec is not None:
            raise NotRecognised(f"line {node.lineno}: a format with a width")
        return repr(shown(value)) if node.conversion == ord("r") else shown(value)

    def _ifexp(self, node: ast.IfExp) -> Loose:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def _boolop(self, node: ast.BoolOp) -> Loose:
        result: Loose = None
        for part in node.values:
            result = self.value(part)
            if bool(result) is isinstance(node.op, ast.Or):
                break
        return result

    def _unaryop(self, node: ast.UnaryOp) -> Loose:
        value = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            return -value
        raise NotRecognised(f"line {node.lineno}: {type(node.op).__name__}")

    def _binop(self, node: ast.BinOp) -> Loose:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Div) and (isinstance(left, Located) or isinstance(right, Located)):
            return self._library["pathlib.Path"](text_of(left), text_of(right))
        kinds = (str, list, tuple)
        if isinstance(node.op, ast.Add) and any(isinstance(left, kind) and isinstance(right, kind) for kind in kinds):
            return left + right
        if isinstance(node.op, ast.Mod) and isinstance(left, str):
            formatted(left, right if isinstance(right, tuple) else (right,))
            return left % right
        raise NotRecognised(f"line {node.lineno}: {type(node.op).__name__}")

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for sign, part in zip(node.ops, node.comparators, strict=True):
            right = self.value(part)
            if not _COMPARISONS[type(sign)](left, right):
                return False
            left = right
        return True

    def _subscript(self, node: ast.Subscript) -> Loose:
        owner = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            return owner[slice(*(None if part is None else self.value(part) for part in parts))]
        return owner[self.value(node.slice)]

    def _listcomp(self, node: ast.ListComp) -> Loose:
        return list(self._each(node.generators, node.elt))

    def _generatorexp(self, node: ast.GeneratorExp) -> Loose:
        return list(self._each(node.generators, node.elt))

    def _setcomp(self, node: ast.SetComp) -> Loose:
        return set(self._each(node.generators, node.elt))

    def _each(self, generators: list[ast.comprehension], element: ast.expr) -> Iterable[Loose]:
        if not generators:
            yield self.value(element)
            return
        for item in self.value(generators[0].iter):
            self.step()
            self.bind(generators[0].target, item)
            if all(self.value(test) for test in generators[0].ifs):
                yield from self._each(generators[1:], element)

    def bind(self, target: ast.expr, value: Loose) -> None:
        """Give names to a value.

        Raises:
            NotRecognised: it is bound to something else than names.
        """
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for one, part in zip(target.elts, list(value), strict=True):
                self.bind(one, part)
        else:
            raise NotRecognised(f"line {target.lineno}: an assignment to {type(target).__name__}")


class Module:
    """A module of Python's library, as far as hooks may use it."""

    def __init__(self, name: str) -> None:
        """Keep the name.

        Raises:
            NotRecognised: hooks may not use it.
        """
        if name not in _MODULES:
            raise NotRecognised(f"the module {name!r}")
        self.name = name
