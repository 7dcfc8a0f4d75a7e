"""The files of a template as they look when symbolic links are followed, all inside the tree."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from skafu.scaffold.errors import TemplateInvalid
from skafu.scaffold.tree import File, FileTree

_MOST_LINKED = 20_000


class Sources(NamedTuple):
    """Files of a template, raw and with links followed.

    Attributes:
        raw: the tree as given, links as links.
        followed: every file that can be reached by a path, also through links to folders.
        dangling: links that lead nowhere, outside or round in a circle, with the reason.
        folders: every folder that can be reached.
    """

    raw: FileTree
    followed: Mapping[str, File]
    dangling: Mapping[str, str]
    folders: frozenset[str]

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder can be reached by this path."""
        return path in self.followed or path in self.folders

    def is_text(self, path: str) -> bool:
        """Tell whether a file is UTF-8."""
        try:
            return self.text(path) is not None
        except TemplateInvalid:
            return False

    def texts(self) -> Iterator[str]:
        """Give every text of the template."""
        return (text for path in self.followed if self.is_text(path) and (text := self.text(path)))

    def text(self, path: str) -> str | None:
        """Give the text of a file, or None when there is none.

        Raises:
            TemplateInvalid: the file is not UTF-8.
        """
        file = self.followed.get(path)
        if file is None:
            return None
        try:
            return file.content.decode()
        except UnicodeDecodeError as error:
            line = file.content.count(b"\n", 0, error.start) + 1
            fix = "save it as UTF-8, or copy it as it stands: without the template suffix, or by _copy_without_render"
            raise TemplateInvalid("a template must be UTF-8 text", file=path, line=line, fix=fix) from error


def gather(tree: FileTree) -> Sources:
    """Follow every link of a tree.

    Raises:
        TemplateInvalid: links multiply the files beyond measure.
    """
    followed = {path: file for path, file in tree.items() if file.link is None}
    dangling: dict[str, str] = {}
    for path, file in tree.items():
        if file.link is not None:
            reached = _follow(tree, path, frozenset())
            if isinstance(reached, str):
                dangling[path] = reached
            else:
                followed.update(reached)
        if len(followed) > len(tree) + _MOST_LINKED:
            raise TemplateInvalid("links multiply the files of the template beyond measure", file=path)
    folders = frozenset(folder for path in followed for folder in _parents(path))
    return Sources(tree, dict(sorted(followed.items())), dangling, folders)


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _follow(tree: FileTree, path: str, passed: frozenset[str]) -> dict[str, File] | str:
    """Give the files that appear at and below a link, or the reason why there are none."""
    if path in passed:
        return "goes round in a circle"
    target = link_target(path, tree[path].link or "")
    if target is None:
        return "leads out of the template"
    passed |= {path}
    file = tree.get(target)
    if file is not None:
        return {path: file} if file.link is None else _moved(_follow(tree, target, passed), target, path)
    found: dict[str, File] = {}
    for below, inner in tree.under(target).items():
        place = f"{target}/{below}" if target else below
        if place in passed:
            return "goes round in a circle"
        if inner.link is None:
            found[f"{path}/{below}"] = inner
        elif isinstance(reached := _moved(_follow(tree, place, passed), place, f"{path}/{below}"), dict):
            found.update(reached)
    return found or "leads nowhere"


def _moved(files: dict[str, File] | str, source: str, target: str) -> dict[str, File] | str:
    if isinstance(files, str):
        return files
    return {target + path[len(source) :]: file for path, file in files.items()}


def link_target(path: str, link: str) -> str | None:
    """Resolve a link by name; None when it leads out of the tree."""
    if link.startswith("/"):
        return None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
    return None if target == ".." or target.startswith("../") or target == "." else target
