"""The last look at rendered files before anybody writes them; holds also for what another process rendered."""

import unicodedata
from collections.abc import Iterable, Mapping

from skafu.kernel.errors import Refused
from skafu.scaffold.links import leads_out
from skafu.scaffold.tree import File, FileTree, path_problem

_FIRST_PRINTED = 32
_GITS = frozenset({".git", "git~1"})
# As git itself protects its folder on HFS+ (utf8.c, next_hfs_char).
_OVERLOOKED = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF],
)
_WORKFLOWS = ".github/workflows/"


def checked_output(files: Mapping[str, File]) -> FileTree:
    """Check paths and links once more.

    Raises:
        Refused: a file would be written where none may be, or a link leads out.
    """
    links = {path: file.link for path, file in files.items() if file.link is not None}
    seen: dict[str, str] = {}
    for path, file in files.items():
        problem = path_problem(path) or portable_problem(path) or ("belongs to git" if is_gits(path) else "")
        other = seen.setdefault(folded(path), path)
        if not problem and other != path:
            problem = f"is the same as {other!r} on some systems"
        if not problem and file.link is not None and leads_out(path, links):
            problem = f"is a link to {file.link!r}, which leads out"
        if problem:
            raise Refused(f"the rendered path {path!r} {problem}")
    return FileTree.of_checked(files)


def folded(path: str) -> str:
    """Give what a path is on systems that ignore case, or the way in which accents are written."""
    if path.isascii():
        return path.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def portable_problem(path: str) -> str:
    """Say what keeps a path from meaning the same on every system; empty when nothing does."""
    parts = path.split("/")
    if any(part.endswith((".", " ")) for part in parts):
        return "ends in a dot or a space"
    if any(ord(character) < _FIRST_PRINTED for character in path):
        return "holds a control character"
    return "names a drive" if parts[0][1:2] == ":" else ""


def is_gits(path: str) -> bool:
    """Tell whether a path belongs to git, on any system: macOS overlooks some characters, Windows some endings."""
    if "git" not in path.casefold() and path.isascii():
        return False
    parts = path.translate(_OVERLOOKED).casefold().split("/")
    return any(part.split(":")[0].rstrip(". ") in _GITS for part in parts)


def workflows(paths: Iterable[str]) -> tuple[str, ...]:
    """Name the files that GitHub would run with the rights of the repository."""
    return tuple(
        path for path in paths if path.casefold().startswith(_WORKFLOWS) or f"/{_WORKFLOWS}" in path.casefold()
    )
