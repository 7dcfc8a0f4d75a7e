"""The folder that Cookiecutter fills, in memory: it refuses what the real folder would refuse."""

import posixpath

from skafu.scaffold.bounds.meter import Exhausted, Meter
from skafu.scaffold.errors import TemplateInvalid, locate
from skafu.scaffold.output_checks import folded
from skafu.scaffold.paths import check_target
from skafu.scaffold.tree import File, FileTree


class Project:
    """The files and folders so far, by path below the folder that is written to."""

    def __init__(self, meter: Meter) -> None:
        """Start with nothing.

        Args:
            meter: what the rendering may still use.
        """
        self._meter = meter
        self.files: dict[str, File] = {}
        self.folders = {""}
        self.origins: list[tuple[str, str]] = []
        self._spellings: dict[str, str] = {}

    def add_folder(self, written: str, source: str) -> str:
        """Make a folder, and the ones above it; gives its path.

        Raises:
            TemplateInvalid: it is there already, or it may not be.
        """
        path = self._path(written, source)
        if path in self.folders or path in self.files:
            raise TemplateInvalid(f"renders to the folder {path!r}, which is there already", file=source)
        self._make(path, source)
        return path

    def is_folder(self, written: str, source: str) -> bool:
        """Tell whether a path is that of a folder."""
        return self._path(written, source) in self.folders

    def put(self, written: str, file: File, source: str) -> None:
        """Write a file over one that may be there.

        Raises:
            TemplateInvalid: there is no folder for it, or a folder in its place.
        """
        path = self._path(written, source)
        if path in self.folders or written.endswith("/") or posixpath.dirname(path) not in self.folders:
            raise TemplateInvalid(f"renders to {written!r}, for which there is no folder", file=source)
        self._put(path, file, source)
        self.origins.append((path, source))

    def copy_folder(self, written: str, inner: dict[str, File], source: str) -> None:
        """Copy a whole folder, in place of one that may be there.

        Raises:
            TemplateInvalid: it would take the place of more than that.
        """
        path = self._path(written, source)
        if path.count("/") < 1:
            raise TemplateInvalid(f"renders to {written!r}, which is no folder of its own", file=source)
        prefix = f"{path}/"
        for old in [old for old in self.files if old.startswith(prefix)]:
            del self.files[old]
        self._make(path, source)
        for below, file in inner.items():
            self._make(posixpath.dirname(prefix + below), source)
            self._put(prefix + below, file, source)
            self.origins.append((prefix + below, f"{source}/{below}"))

    def tree(self) -> FileTree:
        """Give the files."""
        return FileTree.of_checked(self.files)

    def _put(self, path: str, file: File, source: str) -> None:
        self._check(path, source)
        try:
            self._meter.put(len(file.content))
        except Exhausted as error:
            raise locate(error, file=source) from error
        self.files[path] = file

    def _make(self, path: str, source: str) -> None:
        while path and path not in self.folders:
            self._check(path, source)
            if path in self.files:
                raise TemplateInvalid(f"renders to a folder {path!r}, where a file is", file=source)
            self.folders.add(path)
            path = posixpath.dirname(path)

    def _check(self, path: str, source: str) -> None:
        check_target(path, source)
        if self._spellings.setdefault(folded(path), path) != path:
            other = self._spellings[folded(path)]
            raise TemplateInvalid(f"renders to {path!r}, which is {other!r} on some systems", file=source)

    @staticmethod
    def _path(written: str, source: str) -> str:
        if ".." in written.split("/") or written.startswith("/"):
            check_target(written, source)
        path = posixpath.normpath(written or ".")
        return "" if path == "." else path
