"""A tree of files as a value: what templates are read from and what rendering gives back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skafu.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class File:
    """One file, or a symbolic link when `link` is set.

    Attributes:
        content: the bytes; empty for a link.
        executable: whether the executable bit is set.
        link: the target of a symbolic link, relative to the link's folder.
    """

    content: bytes
    executable: bool = False
    link: str | None = None


class FileTree(Mapping[str, File]):
    """An immutable mapping of relative POSIX paths to files, in sorted order.

    Folders exist only through the files in them.
    """

    __slots__ = ("_files",)

    def __init__(self, files: Mapping[str, File | bytes] | None = None) -> None:
        """Check every path and sort.

        Args:
            files: path to file; bare bytes stand for a plain file.

        Raises:
            Invalid: a path is absolute, not normalised, or holds `..`, NUL or a backslash.
        """
        given = files or {}
        for path in given:
            if problem := path_problem(path):
                raise Invalid(f"{path!r} is no path for a file tree: it {problem}")
        self._files = {path: _as_file(given[path]) for path in sorted(given)}

    @classmethod
    def of_checked(cls, files: Mapping[str, File]) -> "FileTree":
        """Build a tree from paths in which `path_problem` has found none."""
        tree = cls()
        tree._files = {path: files[path] for path in sorted(files)}
        return tree

    def __getitem__(self, path: str) -> File:
        """Give the file at a path."""
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        """Go through the paths in sorted order."""
        return iter(self._files)

    def __len__(self) -> int:
        """Count the files."""
        return len(self._files)

    def __or__(self, other: Mapping[str, File]) -> "FileTree":
        """Lay another tree over this one; its files win."""
        return FileTree({**self._files, **other})

    def size(self) -> tuple[int, int]:
        """Count files and bytes."""
        return len(self), sum(len(file.content) for file in self._files.values())

    def __repr__(self) -> str:
        """Say how many files there are, not what is in them."""
        return f"FileTree({len(self)} files)"

    def under(self, folder: str) -> "FileTree":
        """Give the tree below a folder, with paths relative to it."""
        prefix = f"{folder.rstrip('/')}/"
        return FileTree.of_checked(
            {path[len(prefix) :]: file for path, file in self._files.items() if path.startswith(prefix)}
        )


def path_problem(path: str) -> str:
    """Say what keeps a path from being a safe relative POSIX path; empty when nothing does."""
    if path.startswith("/"):
        return "is absolute"
    if "\0" in path or "\\" in path:
        return "holds a NUL or a backslash"
    parts = path.split("/")
    if ".." in parts:
        return "leads out of its folder with '..'"
    if "" in parts or "." in parts:
        return "is empty or not normalised"
    if any(len(part) > 63 and len(part.encode(errors="surrogatepass")) > 255 for part in parts):
        return "has a name of more than 255 bytes"
    return ""


def _as_file(file: File | bytes) -> File:
    return file if isinstance(file, File) else File(file)
