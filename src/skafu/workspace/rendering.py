"""Writing what a template gave into a folder: a new one whole or not at all, an existing one file by file."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skafu.kernel.errors import Conflict
from skafu.scaffold import Rendered
from skafu.workspace.changed_paths import Update
from skafu.workspace.folders import obstacle, read_file
from skafu.workspace.new_folder import is_free, write_new
from skafu.workspace.pending import alone, carry_out, recover


def changes_of(rendered: Rendered, folder: Path) -> Update:
    """Say what writing into a folder would do: `edited` are files that differ, `keep` those that stay.

    Raises:
        Conflict: a link, a file or a folder stands in the way.
    """
    if folder.exists() and not folder.is_dir():
        raise Conflict(f"{folder} is no folder", fix="choose a new folder with --output")
    if is_free(folder):
        return Update(add=tuple(rendered.tree))
    parts: dict[str, list[str]] = {"add": [], "keep": [], "edited": []}
    for path, file in rendered.tree.items():
        if place := obstacle(folder, path):
            raise Conflict(f"{folder / place} is in the way of {path}", fix="move it away, or choose another folder")
        target = folder / path
        if not target.exists() and not target.is_symlink():
            parts["add"].append(path)
        else:
            stays = rendered.keeps(path) or read_file(target) == file
            parts["keep" if stays else "edited"].append(path)
    return Update(**{name: tuple(paths) for name, paths in parts.items()})


@contextmanager
def gone_on_failure(folder: Path) -> Iterator[None]:
    """Remove a new folder again when what follows its writing fails, as the tools themselves do."""
    was_there = folder.exists()
    try:
        yield
    except BaseException:
        if not was_there and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
        raise


def write_rendered(rendered: Rendered, folder: Path, changes: Update) -> None:
    """Write what `changes_of` said: all of it, or nothing.

    Raises:
        Conflict: somebody else writes there.
        OSError: the disk says no; nothing has changed.
    """
    if is_free(folder):
        write_new(rendered.tree, folder)
    else:
        with alone(folder):
            recover(folder)
            carry_out(folder, rendered.tree, write=(*changes.add, *changes.edited))
    for path in rendered.folders():
        if not obstacle(folder, f"{path}/x"):
            (folder / path).mkdir(parents=True, exist_ok=True)
