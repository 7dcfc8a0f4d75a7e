"""Reads `copier.yml`: settings and questions, with their lines."""

import posixpath
import re
from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from skafu.scaffold.commands import Command, commands
from skafu.scaffold.envops import check_envops
from skafu.scaffold.errors import TemplateInvalid
from skafu.scaffold.extensions import is_known
from skafu.scaffold.include_tag import documents, flat
from skafu.scaffold.questions import Question
from skafu.scaffold.sources import Sources
from skafu.scaffold.values import plain_problem

DEFAULT_EXCLUDE = ("copier.yaml", "copier.yml", "~*", "*.py[co]", "__pycache__", ".git", ".DS_Store", ".svn")
COPIER_VERSION = "9.19.1"

_PLAIN_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){0,2}")
_MERGED = ("_exclude", "_jinja_extensions", "_secret_questions", "_skip_if_exists")
_NOT_CARRIED_OUT = ("_tasks", "_migrations")
_MESSAGES = ("before_copy", "after_copy", "before_update", "after_update")


class Settings(NamedTuple):
    """The settings of a template that bear on rendering.

    Attributes:
        file: path of the file they are read from.
        subdirectory: where the files to render are; may be templated.
        suffix: ending of files that are templates.
        exclude: gitignore patterns of what is left out; may be templated.
        skip_if_exists: gitignore patterns of what must not replace an existing file; may be templated.
        envops: settings of jinja2.
        extensions: allowed extensions of jinja2.
        answers_file: path of the answers file; may be templated.
        preserve_symlinks: whether links are rendered as links.
        not_carried_out: names of settings that a pure engine does not act on: `_tasks` and `_migrations`.
        external_data: name to path of a YAML file of the destination; paths may be templated.
        messages: what is said `before_copy`, `after_copy`, `before_update`, `after_update`; may be templated.
        commands: what the template wants to run; may be templated.
        minimum: the version of Copier that the template asks for.
    """

    file: str
    subdirectory: str
    suffix: str
    exclude: tuple[str, ...]
    skip_if_exists: tuple[str, ...]
    envops: Mapping[str, Any]
    extensions: tuple[str, ...]
    answers_file: str
    preserve_symlinks: bool
    not_carried_out: tuple[str, ...]
    external_data: Mapping[str, str]
    messages: Mapping[str, str]
    commands: tuple[Command, ...]
    minimum: str


def read(sources: Sources, trusted: Collection[str] = ()) -> tuple[Settings, tuple[Question, ...]]:
    """Read settings and questions of a template.

    Args:
        sources: the files of the template.
        trusted: names of further extensions that may be asked for.

    Raises:
        TemplateInvalid: there are two such files, or it is no YAML, or a setting or question is wrong.
    """
    names = [path for path in sources.followed if re.match(r"copier\.[^/]*$", path) and _is_yaml(path)]
    if len(names) > 1:
        raise TemplateInvalid("a template has only one such file", file=names[0], fix=f"remove {', '.join(names[1:])}")
    reader = _Reader(sources, names[0] if names else "copier.yml", trusted)
    return reader.settings(), tuple(reader.questions())


def _is_yaml(path: str) -> bool:
    return re.match(r"\.ya?ml", posixpath.splitext(path)[1], re.IGNORECASE) is not None


