"""From the path of a template file to the paths it renders to: conditions, repetitions, exclusions, safety."""

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from skafu.kernel.errors import Invalid
from skafu.scaffold.bounds.meter import Exhausted
from skafu.scaffold.errors import UNCOMPILABLE, TemplateInvalid, locate
from skafu.scaffold.output_checks import is_gits
from skafu.scaffold.run import RUN
from skafu.scaffold.sources import Sources
from skafu.scaffold.texts import Constant, Scope, Texts
from skafu.scaffold.tree import path_problem
from skafu.scaffold.values import Loose

_SIMPLE = re.compile(r"[A-Za-z0-9_.~*?-]+(?:\[[a-z0-9]+\])?")
_STARS = re.compile(r"\*+")
_MOST_STARS = 4
NEWLINE = re.compile(r"\r\n|\r|\n")

# A rendered path, and what a yield tag on the way adds to the scope of the file.
Target = tuple[str, dict[str, Loose]]


class Entry(NamedTuple):
    """One file below the folder that is rendered.

    Attributes:
        source: its path from the root of the template.
        parts: the parts of its path from the rendered folder, the template suffix taken off.
        templated: whether its name says that it is a template.
        filled: whether its content is to be filled in.
        linked: whether it is rendered as a link.
        fixed: the path it renders to, when nothing is to be filled in.
    """

    source: str
    parts: tuple[str, ...]
    templated: bool
    filled: bool
    linked: bool
    fixed: str | None


def list_entries(
    sources: Sources, texts: Texts, subdirectory: str, suffix: str, *, keep_links: bool
) -> tuple[Entry, ...]:
    """List the files below a folder that may be rendered.

    A file beside which another of the same name with the suffix exists is left out.
    """
    prefix = f"{subdirectory}/" if subdirectory else ""
    paths = list(sources.raw) if keep_links else sorted({*sources.followed, *sources.dangling})
    found = []
    for path in paths:
        if not path.startswith(prefix) or (suffix and sources.exists(path + suffix)):
            continue
        relative = PurePosixPath(path[len(prefix) :])
        templated = relative.name.endswith(suffix)
        parts = (relative.with_suffix("") if suffix and templated else relative).parts
        linked = keep_links and sources.raw[path].link is not None
        fixed = "/".join(parts) if all(_is_constant(texts, part) for part in parts) else None
        # With an empty suffix every file is a template, except those that are no text.
        filled = templated and not linked and (bool(suffix) or sources.is_text(path))
        found.append(Entry(path, parts, templated, filled, linked, fixed))
    return tuple(found)


def list_folders(sources: Sources, subdirectory: str, suffix: str, *, keep_links: bool) -> Iterator[Entry]:
    """List the folders below a folder; with links kept, those that a link leads to are none."""
    prefix = f"{subdirectory}/" if subdirectory else ""
    found = sources.folders
    if keep_links:
        found = frozenset(str(above) for path in sources.raw for above in PurePosixPath(path).parents)
    for folder in sorted(found - {"."}):
        if folder.startswith(prefix) and not (suffix and sources.exists(folder + suffix)):
            relative = PurePosixPath(folder[len(prefix) :])
            templated = relative.name.endswith(suffix)
            parts = (relative.with_suffix("") if suffix and templated else relative).parts
            yield Entry(folder, parts, templated, filled=False, linked=False, fixed=None)


def _is_constant(texts: Texts, part: str) -> bool:
    try:
        text = texts.string(part)
    except UNCOMPILABLE:
        return False
    return isinstance(text, Constant) and text.value == part


