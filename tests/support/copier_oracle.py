"""The real Copier as the judge of the template engine: same template, same answers, same bytes."""

import os
import warnings
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import copier
from compiled_once import compiled_once

from skafu.scaffold import File, FileTree, Place, Value, load, render


def assert_same_as_copier(template_dir: Path, answers: Mapping[str, Value], tmp_path: Path) -> FileTree:
    """Render with Copier and with the engine, and compare bytes, executable bits, links and the set of paths.

    Args:
        template_dir: folder of the template, with copier.yml.
        answers: given to both.
        tmp_path: an empty folder to write to.

    Returns:
        The tree that both agree on.
    """
    destination = tmp_path / "rendered"
    expected = copy_with_copier(template_dir, answers, destination)
    place = Place(source=str(template_dir), destination=str(destination))
    rendered = render(load(read_tree(template_dir)), answers, place=place)
    differences = [
        f"{path}:\n  Copier: {expected.get(path)}\n  engine: {rendered.get(path)}"
        for path in sorted({*expected, *rendered})
        if expected.get(path) != rendered.get(path)
    ]
    assert not differences, "\n".join(differences)
    return rendered


def copy_with_copier(template_dir: Path, answers: Mapping[str, Value], destination: Path) -> FileTree:
    """Render with Copier, without its warnings and without the settings of whoever runs this."""
    with warnings.catch_warnings(), compiled_once():
        warnings.simplefilter("ignore")
        copier.run_copy(
            str(template_dir),
            destination,
            data=deepcopy(dict(answers)),
            defaults=True,
            quiet=True,
            unsafe=False,
            settings=copier.Settings(),
        )
    return read_tree(destination)


def read_tree(folder: Path) -> FileTree:
    """Read a folder; links stay links."""
    found: dict[str, File | bytes] = {}
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in [*names, *links]:
            path = Path(parent, name)
            found[path.relative_to(folder).as_posix()] = _read(path)
    return FileTree(found)


def _read(path: Path) -> File:
    if path.is_symlink():
        return File(b"", link=str(path.readlink()))
    return File(path.read_bytes(), executable=bool(path.stat().st_mode & 0o100))


def write_tree(folder: Path, files: Mapping[str, File | bytes | str]) -> Path:
    """Write a folder; text is written as UTF-8."""
    for name, written in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file = written if isinstance(written, File) else File(written.encode() if isinstance(written, str) else written)
        if file.link is not None:
            path.symlink_to(file.link)
        else:
            path.write_bytes(file.content)
            path.chmod(0o755 if file.executable else 0o644)
    return folder