class _Reader:
    """Turns the entries of one file into settings and questions."""

    def __init__(self, sources: Sources, file: str, trusted: Collection[str]) -> None:
        self._sources = sources
        self._trusted = trusted
        self._file = file
        self._entries = self._read()

    def _read(self) -> dict[str, Any]:
        found = list(flat(self._documents()))
        for document in found:
            if not isinstance(document, dict):
                raise TemplateInvalid("settings and questions are a mapping", file=self._file)
            for name in document:
                if not isinstance(name, str):
                    raise self._invalid(name, f"{name!r} is no name for a question")
        merged = {
            name: [item for document in found for item in self._list(name, document.get(name, []))]
            for name in _MERGED
            if any(name in document for document in found)
        }
        return dict(ChainMap(merged, *reversed(found)))

    def _documents(self) -> list[Any]:
        text = self._sources.text(self._file)
        if text is None:
            return []
        try:
            return documents(text, self._sources.text, self._sources.followed)
        except yaml.MarkedYAMLError as error:
            line = None if error.problem_mark is None else error.problem_mark.line + 1
            raise TemplateInvalid(error.problem or str(error), file=self._file, line=line) from error
        except (yaml.YAMLError, RecursionError) as error:
            raise TemplateInvalid(str(error), file=self._file) from error

    def settings(self) -> Settings:
        """Give the settings, defaults filled in."""
        entries = self._entries
        minimum = self._minimum()
        subdirectory = self._text("_subdirectory", "")
        exclude = DEFAULT_EXCLUDE if posixpath.normpath(subdirectory or ".") == "." else ()
        suffix = entries.get("_templates_suffix")
        return Settings(
            file=self._file,
            subdirectory=subdirectory,
            suffix=".jinja" if suffix is None else self._text("_templates_suffix", ""),
            exclude=self._texts("_exclude", exclude),
            skip_if_exists=self._texts("_skip_if_exists", ()),
            envops=self._envops(),
            extensions=self._extensions(),
            answers_file=self._text("_answers_file", ".copier-answers.yml"),
            preserve_symlinks=bool(entries.get("_preserve_symlinks", False)),
            not_carried_out=tuple(name for name in _NOT_CARRIED_OUT if entries.get(name)),
            external_data=self._external_data(),
            messages={name: self._text(f"_message_{name}", "") for name in _MESSAGES},
            commands=self._commands(),
            minimum=minimum,
        )

    def questions(self) -> Iterator[Question]:
        """Give the questions in the order in which they are asked."""
        secrets = self._texts("_secret_questions", ())
        for name, details in self._entries.items():
            if name.startswith("_"):
                continue
            if problem := plain_problem(details):
                raise self._invalid(name, f"question {name!r}: {problem}", fix="write it as a quoted text")
            written = details if isinstance(details, dict) else {"default": details}
            try:
                yield Question.read(name, written, line=self._line(name), secret=name in secrets)
            except ValueError as error:
                raise self._invalid(name, f"question {name!r}: {error}") from error

    def _envops(self) -> dict[str, Any]:
        envops = self._entries.get("_envops", {})
        if problem := check_envops("_envops", envops):
            raise self._invalid("_envops", problem)
        return dict(envops)

    def _extensions(self) -> tuple[str, ...]:
        extensions = self._texts("_jinja_extensions", ())
        if strange := [name for name in extensions if not is_known(name) and name not in self._trusted]:
            raise self._invalid(
                "_jinja_extensions",
                f"the extension {strange[0]!r} is code that is not run here",
                fix="run it with --trust if you trust whoever wrote the template",
            )
        return extensions

    def _external_data(self) -> dict[str, str]:
        written = self._entries.get("_external_data") or {}
        if not isinstance(written, dict) or not all(isinstance(one, str) for pair in written.items() for one in pair):
            raise self._invalid("_external_data", "'_external_data' maps names to paths")
        return written

    def _commands(self) -> tuple[Command, ...]:
        try:
            return commands(self._entries.get("_tasks") or [], self._entries.get("_migrations") or [])
        except ValueError as error:
            raise self._invalid("_tasks", str(error)) from error

    def _minimum(self) -> str:
        wanted = self._entries.get("_min_copier_version")
        if wanted is None:
            return ""
        if (
            isinstance(wanted, str)
            and _PLAIN_VERSION.fullmatch(wanted)
            and _numbers(wanted) <= _numbers(COPIER_VERSION)
        ):
            return wanted
        from packaging.version import InvalidVersion, Version

        try:
            too_new = Version(wanted) > Version(COPIER_VERSION)
        except (InvalidVersion, TypeError) as error:
            raise self._invalid("_min_copier_version", f"{wanted!r} is no version", fix="write it in quotes") from error
        if too_new:
            known = f"the template wants Copier {wanted}, {COPIER_VERSION} is known here"
            raise self._invalid("_min_copier_version", known)
        return str(wanted)

    def _text(self, name: str, default: str) -> str:
        value = self._entries.get(name, default)
        if not isinstance(value, str):
            raise self._invalid(name, f"{name!r} must be text")
        return value

    def _texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._list(name, self._entries[name])) if name in self._entries else default

    def _list(self, name: str, value: object) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._invalid(name, f"{name!r} must be a list of texts")
        return value

    def _invalid(self, name: object, problem: str, *, fix: str = "") -> TemplateInvalid:
        return TemplateInvalid(problem, file=self._file, line=self._line(name), fix=fix)

    def _line(self, name: object) -> int | None:
        """Find the line of an entry by its name at the start of a line; comments cannot match."""
        pattern = re.compile(rf"^[\"']?{re.escape(str(name))}[\"']?\s*:", re.MULTILINE)
        text = self._sources.text(self._file) or ""
        found = pattern.search(text)
        return text.count("\n", 0, found.start()) + 1 if found else None


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]
