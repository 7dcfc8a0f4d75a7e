"""Texts of a template, compiled once: whole files, path parts and the strings of copier.yml."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from jinja2 import Template

from skafu.kernel.errors import Invalid
from skafu.scaffold.bounds.context import meter_of
from skafu.scaffold.bounds.meter import Meter
from skafu.scaffold.errors import UNCOMPILABLE, TemplateInvalid, locate
from skafu.scaffold.place import Place
from skafu.scaffold.run import RUN, Run
from skafu.scaffold.sandbox import Sandbox
from skafu.scaffold.sources import Sources

_NEWLINE = re.compile(r"\r\n|\r|\n")

# Answers and globals as one dictionary that all texts of a rendering share.
Scope = dict[str, Any]


class Text(Protocol):
    """Something that renders to a string."""

    def render(self, scope: Scope) -> str:
        """Fill the text in."""
        ...


class Constant:
    """A text without anything to fill in."""

    __slots__ = ("content", "value")

    def __init__(self, value: str) -> None:
        """Keep the text, and its bytes."""
        self.value = value
        self.content = value.encode("utf-8", "surrogatepass")

    def render(self, scope: Scope) -> str:
        """Give the text."""
        del scope
        return self.value


class Filled:
    """A compiled jinja2 text."""

    __slots__ = ("_compiled",)

    def __init__(self, compiled: Template) -> None:
        """Keep the compiled text."""
        self._compiled = compiled

    def render(self, scope: Scope) -> str:
        """Run it on a scope that is shared, not copied."""
        compiled = self._compiled
        context = compiled.new_context(scope, shared=True)
        parts = list(compiled.root_render_func(context))
        # What stands between the places to fill in is not counted yet.
        meter_of(context).write(sum(map(len, parts)))
        return "".join(parts)


class Texts:
    """Compiles texts, each only once."""

    def __init__(self, environment: Sandbox, sources: Sources) -> None:
        """Work out which texts need no compiling at all.

        Args:
            environment: where texts are compiled.
            sources: the files of the template.
        """
        self._environment = environment
        self._sources = sources
        self._globals = dict(environment.globals)
        self._starts = _delimiters(environment)
        self._files: dict[str, Text | TemplateInvalid] = {}
        self.string: Callable[[str], Text] = lru_cache(maxsize=4096)(self._string)

    @property
    def changes_values(self) -> bool:
        """Whether the template may change lists and mappings in place."""
        return self._environment.changes_values

    def scope(self, context: Mapping[str, Any], place: Place, meter: Meter) -> Scope:
        """Lay a context over the globals.

        Args:
            context: names and values.
            place: of the rendering.
            meter: what the rendering may still use.
        """
        return {**self._globals, **context, RUN: Run(context.keys(), place, meter)}

    def fill(self, source: str, scope: Scope, *, file: str, line: int | None = None) -> str:
        """Render a string of the template.

        Args:
            source: the string, templated.
            scope: what it may use.
            file: where it is written, for errors.
            line: the line there.

        Raises:
            TemplateInvalid: it cannot be compiled or rendered.
        """
        try:
            return self.string(source).render(scope)
        except Invalid:
            raise
        except Exception as error:
            raise locate(error, file=file, line=line) from error

    def file(self, path: str) -> Text:
        """Give a file of the template as text.

        Raises:
            TemplateInvalid: its syntax is wrong, or it is no UTF-8.
        """
        found = self._files.get(path)
        if found is None:
            found = self._files[path] = self._file(path)
        if isinstance(found, TemplateInvalid):
            raise found
        return found

    def _file(self, path: str) -> Text | TemplateInvalid:
        try:
            source = self._sources.text(path) or ""
            return Filled(self._environment.get_template(path)) if self._is_filled(source) else self._constant(source)
        except TemplateInvalid as error:
            return error
        except UNCOMPILABLE as error:
            return locate(error, file=path)

    def _string(self, source: str) -> Text:
        return Filled(self._environment.from_string(source)) if self._is_filled(source) else self._constant(source)

    def _is_filled(self, source: str) -> bool:
        return any(start in source for start in self._starts)

    def _constant(self, source: str) -> Constant:
        environment = self._environment
        lines = _NEWLINE.split(source)
        if not environment.keep_trailing_newline and not lines[-1]:
            lines.pop()
        return Constant(environment.newline_sequence.join(lines))


def _delimiters(environment: Sandbox) -> tuple[str, ...]:
    prefixes = (environment.line_statement_prefix, environment.line_comment_prefix)
    starts = (environment.block_start_string, environment.variable_start_string, environment.comment_start_string)
    return (*starts, *(prefix for prefix in prefixes if prefix))