@dataclass(frozen=True, slots=True)
class PathRenderer:
    """Renders paths for one set of answers.

    Attributes:
        texts: compiles path parts.
        scope: what they may use.
        answers_file: where the answers file goes; a part that renders to it stands for the whole path.
        hidden_by: tells whether a path is hidden by a template of the same name at the root of the template.
    """

    texts: Texts
    scope: Scope
    answers_file: str
    hidden_by: Callable[[str], bool]

    def targets(self, entry: Entry) -> Iterator[Target]:
        """Give every path that a file renders to; none when a part of it is empty.

        Raises:
            TemplateInvalid: a part cannot be rendered.
        """
        if entry.fixed is not None and self.answers_file not in entry.parts:
            if entry.templated or not self.hidden_by(entry.fixed):
                yield entry.fixed, {}
            return
        yield from self._walk(entry, 0, (), {})

    def _walk(self, entry: Entry, depth: int, done: tuple[str, ...], extra: dict[str, Loose]) -> Iterator[Target]:
        if depth == len(entry.parts):
            path = _joined(done)
            if entry.templated or not self.hidden_by(path):
                yield path, extra
            return
        for part, scope in self._part(entry, depth, extra):
            if part == self.answers_file:
                yield part, scope
            elif part:
                yield from self._walk(entry, depth + 1, (*done, part), scope)

    def _part(self, entry: Entry, depth: int, extra: dict[str, Loose]) -> Iterator[Target]:
        """Render one part: once, or for every item that its yield tag names."""
        part = entry.parts[depth]
        scope = {**self.scope, **extra} if extra else self.scope
        once = self._filled(entry, part, scope)
        repeated = self.scope[RUN].repeated
        if repeated is None:
            yield once, extra
            return
        name, items = repeated
        if name in self.scope[RUN].answered:
            raise TemplateInvalid(
                f"the yield tag hides the answer {name!r}", file=entry.source, fix="name it otherwise"
            )
        try:
            items = list(items or ())
        except Invalid:
            raise
        except Exception as error:
            raise locate(error, file=entry.source) from error
        for item in items:
            yield self._filled(entry, part, {**scope, name: item}), {**extra, name: item}

    def _filled(self, entry: Entry, part: str, scope: Scope) -> str:
        self.scope[RUN].repeated = None
        return self.texts.fill(part, scope, file=entry.source)


def _joined(parts: tuple[str, ...]) -> str:
    path = "/".join(parts)
    # Rendered parts may hold slashes and dots of their own.
    return path if path.count("/") == len(parts) - 1 and "." not in parts else str(PurePosixPath(*parts))


def check_target(path: str, source: str) -> None:
    """Refuse a rendered path that is not safe to write.

    Raises:
        TemplateInvalid: it is absolute, leads out of the tree, belongs to git, or holds NUL or a backslash.
    """
    problem = path_problem(path)
    if not problem and is_gits(path):
        problem = "belongs to git"
    if problem:
        raise TemplateInvalid(f"the rendered path {path!r} {problem}", file=source)


def _stars(name: str) -> int:
    """Count the places of a name where anything may stand."""
    return len(_STARS.findall(name))


def _is_simple(pattern: str) -> bool:
    """Tell whether a pattern of gitignore is one name, for which nothing needs to be imported."""
    return _SIMPLE.fullmatch(pattern) is not None


def _by_names(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Match every part of a path, which is what gitignore does with a pattern that is one name."""
    names = re.compile("|".join(translate(pattern) for pattern in patterns))
    return lambda path: any(names.match(part) for part in path.split("/"))


@lru_cache(maxsize=64)
def matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Compile gitignore patterns to a function that tells whether a path matches.

    Raises:
        Exhausted: there are so many stars in a pattern that matching could take for ever.
    """
    if not patterns:
        return lambda _: False
    for pattern in patterns:
        if max(map(_stars, pattern.split("/"))) > _MOST_STARS or pattern.count("**") > _MOST_STARS:
            raise Exhausted(f"the pattern {pattern[:80]!r} has more than {_MOST_STARS} stars in one name")
    if all(map(_is_simple, patterns)):
        return _by_names(patterns)
    from pathspec import PathSpec

    spec = PathSpec.from_lines("gitignore", [unicodedata.normalize("NFD", pattern) for pattern in patterns])
    return lru_cache(maxsize=4096)(spec.match_file)


def folder_of(written: str) -> str | None:
    """Normalise the path of a folder; empty for the root, None when it leads out."""
    folder = posixpath.normpath(written or ".")
    if folder.startswith(("/", "../")) or folder == "..":
        return None
    return "" if folder == "." else folder
