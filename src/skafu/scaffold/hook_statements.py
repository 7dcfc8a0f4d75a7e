"""Follows the statements of a recognised hook: assignments, conditions, loops, functions, caught errors."""

import ast
from collections.abc import Callable, Iterable

from skafu.scaffold.hook_expressions import Expressions, Module
from skafu.scaffold.hook_folder import Folder, NotRecognised
from skafu.scaffold.hook_functions import Ended
from skafu.scaffold.values import Loose

_DEEPEST = 50
_IGNORED = frozenset({"__future__", "typing"})
_ERRORS: dict[str, type[BaseException]] = {
    one.__name__: one
    for one in (
        *(Exception, OSError, FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError),
        *(PermissionError, ValueError, KeyError, IndexError, TypeError, AttributeError),
    )
}


class _Returned(Exception):
    def __init__(self, value: Loose) -> None:
        super().__init__()
        self.value = value


class _LoopEnded(Exception):
    def __init__(self, *, whole: bool) -> None:
        super().__init__()
        self.whole = whole


class Follower:
    """Follows a script."""

    def __init__(self, folder: Folder, out: list[str]) -> None:
        """Start a script.

        Args:
            folder: the project.
            out: takes what is printed.
        """
        self._expressions = Expressions(folder, out)
        self._depth = 0

    def run(self, script: ast.Module) -> None:
        """Follow it to its end.

        Raises:
            Ended: it ends itself.
            NotRecognised: it does something that is not understood.
            OSError: a file is not there, as Python would say.
        """
        self._block(script.body)

    def _block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._expressions.step()
            found = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if found is None:
                raise NotRecognised(f"line {statement.lineno}: {type(statement).__name__}")
            found(statement)

    def _pass(self, _: ast.Pass) -> None:
        return

    def _import(self, statement: ast.Import) -> None:
        for one in statement.names:
            top = one.name if one.asname else one.name.split(".")[0]
            Module(one.name)
            self._expressions.names[one.asname or top] = Module(top)

    def _importfrom(self, statement: ast.ImportFrom) -> None:
        if statement.module in _IGNORED:
            return
        for one in statement.names:
            found = self._expressions.of_module(f"{statement.module}.{one.name}")
            self._expressions.names[one.asname or one.name] = found

    def _expr(self, statement: ast.Expr) -> None:
        self._expressions.value(statement.value)

    def _assign(self, statement: ast.Assign) -> None:
        value = self._expressions.value(statement.value)
        for target in statement.targets:
            self._expressions.bind(target, value)

    def _annassign(self, statement: ast.AnnAssign) -> None:
        if statement.value is not None:
            self._expressions.bind(statement.target, self._expressions.value(statement.value))

    def _augassign(self, statement: ast.AugAssign) -> None:
        if not isinstance(statement.target, ast.Name):
            raise NotRecognised(f"line {statement.lineno}: an assignment to {type(statement.target).__name__}")
        both = ast.BinOp(ast.Name(statement.target.id, ast.Load()), statement.op, statement.value)
        self._expressions.bind(statement.target, self._expressions.value(ast.fix_missing_locations(both)))

    def _if(self, statement: ast.If) -> None:
        self._block(statement.body if self._expressions.value(statement.test) else statement.orelse)

    def _for(self, statement: ast.For) -> None:
        for item in list(self._expressions.value(statement.iter)):
            self._expressions.bind(statement.target, item)
            try:
                self._block(statement.body)
            except _LoopEnded as ended:
                if ended.whole:
                    return
        self._block(statement.orelse)

    def _break(self, _: ast.Break) -> None:
        raise _LoopEnded(whole=True)

    def _continue(self, _: ast.Continue) -> None:
        raise _LoopEnded(whole=False)

    def _return(self, statement: ast.Return) -> None:
        raise _Returned(None if statement.value is None else self._expressions.value(statement.value))

    def _raise(self, statement: ast.Raise) -> None:
        call = statement.exc
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise NotRecognised(f"line {statement.lineno}: a raised error")
        words = [self._expressions.value(word) for word in call.args]
        if call.func.id == "SystemExit":
            raise Ended(words[0] if words else None)
        if call.func.id not in _ERRORS:
            raise NotRecognised(f"line {statement.lineno}: the error {call.func.id!r}")
        raise _ERRORS[call.func.id](*words)

    def _try(self, statement: ast.Try) -> None:
        try:
            self._block(statement.body)
        except tuple(_ERRORS.values()) as error:
            if isinstance(error, NotRecognised | Ended | _Returned | _LoopEnded):
                raise
            self._handle(statement.handlers, error)
        else:
            self._block(statement.orelse)
        finally:
            self._block(statement.finalbody)

    def _handle(self, handlers: list[ast.ExceptHandler], error: BaseException) -> None:
        for handler in handlers:
            if isinstance(error, self._caught(handler.type)):
                if handler.name:
                    self._expressions.names[handler.name] = str(error)
                self._block(handler.body)
                return
        raise error

    def _caught(self, node: ast.expr | None) -> tuple[type[BaseException], ...]:
        if node is None:
            return (Exception,)
        nodes = node.elts if isinstance(node, ast.Tuple) else [node]
        names = [one.id if isinstance(one, ast.Name) else "" for one in nodes]
        if unknown := [name for name in names if name not in _ERRORS]:
            raise NotRecognised(f"line {node.lineno}: the error {unknown[0]!r}")
        return tuple(_ERRORS[name] for name in names)

    def _functiondef(self, statement: ast.FunctionDef) -> None:
        words = statement.args
        if statement.decorator_list or words.kwarg or words.posonlyargs:
            raise NotRecognised(f"line {statement.lineno}: the function {statement.name!r}")
        self._expressions.names[statement.name] = self._function(statement)

    def _function(self, statement: ast.FunctionDef) -> Callable[..., Loose]:
        words = statement.args
        names = [one.arg for one in words.args]
        late = names[len(names) - len(words.defaults) :]
        defaults = dict(zip(late, [self._expressions.value(one) for one in words.defaults], strict=True))
        for one, written in zip(words.kwonlyargs, words.kw_defaults, strict=True):
            if written is not None:
                defaults[one.arg] = self._expressions.value(written)

        def call(*given: Loose, **named: Loose) -> Loose:
            bound = {**defaults, **dict(zip(names, given, strict=False)), **named}
            if words.vararg:
                bound[words.vararg.arg] = tuple(given[len(words.args) :])
            elif len(given) > len(words.args):
                raise TypeError("too many arguments")
            if missing := {one.arg for one in (*words.args, *words.kwonlyargs)} - bound.keys():
                raise TypeError(f"without {min(missing)}")
            return self._called(statement, bound)

        return call

    def _called(self, statement: ast.FunctionDef, bound: dict[str, Loose]) -> Loose:
        if self._depth >= _DEEPEST:
            raise NotRecognised("functions that call each other without end")
        # A function sees the names of the script, and its own go away with it.
        before, self._depth = self._expressions.names, self._depth + 1
        self._expressions.names = {**before, **bound}
        try:
            self._block(statement.body)
        except _Returned as returned:
            return returned.value
        finally:
            self._expressions.names, self._depth = before, self._depth - 1
        return None
