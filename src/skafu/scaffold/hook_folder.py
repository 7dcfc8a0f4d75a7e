"""The project folder as a recognised hook sees it: files in memory, changed as on a disk."""

import posixpath
from collections.abc import Mapping

from skafu.scaffold.tree import File

_MOST_FILES = 20_000

HOME = "/project"
"""Where the project stands for a hook that asks."""


class NotRecognised(Exception):
    """The hook does something that is not understood here."""


class Folder:
    """Files and folders by path below the project; errors are those of Python's own functions."""

    def __init__(self, files: Mapping[str, File], folders: frozenset[str]) -> None:
        """Start with the rendered files.

        Args:
            files: path below the project to file.
            folders: the folders that are there, also empty ones.
        """
        self.files = dict(files)
        self.folders = {"", *folders, *(above for path in files for above in _above(path))}

    def place(self, written: str) -> str:
        """Give the path below the project that a written path means.

        Raises:
            NotRecognised: it leads out of the project.
        """
        path = posixpath.normpath(posixpath.join(HOME, written))
        if path != HOME and not path.startswith(f"{HOME}/"):
            raise NotRecognised(f"a path outside of the project: {written}")
        if not written:
            raise FileNotFoundError(written)
        return path[len(HOME) + 1 :]

    def is_file(self, written: str) -> bool:
        """Like `os.path.isfile`."""
        return bool(written) and self.place(written) in self.files

    def is_folder(self, written: str) -> bool:
        """Like `os.path.isdir`."""
        return bool(written) and self.place(written) in self.folders

    def exists(self, written: str) -> bool:
        """Like `os.path.exists`."""
        return self.is_file(written) or self.is_folder(written)

    def remove(self, written: str) -> None:
        """Like `os.remove`."""
        path = self.place(written)
        if path in self.folders:
            raise IsADirectoryError(written)
        if path not in self.files:
            raise FileNotFoundError(written)
        del self.files[path]

    def remove_empty(self, written: str) -> None:
        """Like `os.rmdir`."""
        path = self._folder(written)
        if self.names(written):
            raise OSError(f"Directory not empty: {written}")
        self.folders.discard(path)

    def remove_all(self, written: str) -> None:
        """Like `shutil.rmtree`."""
        path = self._folder(written)
        if not path:
            raise NotRecognised("the whole project is removed")
        for inner in [inner for inner in self.files if inner.startswith(f"{path}/")]:
            del self.files[inner]
        self.folders = {one for one in self.folders if one != path and not one.startswith(f"{path}/")}

    def make(self, written: str, *, above: bool, exist_ok: bool) -> None:
        """Like `os.mkdir` and `os.makedirs`."""
        path = self.place(written)
        if path in self.files or (path in self.folders and not exist_ok):
            raise FileExistsError(written)
        if not above and posixpath.dirname(path) not in self.folders:
            raise FileNotFoundError(written)
        self.folders |= {path, *_above(path)}

    def move(self, written: str, to: str, *, into: bool) -> None:
        """Like `os.rename`, or with `into` like `shutil.move`."""
        source, target = self.place(written), self.place(to)
        if into and target in self.folders:
            target = f"{target}/{posixpath.basename(source)}".lstrip("/")
        if source not in self.files and source not in self.folders:
            raise FileNotFoundError(written)
        # Python copies a folder that it can't rename, and makes what is above its new place.
        if posixpath.dirname(target) not in self.folders and not (into and source in self.folders):
            raise FileNotFoundError(to)
        if target in self.folders or (source in self.folders and target in self.files) or not source:
            raise OSError(f"can't move {written} to {to}")
        if source in self.files:
            self.files[target] = self.files.pop(source)
            return
        for inner in [inner for inner in self.files if inner.startswith(f"{source}/")]:
            self.files[target + inner[len(source) :]] = self.files.pop(inner)
        moved = {one for one in self.folders if one == source or one.startswith(f"{source}/")}
        self.folders = (self.folders - moved) | {target + one[len(source) :] for one in moved} | {*_above(target)}

    def copy(self, written: str, to: str) -> None:
        """Like `shutil.copy`."""
        source, target = self.place(written), self.place(to)
        if source not in self.files:
            raise FileNotFoundError(written)
        if target in self.folders:
            target = f"{target}/{posixpath.basename(source)}".lstrip("/")
        if posixpath.dirname(target) not in self.folders:
            raise FileNotFoundError(to)
        if len(self.files) > _MOST_FILES:
            raise NotRecognised("more files than a project has")
        self.files[target] = self.files[source]

    def names(self, written: str) -> list[str]:
        """Like `os.listdir`, sorted."""
        path = self._folder(written)
        prefix = f"{path}/" if path else ""
        below = [one[len(prefix) :] for one in (*self.files, *self.folders) if one.startswith(prefix) and one != path]
        return sorted({one.split("/")[0] for one in below if one})

    def _folder(self, written: str) -> str:
        path = self.place(written)
        if path in self.files:
            raise NotADirectoryError(written)
        if path not in self.folders:
            raise FileNotFoundError(written)
        return path


def _above(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
