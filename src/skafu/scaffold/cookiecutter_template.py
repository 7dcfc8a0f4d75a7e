"""A template in Cookiecutter's format, compiled once and rendered as often as wanted."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING

from skafu.kernel.errors import Invalid
from skafu.scaffold.asking import Interviewer
from skafu.scaffold.binary_detection import is_binary
from skafu.scaffold.bounds.meter import DEFAULT_LIMITS, Limits, Meter
from skafu.scaffold.cookiecutter_answers import fill_variables
from skafu.scaffold.cookiecutter_hooks import Hooks
from skafu.scaffold.cookiecutter_json import FILE, read_manifest
from skafu.scaffold.cookiecutter_nested import choose
from skafu.scaffold.cookiecutter_project import Project
from skafu.scaffold.cookiecutter_steps import Kind, Step, list_steps
from skafu.scaffold.errors import TemplateInvalid, locate
from skafu.scaffold.extensions import COOKIECUTTER_EXTENSIONS, Trusted
from skafu.scaffold.formats import COOKIECUTTER
from skafu.scaffold.given import check_given
from skafu.scaffold.place import Place
from skafu.scaffold.rendered import Rendered, without_files
from skafu.scaffold.run import RUN
from skafu.scaffold.sandbox import TreeLoader, changes_values, sandbox
from skafu.scaffold.shelf import Shelf
from skafu.scaffold.sources import Sources, gather
from skafu.scaffold.texts import Scope, Texts
from skafu.scaffold.tree import File, FileTree
from skafu.scaffold.values import Loose, Value

if TYPE_CHECKING:
    from collections import OrderedDict

_NEWLINES = frozenset({"\n", "\r", "\r\n", ""})


class CookiecutterTemplate:
    """A template in Cookiecutter's format, compiled.

    Attributes:
        format: `cookiecutter`.
        manifest: what cookiecutter.json says.
        sources: its files.
        environment: what parses its texts.
        folder: the folder that is rendered; empty when there is none.
        problems: files whose syntax is wrong; rendering raises such an error only when it reaches the file.
    """

    format = COOKIECUTTER

    def __init__(
        self, files: FileTree, trusted: Trusted, limits: Limits = DEFAULT_LIMITS, shelf: Shelf | None = None
    ) -> None:
        """Read cookiecutter.json and compile every file.

        Args:
            files: the template, with cookiecutter.json at its root.
            trusted: extensions that it brings along and that somebody trusts.
            limits: what one rendering may use.
            shelf: where compiled texts are kept.

        Raises:
            TemplateInvalid: cookiecutter.json is wrong.
        """
        self.sources = whole = gather(files)
        self._files = files
        self._trusted = trusted
        self._limits, self._own = limits, files.size()
        self.manifest = read_manifest(whole, trusted)
        environment = sandbox(
            TreeLoader(self._text),
            dict(self.manifest.envops),
            (*COOKIECUTTER_EXTENSIONS, *self.manifest.extensions),
            trusted,
            undefined="jinja2.StrictUndefined",
        )
        self.environment = environment
        self.folder = self._folder = _templated_folder(
            whole, environment.variable_start_string, environment.variable_end_string
        )
        self._sources = _below(whole, self._folder)
        self._shared = _below(whole, "templates")
        environment.shelf = shelf
        environment.changes_values = changes_values(whole.texts(), environment)
        self._texts = Texts(environment, self._sources)
        self._steps = lru_cache(maxsize=16)(self._list)
        self._nested = lru_cache(maxsize=64)(self._load_nested)
        self._hooks = Hooks(whole, self._texts)
        self.problems = tuple(self._compile())

    def fill(
        self,
        answers: Mapping[str, Value],
        *,
        previous: Mapping[str, Value],
        place: Place,
        interviewer: Interviewer | None = None,
    ) -> Rendered:
        """Fill the template in; see `skafu.scaffold.fill`."""
        check_given(answers)
        meter = Meter(self._limits, self._own)
        context = self.manifest.overwritten({**dict(place.defaults), **previous}, answers)
        if wanted := choose(context, answers, interviewer, lambda text: self._alone(text, {}, place, meter)):
            inside = place._replace(
                source=f"{place.source}/{wanted}" if place.source else wanted,
                folder=f"{place.folder}/{wanted}" if place.folder else None,
            )
            return self._nested(wanted).fill(answers, previous=previous, place=inside, interviewer=interviewer)
        scope = self._scope(context, place, interviewer, meter)
        root, project = self._rendered(scope)
        hooked = self._hooks.run(project.tree(), frozenset(project.folders), root, scope)
        remembered = {name: value for name, value in scope["cookiecutter"].items() if not name.startswith("_")}
        return Rendered(
            tree=hooked.tree,
            answers=remembered,
            folders=lambda: without_files(hooked.folders, hooked.tree),
            commands=hooked.commands,
            root=root,
            notes=hooked.notes,
            origins=tuple(project.origins),
        )

    def tree(self, answers: Mapping[str, Value], place: Place) -> FileTree:
        """Give the files alone; see `skafu.scaffold.render`."""
        return self.fill(answers, previous={}, place=place).tree

    def _scope(
        self, context: "OrderedDict[str, Loose]", place: Place, interviewer: Interviewer | None, meter: Meter
    ) -> Scope:
        written = {name: value for name, value in context.items() if not name.startswith("_")}
        done = fill_variables(context, lambda text, known: self._alone(text, known, place, meter), interviewer)
        context.update(done)
        context["_template"] = place.source or ""
        context["_output_dir"] = place.destination and posixpath.normpath(place.destination)
        context["_repo_dir"] = place.folder or place.source or ""
        context["_checkout"] = place.at
        if self._texts.changes_values:
            context, written = deepcopy(context), deepcopy(written)
        return self._texts.scope({"cookiecutter": context, "_cookiecutter": written}, place, meter)

    def _alone(self, text: str, known: Mapping[str, Loose], place: Place, meter: Meter) -> str:
        return self._texts.fill(text, self._texts.scope({"cookiecutter": known}, place, meter), file=FILE)

    def _rendered(self, scope: Scope) -> tuple[str, Project]:
        """Give the name of the project's folder, and what is in it."""
        patterns = scope["cookiecutter"].get("_copy_without_render", ())
        if not isinstance(patterns, list | tuple):
            raise TemplateInvalid("'_copy_without_render' must be a list", file=FILE)
        if not self._folder:
            problem = "no folder at the root has 'cookiecutter' and the marks of a variable in its name"
            raise TemplateInvalid(problem, file=FILE)
        project = Project(scope[RUN].meter)
        root = project.add_folder(self._texts.fill(self._folder, scope, file=self._folder), self._folder)
        for step in self._steps(tuple(str(pattern) for pattern in patterns)):
            self._take(step, project, root, scope)
        return root, project

    def _take(self, step: Step, project: Project, root: str, scope: Scope) -> None:
        source = f"{self._folder}/{step.path}"
        target = f"{root}/{self._texts.fill(step.path, scope, file=source)}"
        if step.kind is Kind.FOLDER:
            project.add_folder(target, source)
        elif step.kind is Kind.FOLDER_COPIED:
            project.copy_folder(target, dict(step.inner or {}), source)
        elif step.kind is Kind.COPIED or not project.is_folder(target, source):
            project.put(target, self._file(step, source, scope), source)

    def _file(self, step: Step, source: str, scope: Scope) -> File:
        if step.file is None:
            raise TemplateInvalid(f"this link {self._sources.dangling[step.path]}", file=source)
        if step.kind is not Kind.TEXT:
            return step.file
        try:
            text = self._texts.file(step.path)
            return File(_bytes(text.render(scope), self._newline(step, scope)), step.file.executable)
        except Invalid:
            raise
        except Exception as error:
            raise locate(error, file=source) from error

    def _newline(self, step: Step, scope: Scope) -> str:
        wanted = scope["cookiecutter"].get("_new_lines", False)
        if not wanted:
            return step.newline
        if wanted not in _NEWLINES:
            raise TemplateInvalid(f"{wanted!r} is no line ending", file=FILE)
        return str(wanted)

    def _text(self, path: str) -> str | None:
        """Give the text of an included file: of the templated folder, or of the folder `templates` beside it."""
        found = self._sources.text(path)
        return self._shared.text(path) if found is None else found

    def _list(self, patterns: tuple[str, ...]) -> tuple[Step, ...]:
        return list_steps(self._sources, patterns, self._is_binary)

    def _is_binary(self, path: str, content: bytes) -> bool:
        if self.environment.shelf is None:
            return is_binary(path, content)
        return self.environment.shelf.verdict(f"binary: {path}", lambda: is_binary(path, content))

    def _load_nested(self, folder: str) -> "CookiecutterTemplate":
        return CookiecutterTemplate(self._files.under(folder), self._trusted, self._limits)

    def _compile(self) -> Iterator[TemplateInvalid]:
        patterns = self.manifest.variables.get("_copy_without_render", [])
        for step in self._steps(tuple(str(one) for one in patterns) if isinstance(patterns, list) else ()):
            if step.kind is Kind.TEXT:
                try:
                    self._texts.file(step.path)
                except TemplateInvalid as error:
                    yield error


def _bytes(text: str, newline: str) -> bytes:
    return (text.replace("\n", newline) if newline in {"\r", "\r\n"} else text).encode()


def _templated_folder(sources: Sources, start: str, end: str) -> str:
    """Find the folder at the root that is rendered; empty when there is none."""
    tops = sorted({path.split("/", 1)[0] for path in sources.followed})
    return next((top for top in tops if "cookiecutter" in top and start in top and end in top), "")


def _below(sources: Sources, folder: str) -> Sources:
    prefix = f"{folder}/"

    def cut(paths: Iterable[str]) -> list[str]:
        return [path for path in paths if folder and path.startswith(prefix)]

    return Sources(
        raw=sources.raw.under(folder) if folder else FileTree(),
        followed={path[len(prefix) :]: sources.followed[path] for path in cut(sources.followed)},
        dangling={path[len(prefix) :]: sources.dangling[path] for path in cut(sources.dangling)},
        folders=frozenset(path[len(prefix) :] for path in cut(sources.folders)),
    )
