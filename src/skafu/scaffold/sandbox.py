"""The jinja2 environment that templates run in: plain values, no mutation, no clock, no chance, no machine."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from types import ModuleType
from typing import NoReturn

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    Template,
    TemplateNotFound,
    Undefined,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.ext import Extension
from jinja2.loaders import split_template_path
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

from skafu.scaffold import chance
from skafu.scaffold.extensions import Trusted, install
from skafu.scaffold.filters import FILTERS, refuse
from skafu.scaffold.run import RUN, Run
from skafu.scaffold.values import Loose

_LONGEST = 10_000_000
_DICT_ATTRIBUTES = frozenset(dir(OrderedDict))
_MAPPINGS = frozenset({dict, OrderedDict})
_CLOCKS = frozenset({"now", "today", "utcnow"})
_CHANGES = re.compile(
    r"\.\s*(?:append|extend|insert|pop|popitem|remove|clear|update|setdefault|reverse|sort|move_to_end)\s*\("
)
_UNDEFINED: dict[str, type[Undefined]] = {"jinja2.Undefined": Undefined, "jinja2.StrictUndefined": StrictUndefined}


class SharedModule(Template):
    """A template whose imported module lives as long as one rendering, so that none sees the state of another."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        run = ctx.parent.get(RUN) if ctx is not None else None
        if not isinstance(run, Run):
            return self.make_module()
        if self not in run.modules:
            run.modules[self] = self.make_module({RUN: run})
        return run.modules[self]


class Sandbox(ImmutableSandboxedEnvironment):
    """jinja2's immutable sandbox, stricter: types give nothing away, and operators cannot grow without bounds."""

    template_class = SharedModule
    intercepted_binops = frozenset({"**", "*"})
    changes_values = False

    def is_safe_attribute(self, obj: Loose, attr: str, value: Loose) -> bool:
        """Refuse methods of types: `dict.update(answers, ...)` would pass as a harmless call."""
        if isinstance(obj, type | ModuleType):
            return obj is dict and attr == "fromkeys"
        if isinstance(obj, date) and attr in _CLOCKS:
            return False
        if self.changes_values:
            return SandboxedEnvironment.is_safe_attribute(self, obj, attr, value)
        return super().is_safe_attribute(obj, attr, value)

    def getattr(self, obj: Loose, attribute: str) -> Loose:
        """Read an attribute; the items of mappings, most of all reads, without the detour over an exception."""
        if type(obj) in _MAPPINGS and attribute not in _DICT_ATTRIBUTES:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def unsafe_undefined(self, obj: Loose, attribute: str) -> NoReturn:
        """Refuse at once; jinja2 would print nothing as long as the attribute is only printed."""
        raise SecurityError(f"a template may not use {attribute!r} of a {type(obj).__name__}")

    def call_binop(self, context: Context, operator: str, left: Loose, right: Loose) -> Loose:
        """Bound the operators that make much out of little."""
        if operator == "**" and isinstance(left, int) and isinstance(right, int):
            if left.bit_length() * max(right, 0) > _LONGEST:
                raise SecurityError(f"the number {left} ** {right} is too long")
        elif operator == "*" and _product_length(left, right) > _LONGEST:
            raise SecurityError(f"a repetition may give at most {_LONGEST} items")
        return super().call_binop(context, operator, left, right)


def _product_length(left: Loose, right: Loose) -> int:
    for items, times in ((left, right), (right, left)):
        if isinstance(items, str | list | tuple) and isinstance(times, int):
            return len(items) * times
    return 0


