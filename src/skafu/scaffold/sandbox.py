"""The jinja2 environment that templates run in: plain values, no mutation, no clock, no chance, no machine."""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from types import BuiltinMethodType, MethodType, ModuleType
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
from skafu.scaffold.bounds.context import MeteredContext, meter_of
from skafu.scaffold.bounds.filters import bounded_filters, bounded_tests
from skafu.scaffold.bounds.formats import bounded_format
from skafu.scaffold.bounds.generated_code import MeteredCode
from skafu.scaffold.bounds.methods import charge_call
from skafu.scaffold.bounds.operators import INTERCEPTED, check_operands, measured
from skafu.scaffold.bounds.weight import measure
from skafu.scaffold.extensions import Trusted, install
from skafu.scaffold.run import RUN, Run, refuse
from skafu.scaffold.shelf import Shelf
from skafu.scaffold.values import Loose

_FORMATS = frozenset({"format", "format_map"})
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
    context_class = MeteredContext
    code_generator_class = MeteredCode
    intercepted_binops = INTERCEPTED
    changes_values = False
    shelf: Shelf | None = None
    settings_key = ""

    def compile(
        self,
        source: Loose,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,  # noqa: FBT001, FBT002 - as in jinja2
        defer_init: bool = False,  # noqa: FBT001, FBT002
    ) -> Loose:
        """Compile a text, or take it from the shelf."""
        if self.shelf is None or raw or not isinstance(source, str):
            return super().compile(source, name, filename, raw, defer_init)  # type: ignore[call-overload]
        text = f"{self.settings_key}\0{name}\0{defer_init}\0{source}"
        key = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        code = self.shelf.get(key)
        if code is None:
            code = super().compile(source, name, filename, defer_init=defer_init)
            self.shelf.put(key, code)
        return code

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

    def _load_template(self, name: Loose, globals: Loose) -> Template:  # noqa: A002 - jinja2's name
        """Load a template by its name; what is no text would be hashed, which may take for ever."""
        if not isinstance(name, str):
            raise TemplateRuntimeError(f"a template is named by text, not by a {type(name).__name__}")
        return super()._load_template(name, globals)

    def unsafe_undefined(self, obj: Loose, attribute: str) -> NoReturn:
        """Refuse at once; jinja2 would print nothing as long as the attribute is only printed."""
        raise SecurityError(f"a template may not use {attribute!r} of a {type(obj).__name__}")

    def call_binop(self, context: Context, operator: str, left: Loose, right: Loose) -> Loose:
        """Bound the operators that make much out of little."""
        meter = meter_of(context)
        check_operands(meter, operator, left, right)
        return measured(meter, super().call_binop(context, operator, left, right))

    def call(self, context: Context, function: Loose, /, *args: Loose, **kwargs: Loose) -> Loose:
        """Charge for a call, and for what it gives."""
        meter = meter_of(context)
        charge_call(meter, function, args, kwargs)
        return measure(meter, super().call(context, function, *args, **kwargs))

    def wrap_str_format(self, value: Loose) -> Callable[..., str] | None:
        """Have the methods `format` and `format_map` of texts filled in by a formatter that counts."""
        is_format = isinstance(value, MethodType | BuiltinMethodType) and value.__name__ in _FORMATS
        return bounded_format(self, value) if is_format and isinstance(value.__self__, str) else None


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
    environment.settings_key = repr((sorted(options.items(), key=str), tuple(extensions)))
    environment.filters["random"] = chance.FILTERS["random"]
    environment.globals["lipsum"] = _refused_function("lipsum")
    install(environment, extensions, trusted)
    _bound(environment)
    return environment


def _bound(environment: Sandbox) -> None:
    """Put charges on filters and tests, once all of them are there."""
    environment.filters.update(bounded_filters(environment.filters))
    environment.tests.update(bounded_tests(environment.tests))


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
    # Its import brings YAML along, which templates of Cookiecutter do without.
    from skafu.scaffold.filters import FILTERS

    environment = sandbox(TreeLoader(read), envops, extensions, trusted)
    environment.add_extension(YieldExtension)
    environment.filters.update(bounded_filters({**FILTERS, **chance.FILTERS}))
    environment.globals.update({"pathjoin": _pathjoin, **chance.GLOBALS})
    return environment


def changes_values(texts: Iterable[str], environment: Sandbox) -> bool:
    """Tell whether a template looks like changing lists or mappings in place; most do not, and run faster for it.

    Args:
        texts: of all files.
        environment: knows how expressions and statements begin and end; code around them is nobody's business.
    """
    return any(_is_in_code(text, environment) for text in texts)


def _is_in_code(text: str, environment: Sandbox) -> bool:
    if environment.line_statement_prefix:
        return _CHANGES.search(text) is not None
    expression = (environment.variable_start_string, environment.variable_end_string)
    statement = (environment.block_start_string, environment.block_end_string)
    return any(_is_between(text, *marks) for marks in (expression, statement))


def _is_between(text: str, begin: str, end: str) -> bool:
    """Tell whether something is changed between a begin and its end; goes through the text once."""
    start = text.find(begin)
    while start >= 0:
        stop = text.find(end, start + len(begin))
        stop = len(text) if stop < 0 else stop
        if _CHANGES.search(text, start, stop):
            return True
        start = text.find(begin, stop)
    return False


def _refused_function(name: str) -> Callable[..., NoReturn]:
    def refused(*_: object, **__: object) -> NoReturn:
        refuse(f"{name}()")

    return refused
