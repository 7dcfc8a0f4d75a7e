"""Writes what a server gives: whole or not at all, and never over what somebody has edited."""

from pathlib import Path

from skafu.kernel.errors import Conflict, Invalid
from skafu.workspace.single_file import write_whole


def write_unless_there(content: bytes, path: Path, *, force: bool) -> None:
    """Write one file.

    Raises:
        Conflict: something else is there already, and `force` is not set.
        OSError: the disk says no; nothing has changed.
    """
    if path.exists() and not force and not (path.is_file() and path.read_bytes() == content):
        raise Conflict(f"{path} is there already, with other content", fix="choose another --output, or add --force")
    write_whole(content, path)


def write_folder(archive: bytes, folder: Path, *, force: bool) -> str:
    """Write the files of a zip into a folder: a new one, or one that holds the project already.

    Returns:
        What was done, in words.

    Raises:
        Conflict: something else is in the folder, or generated files were edited, and `force` is not set.
        Invalid: the zip holds a path that is not safe.
        OSError: the disk says no; nothing has changed.
    """
    from skafu.scaffold.merging.archive import unpacked
    from skafu.workspace.project_folder import alone, compare, is_free, lock_of, recover, write_new, write_update
    from skafu.workspace.sources_zip import check_links, check_names

    try:
        tree = unpacked(archive)
    except Invalid as error:
        raise Invalid("what the server gave cannot be read as a zip", fix="try again") from error
    check_names(list(tree), "the zip")
    check_links(tree, "the zip")
    if is_free(folder) or lock_of(folder) is None:
        write_new(tree, folder)
        return f"{len(tree)} files written"
    with alone(folder):
        recover(folder)
        lock = lock_of(folder)
        if lock is None:
            raise Conflict(f"{folder} was changed by somebody else meanwhile", fix="run this again")
        update = compare(tree, folder, lock)
        write_update(tree, folder, update, force=force)
    counts = {"added": update.add, "replaced": update.replace, "removed": update.remove, "kept": update.keep}
    said = [f"{len(paths)} {word}" for word, paths in counts.items()]
    return ", ".join([*said, *([f"{len(update.edited)} overwritten"] if update.edited else [])])
