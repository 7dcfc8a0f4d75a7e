"""The texts of a template as jinja2 parses them: file contents, paths, and the texts of its manifest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from jinja2 import nodes

from skafu.scaffold.binary_detection import is_binary
from skafu.scaffold.checking.rendered_files import expected_files
from skafu.scaffold.cookiecutter_json import FILE, line_of
from skafu.scaffold.cookiecutter_template import CookiecutterTemplate
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.errors import UNCOMPILABLE
from skafu.scaffold.sandbox import Sandbox
from skafu.scaffold.template import Template
from skafu.scaffold.values import Loose


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a template, parsed.

    Attributes:
        file: where it stands.
        line: the line of its beginning; 0 for a path.
        tree: what jinja2 reads.
        rendered: whether it is a file that becomes a file, or its path.
    """

    file: str
    line: int
    tree: nodes.Template
    rendered: bool

    def line_of(self, node: nodes.Node) -> int:
        """The line of a node in its file."""
        return 0 if self.line == 0 else self.line + node.lineno - 1


def pieces_of(template: Template) -> tuple[Piece, ...]:
    """Parse every text of a template that can be parsed; what can't be is told by the compiler."""
    of_format = _of_copier(template) if isinstance(template, CopierTemplate) else _of_cookiecutter(template)
    return tuple(of_format)


def _of_copier(template: CopierTemplate) -> Iterator[Piece]:
    settings, environment = template.settings, template.environment
    for question in template.questions:
        written = (question.type, question.default, question.choices, question.validator, question.when)
        spoken = (question.ask, question.help, question.placeholder, question.multiline)
        for text in _texts((*written, *spoken)):
            yield from _piece(environment, text, settings.file, question.line or 0, rendered=False)
    commands = [(one.text, one.words, one.when, one.folder) for one in settings.commands]
    others = (settings.subdirectory, settings.exclude, settings.skip_if_exists, settings.answers_file, commands)
    for text in _texts((*others, settings.external_data, settings.messages)):
        yield from _piece(environment, text, settings.file, 0, rendered=False)
    expected = frozenset(expected_files(template))

    def is_filled(path: str) -> bool:
        # Without a suffix nothing tells what may be included from what is no part of the template.
        return path in expected if not settings.suffix else path.endswith(settings.suffix)

    yield from _files(template, expected.__contains__, is_filled)


def _of_cookiecutter(template: CookiecutterTemplate) -> Iterator[Piece]:
    text = template.sources.text(FILE) or ""
    for name, value in template.manifest.variables.items():
        for written in _texts((value,)) if not name.startswith("_") or name.startswith("__") else ():
            yield from _piece(template.environment, written, FILE, line_of(name, text) or 0, rendered=False)
    raw = template.manifest.variables.get("_copy_without_render", [])
    patterns = [f"{template.folder}/{pattern}" for pattern in raw] if isinstance(raw, list) else []

    def is_filled(path: str) -> bool:
        copied = any(fnmatchcase(path[: end or None], pattern) for end in _ends(path) for pattern in patterns)
        return not copied and not is_binary(path, template.sources.followed[path].content)

    def is_rendered(path: str) -> bool:
        return bool(template.folder) and path.startswith(f"{template.folder}/")

    def is_read(path: str) -> bool:
        return (is_rendered(path) or path.startswith(("hooks/", "templates/"))) and is_filled(path)

    yield from _files(template, is_rendered, is_read)


def _ends(path: str) -> list[int]:
    return [0, *(index for index, letter in enumerate(path) if letter == "/")]


def _files(template: Template, rendered: Callable[[str], bool], filled: Callable[[str], bool]) -> Iterator[Piece]:
    for path in template.sources.followed:
        yield from _piece(template.environment, path, path, 0, rendered=rendered(path)) if rendered(path) else ()
        if filled(path) and template.sources.is_text(path):
            text = template.sources.text(path) or ""
            yield from _piece(template.environment, text, path, 1, rendered=rendered(path))


def _piece(environment: Sandbox, text: str, file: str, line: int, *, rendered: bool) -> Iterator[Piece]:
    starts = (environment.block_start_string, environment.variable_start_string)
    if any(start in text for start in starts) or environment.line_statement_prefix:
        try:
            yield Piece(file, line, environment.parse(text), rendered)
        except UNCOMPILABLE:
            return


def _texts(value: Loose) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts((name, inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