class YieldExtension(Extension):
    """Copier's `{% yield item from items %}...{% endyield %}`, which repeats a path for every item."""

    def __init__(self, environment: Environment) -> None:
        """Announce the tag."""
        super().__init__(environment)
        self.tags = {"yield"}

    def parse(self, parser: Parser) -> nodes.Node:
        """Read the tag; its body is rendered, the items are noted in the run."""
        line = next(parser.stream).lineno
        name = parser.parse_assign_target(name_only=True)
        parser.stream.expect("name:from")
        items = parser.parse_expression()
        body = parser.parse_statements(("name:endyield",), drop_needle=True)
        call = self.call_method("note", [nodes.Const(name.name), items])
        return nodes.CallBlock(call, [], [], body, lineno=line)

    @staticmethod
    @pass_context
    def note(context: Context, name: str, items: Iterable[Loose], caller: Callable[[], str]) -> str:
        """Remember what to repeat over; the body of the first pass may lean on the item that is not there yet."""
        run = context.resolve_or_missing(RUN)
        if run.repeated is not None:
            raise TemplateRuntimeError("a path part may hold only one yield tag")
        run.repeated = (name, items)
        try:
            return caller()
        except UndefinedError:
            return ""


class TreeLoader(BaseLoader):
    """Finds included and imported files by their path from the root of the template."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        """Take the function that gives the text of a file, or None for a file that is not there."""
        self._read = read

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Give text and name; a path with `..` is not found."""
        del environment
        path = "/".join(split_template_path(template))
        text = self._read(path)
        if text is None:
            raise TemplateNotFound(template)
        return text, path, lambda: True


_PATHS: dict[str, type[PurePath]] = {"posix": PurePosixPath, "windows": PureWindowsPath, "native": PurePosixPath}


def _pathjoin(*path: str, mode: str = "posix") -> str:
    return str(_PATHS[mode](*path))


def sandbox(
    loader: BaseLoader,
    envops: dict[str, Loose],
    extensions: Iterable[str],
    trusted: Trusted,
    *,
    undefined: str = "jinja2.Undefined",
) -> Sandbox:
    """Build an environment with the filters that jinja2 has, and those over time and chance.

    Args:
        loader: gives the texts of the template.
        envops: jinja2 settings of the template, already checked.
        extensions: names of extensions.
        trusted: the ones among them that somebody trusts, loaded.
        undefined: what stands for names that are not there, unless the settings say otherwise.
    """
    options = {"keep_trailing_newline": True, "undefined": undefined, **envops}
    options["undefined"] = _UNDEFINED[options["undefined"]]
    environment = Sandbox(loader=loader, cache_size=-1, auto_reload=False, **options)
    environment.filters["random"] = chance.FILTERS["random"]
    environment.globals["lipsum"] = _refused_function("lipsum")
    install(environment, extensions, trusted)
    return environment


def copier_sandbox(
    read: Callable[[str], str | None], envops: dict[str, Loose], extensions: tuple[str, ...], trusted: Trusted
) -> Sandbox:
    """Build the environment of a Copier template: with Ansible's filters and the tag `yield`.

    Args:
        read: gives the text of a template file, or None.
        envops: jinja2 settings of the template, already checked.
        extensions: names of extensions.
        trusted: the ones among them that somebody trusts, loaded.
    """
    environment = sandbox(TreeLoader(read), envops, extensions, trusted)
    environment.add_extension(YieldExtension)
    environment.filters.update({**FILTERS, **chance.FILTERS})
    environment.globals.update({"pathjoin": _pathjoin, **chance.GLOBALS})
    return environment


def changes_values(texts: Iterable[str], environment: Sandbox) -> bool:
    """Tell whether a template looks like changing lists or mappings in place; most do not, and run faster for it.

    Args:
        texts: of all files.
        environment: knows how expressions and statements begin and end; code around them is nobody's business.
    """
    return any(_is_code(text, found.start(), environment) for text in texts for found in _CHANGES.finditer(text))


def _is_code(text: str, at: int, environment: Sandbox) -> bool:
    if environment.line_statement_prefix:
        return True
    expression = (environment.variable_start_string, environment.variable_end_string)
    statement = (environment.block_start_string, environment.block_end_string)
    return any(text.rfind(begin, 0, at) > text.rfind(end, 0, at) for begin, end in (expression, statement))


def _refused_function(name: str) -> Callable[..., NoReturn]:
    def refused(*_: object, **__: object) -> NoReturn:
        refuse(f"{name}()")

    return refused
