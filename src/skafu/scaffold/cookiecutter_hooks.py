"""Hooks of Cookiecutter: the ones that only remove, move or check files by the answers are followed, others shown."""

import ast
import posixpath
import re
from typing import NamedTuple, TypeAlias

from skafu.kernel.errors import Refused
from skafu.scaffold.commands import Command
from skafu.scaffold.hook_folder import Folder, NotRecognised
from skafu.scaffold.hook_functions import Ended
from skafu.scaffold.hook_statements import Follower
from skafu.scaffold.sources import Sources
from skafu.scaffold.texts import Scope, Texts
from skafu.scaffold.tree import FileTree

_NAMES = ("pre_prompt", "pre_gen_project", "post_gen_project")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN = 3


class Hooked(NamedTuple):
    """What the hooks made of a project.

    Attributes:
        tree: the files, with the names that they have in the output.
        commands: hooks that did not run.
        notes: what the others did, in words.
        folders: the folders of the project, by the same names.
    """

    tree: FileTree
    folders: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    notes: tuple[str, ...] = ()


class Hooks:
    """The hooks of one template."""

    def __init__(self, sources: Sources, texts: Texts) -> None:
        """Find them.

        Args:
            sources: all files of the template.
            texts: fills them in.
        """
        self._texts = texts
        self._hooks: list[tuple[str, str, str]] = []
        for name in _NAMES:
            for path in sources.followed:
                folder, _, file = path.partition("/")
                is_hook = folder == "hooks" and posixpath.splitext(file)[0] == name and not file.endswith("~")
                if is_hook and sources.is_text(path):
                    self._hooks.append((name, path, sources.text(path) or ""))

    def run(self, tree: FileTree, folders: frozenset[str], root: str, scope: Scope) -> Hooked:
        """Follow the hooks that are understood.

        Args:
            tree: the rendered files.
            folders: the folders that they are in, also empty ones.
            root: the project's folder in it.
            scope: what the hooks may use.

        Raises:
            Refused: a hook says that the answers will not do.
            TemplateInvalid: a hook cannot be filled in.
        """
        commands, notes = [], []
        for name, path, text in self._hooks:
            script = self._texts.fill(text, scope, file=path) if name != "pre_prompt" else text
            try:
                tree, folders, note = _followed(script, path, name, (tree, folders, root))
            except NotRecognised as reason:
                commands.append(Command(name, f"{path} ({reason})", script=script))
            else:
                notes.extend(note)
        return Hooked(tree, folders, tuple(commands), tuple(notes))


_Project: TypeAlias = tuple[FileTree, frozenset[str], str]


def _followed(script: str, path: str, name: str, project: _Project) -> tuple[FileTree, frozenset[str], list[str]]:
    tree, folders, root = project
    if name == "pre_prompt":
        raise NotRecognised("it runs before the questions")
    parsed = _parsed(script, path)
    is_first = name == "pre_gen_project"
    inside = {} if is_first else dict(tree.under(root))
    prefix = f"{root}/"
    known = frozenset() if is_first else frozenset(one[len(prefix) :] for one in folders if one.startswith(prefix))
    folder = Folder(inside, known)
    out: list[str] = []
    try:
        Follower(folder, out).run(parsed)
    except Ended as ended:
        if ended.code not in (None, 0):
            said = ended.code if isinstance(ended.code, str) else ""
            _refuse(path, [*out, said])
    except NotRecognised:
        raise
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        if not isinstance(error, OSError):
            raise NotRecognised(str(error) or type(error).__name__) from error
        _refuse(path, [*out, f"{type(error).__name__}: {error}"])
    if is_first:
        if folder.files:
            raise NotRecognised("it writes files before the project is there")
        return tree, folders, []
    changed, notes = _changed(tree, root, folder, path)
    return changed, frozenset({root, *(prefix + one for one in folder.folders if one)}), notes


def _parsed(script: str, path: str) -> ast.Module:
    first = script.split("\n", 1)[0]
    if not path.endswith(".py") and "python" not in first:
        raise NotRecognised("it is no Python")
    try:
        return ast.parse(script)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise NotRecognised(f"it is no Python: {error}") from error


def _refuse(path: str, said: list[str]) -> None:
    words = [_COLOUR.sub("", one).strip() for one in said]
    shown = " ".join([word for word in words if word][-_SHOWN:])
    raise Refused(f"{path} stops: {shown or 'it gives no reason'}", fix="give other answers")


def _changed(tree: FileTree, root: str, folder: Folder, path: str) -> tuple[FileTree, list[str]]:
    prefix = f"{root}/"
    others = {one: file for one, file in tree.items() if not one.startswith(prefix)}
    after = FileTree({**others, **{prefix + one: file for one, file in folder.files.items()}})
    removed = sorted(set(tree) - set(after))
    added = sorted(set(after) - set(tree))
    notes = []
    if removed:
        notes.append(f"{path} removed {', '.join(removed)}")
    if added:
        notes.append(f"{path} made {', '.join(added)}")
    return after, notes
