"""A template in Copier's format, compiled once and rendered as often as wanted."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from skafu.scaffold.asking import Interviewer
from skafu.scaffold.bounds.meter import DEFAULT_LIMITS, Exhausted, Limits, Meter
from skafu.scaffold.commands import ONLY_AFTER, Command, plain_version
from skafu.scaffold.context import Context
from skafu.scaffold.copier_yml import read
from skafu.scaffold.errors import UNCOMPILABLE, TemplateInvalid, locate
from skafu.scaffold.extensions import Trusted
from skafu.scaffold.formats import COPIER
from skafu.scaffold.given import check_given
from skafu.scaffold.interview import hold_interview
from skafu.scaffold.paths import Entry, folder_of, list_entries, matcher
from skafu.scaffold.place import Place
from skafu.scaffold.rendered import Rendered, without_files
from skafu.scaffold.rendering import Rendering
from skafu.scaffold.sandbox import changes_values, copier_sandbox
from skafu.scaffold.shelf import Shelf
from skafu.scaffold.sources import gather
from skafu.scaffold.texts import Constant, Scope, Texts
from skafu.scaffold.tree import FileTree
from skafu.scaffold.values import Loose, Value, as_bool


class CopierTemplate:
    """A template in Copier's format, compiled.

    Rendering changes nothing in it, so that one template serves any number of renderings, also at the same time.

    Attributes:
        format: `copier`.
        settings: what copier.yml sets.
        questions: what it asks, in order.
        sources: its files.
        environment: what parses its texts.
        problems: files whose syntax is wrong; rendering raises such an error only when it reaches the file.
    """

    format = COPIER

    def __init__(
        self, files: FileTree, trusted: Trusted, limits: Limits = DEFAULT_LIMITS, shelf: Shelf | None = None
    ) -> None:
        """Read copier.yml and compile every file that may be rendered.

        Args:
            files: the template, with copier.yml at its root.
            trusted: extensions that it brings along and that somebody trusts.
            limits: what one rendering may use.
            shelf: where compiled texts are kept.

        Raises:
            TemplateInvalid: copier.yml is wrong.
        """
        self.sources = self._sources = gather(files)
        self._limits, self._own = limits, files.size()
        self.settings, self.questions = read(self._sources, trusted)
        envops = dict(self.settings.envops)
        environment = copier_sandbox(self._sources.text, envops, self.settings.extensions, trusted)
        environment.shelf = shelf
        environment.changes_values = changes_values(self._sources.texts(), environment)
        self.environment = environment
        self._texts = Texts(environment, self._sources)
        self._entries = lru_cache(maxsize=16)(self._list)
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
        context = self._context(answers, previous, place)
        before = self._message("before", context.render_scope(), place) if self.settings.messages else ""
        if interviewer is not None and before:
            interviewer.greet(before)
        hold_interview(self.questions, context, self._texts, self.settings.file, interviewer)
        scope = context.render_scope()
        rendering = self._rendering(scope)
        tree = rendering.tree(self._entries)
        return Rendered(
            tree=tree,
            folders=lambda: without_files(rendering.folders(), tree),
            answers=context.remembered(),
            keeps=self._keeps(scope),
            before=before,
            after=self._message("after", scope, place),
            commands=tuple(self._commands(scope, place)),
            origins=rendering.origins,
        )

    def tree(self, answers: Mapping[str, Value], place: Place) -> FileTree:
        """Give the files alone; see `skafu.scaffold.render`."""
        context = self._context(answers, {}, place)
        hold_interview(self.questions, context, self._texts, self.settings.file)
        return self._rendering(context.render_scope()).tree(self._entries)

    def _context(self, answers: Mapping[str, Value], previous: Mapping[str, Value], place: Place) -> Context:
        check_given(answers)
        meter = Meter(self._limits, self._own)
        return Context(self.settings, self.questions, self._texts, answers, previous, place, meter)

    def _rendering(self, scope: Scope) -> Rendering:
        return Rendering(self.settings, self._sources, self._texts, scope)

    def _message(self, when: str, scope: Scope, place: Place) -> str:
        message = self.settings.messages[f"{when}_{place.operation}"]
        return self._texts.fill(message, scope, file=self.settings.file)

    def _keeps(self, scope: Scope) -> Loose:
        try:
            return matcher(tuple(self._filled(pattern, scope) for pattern in self.settings.skip_if_exists))
        except (Exhausted, ValueError) as error:
            raise locate(error, file=self.settings.file) from error

    def _commands(self, scope: Scope, place: Place) -> Iterator[Command]:
        """Fill in the tasks whose condition holds, and of an update the migrations that belong to it."""
        scope = {**scope, "_copier_phase": "tasks", "_copier_operation": place.operation, "_stage": "task"}
        for command in self.settings.commands:
            if command.kind == "task" and as_bool(self._filled(command.when, scope)):
                words = tuple(self._filled(word, scope) for word in command.words)
                yield Command(
                    "task", self._filled(command.text, scope), words, folder=self._filled(command.folder, scope)
                )
        if place.operation == "update" and place.former is not None:
            yield from self._migrations(scope, place, place.former)

    def _migrations(self, scope: Scope, place: Place, former: str) -> Iterator[Command]:
        to = place.commit or ""
        versions = {
            "_version_from": former,
            "_version_to": to,
            "_version_pep440_from": plain_version(former),
            "_version_pep440_to": plain_version(to),
        }
        for stage in ("before", "after"):
            current: dict[str, str] = {}
            for command in self.settings.commands:
                fits = command.kind == "migration" and command.stage in ("", stage)
                if fits and command.is_between(former, place.commit or ""):
                    # One that names no version sees that of the one before it, as in Copier.
                    current = _current(command) or current
                    own = {**versions, **current}
                    told = {"_copier_phase": "migrate", "_stage": stage, **own}
                    for one in self._migration(command, {**scope, **told}, stage):
                        yield one._replace(environment=_environment(own))

    def _migration(self, command: Command, scope: Scope, stage: str) -> Iterator[Command]:
        if stage == "after" if command.when is ONLY_AFTER else as_bool(self._filled(command.when, scope)):
            words = tuple(self._filled(word, scope) for word in command.words)
            folder = self._filled(command.folder, scope)
            text = self._filled(command.text, scope)
            yield Command("migration", text, words, folder=folder, version=command.version, stage=stage)

    def _filled(self, text: Loose, scope: Scope) -> Loose:
        return self._texts.fill(text, scope, file=self.settings.file) if isinstance(text, str) else text

    def _list(self, subdirectory: str) -> tuple[Entry, ...]:
        keep_links = self.settings.preserve_symlinks
        return list_entries(self._sources, self._texts, subdirectory, self.settings.suffix, keep_links=keep_links)

    def _compile(self) -> Iterator[TemplateInvalid]:
        """Compile ahead what is known to be rendered; with a templated subdirectory that shows only later."""
        try:
            subdirectory = self._texts.string(self.settings.subdirectory)
        except UNCOMPILABLE:
            return
        if isinstance(subdirectory, Constant):
            for entry in self._entries(folder_of(subdirectory.value) or ""):
                if entry.filled and entry.source in self._sources.followed:
                    try:
                        self._texts.file(entry.source)
                    except TemplateInvalid as error:
                        yield error


def _current(command: Command) -> dict[str, str]:
    if not command.version:
        return {}
    return {"_version_current": command.version, "_version_pep440_current": plain_version(command.version)}


def _environment(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The names as programs see them (https://copier.readthedocs.io/en/stable/configuring/#migrations)."""
    return tuple((name[1:].upper(), value) for name, value in names.items())
