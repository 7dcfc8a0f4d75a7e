"""One rendering: files and paths of a template, filled in from one set of answers."""

from collections.abc import Callable, Iterator
from typing import Any

from skafu.kernel.errors import Invalid
from skafu.scaffold.bounds.meter import Exhausted, Meter
from skafu.scaffold.copier_yml import Settings
from skafu.scaffold.errors import TemplateInvalid, locate
from skafu.scaffold.links import leads_out
from skafu.scaffold.output_checks import folded
from skafu.scaffold.paths import NEWLINE, Entry, PathRenderer, check_target, folder_of, list_folders, matcher
from skafu.scaffold.run import RUN
from skafu.scaffold.sources import Sources, link_target
from skafu.scaffold.texts import Constant, Scope, Texts
from skafu.scaffold.tree import File, FileTree


class Rendering:
    """Renders all files for one scope.

    Attributes:
        origins: each rendered path with the file of the template that it comes from, once rendered.
    """

    def __init__(self, settings: Settings, sources: Sources, texts: Texts, scope: Scope) -> None:
        """Take the parts of a compiled template, and what its files may use.

        Args:
            settings: of the template.
            sources: its files.
            texts: compiles them.
            scope: what they may use.
        """
        self._settings = settings
        self._sources = sources
        self._texts = texts
        self._scope = scope
        self.origins: tuple[tuple[str, str], ...] = ()

    def tree(self, entries_of: Callable[[str], tuple[Entry, ...]]) -> FileTree:
        """Render everything below the subdirectory that the answers choose.

        Args:
            entries_of: lists the files below a folder of the template.

        Raises:
            TemplateInvalid: a file fails, or two files meet on one path.
        """
        excluded = self._excluded()
        paths = PathRenderer(self._texts, self._scope, self._scope["_copier_conf"]["answers_file"], self._hidden)
        target = _Target(self._scope[RUN].meter)
        for entry in entries_of(self._subdirectory()):
            for path, extra in paths.targets(entry):
                if not excluded(path):
                    check_target(path, entry.source)
                    target.put(path, self._file(entry, path, extra), entry.source)
        self.origins = tuple(target.origins)
        return target.tree()

    def folders(self) -> Iterator[str]:
        """Give every folder that the template makes, also those whose files are all left out."""
        excluded, subdirectory, suffix = self._excluded(), self._subdirectory(), self._settings.suffix
        paths = PathRenderer(self._texts, self._scope, self._scope["_copier_conf"]["answers_file"], self._hidden)
        for entry in list_folders(self._sources, subdirectory, suffix, keep_links=self._settings.preserve_symlinks):
            for path, _ in paths.targets(entry):
                if not excluded(path):
                    check_target(path, entry.source)
                    yield path

    def _hidden(self, path: str) -> bool:
        return self._sources.exists(path + self._settings.suffix)

    def _subdirectory(self) -> str:
        written = self._texts.fill(self._settings.subdirectory, self._scope, file=self._settings.file)
        folder = folder_of(written)
        if folder is None or (folder and folder not in self._sources.folders):
            raise TemplateInvalid(
                f"the subdirectory {written!r} is no folder of the template", file=self._settings.file
            )
        return folder

    def _excluded(self) -> Callable[[str], bool]:
        scope = {**self._scope, "_copier_operation": self._scope[RUN].place.operation}
        written = [self._texts.fill(pattern, scope, file=self._settings.file) for pattern in self._settings.exclude]
        try:
            return matcher(tuple(pattern for patterns in written for pattern in NEWLINE.split(patterns)))
        except (Exhausted, ValueError) as error:
            raise locate(error, file=self._settings.file) from error

    def _file(self, entry: Entry, path: str, extra: dict[str, Any]) -> File:
        if entry.linked:
            return self._link(entry, path)
        source = self._sources.followed.get(entry.source)
        if source is None:
            raise TemplateInvalid(f"this link {self._sources.dangling[entry.source]}", file=entry.source)
        if not entry.filled:
            return source
        text = self._texts.file(entry.source)
        content = text.content if isinstance(text, Constant) else self._content(entry, {**self._scope, **extra})
        return File(content, source.executable)

    def _content(self, entry: Entry, scope: Scope) -> bytes:
        run = self._scope[RUN]
        run.repeated = None
        try:
            content = self._texts.file(entry.source).render(scope).encode()
        except Invalid:
            raise
        except Exception as error:
            raise locate(error, file=entry.source) from error
        if run.repeated is not None:
            raise TemplateInvalid("a yield tag may stand only in a path", file=entry.source)
        return content

    def _link(self, entry: Entry, path: str) -> File:
        target = self._sources.raw[entry.source].link or ""
        if entry.templated:
            target = self._texts.fill(target, self._scope, file=entry.source)
        if "\0" in target or "\\" in target or link_target(path, target) is None:
            raise TemplateInvalid(f"the link to {target!r} leads out of the tree", file=entry.source)
        return File(b"", link=target)


class _Target:
    """The rendered files so far; no two of them may meet, on any file system."""

    def __init__(self, meter: Meter) -> None:
        self._files: dict[str, File] = {}
        self._origins: dict[str, tuple[str, str]] = {}
        self.origins: list[tuple[str, str]] = []
        self._meter = meter

    def put(self, path: str, file: File, source: str) -> None:
        """Add a file; a second one on the same path must be the same file."""
        self.origins.append((path, source))
        try:
            self._meter.put(len(file.content))
        except Exhausted as error:
            raise locate(error, file=source) from error
        taken, origin = self._origins.setdefault(folded(path), (path, source))
        if taken != path or self._files.setdefault(path, file) != file:
            raise TemplateInvalid(f"renders to {path!r}, where {origin} renders to {taken!r}", file=source)

    def tree(self) -> FileTree:
        """Give the tree; a file must not stand where another needs a folder."""
        for path in self._files:
            folder = folded(path)
            while folder := folder.rpartition("/")[0]:
                if folder in self._origins:
                    taken, origin = self._origins[folder]
                    raise TemplateInvalid(f"renders to {taken!r}, where {path!r} needs a folder", file=origin)
        links = {path: file.link for path, file in self._files.items() if file.link is not None}
        for path, link in links.items():
            if leads_out(path, links):
                _, origin = self._origins[folded(path)]
                raise TemplateInvalid(f"the link to {link!r} leads out of the tree by another link", file=origin)
        return FileTree.of_checked(self._files)
