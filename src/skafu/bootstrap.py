"""The composition root: what the ways in need, built from its parts.

What generates is imported when it is used: most commands answer sooner without it.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from skafu.blueprint import BlueprintInvalid, Document, System, check, read, resolve
from skafu.kernel.errors import NotFound

if TYPE_CHECKING:
    from skafu.generation.project import SystemTemplate
    from skafu.scaffold import FileTree, Value

SAMPLE = "A bookstore: customers place orders for books and pay with a card. Staff ship orders."
ENOUGH_BYTES = 2_000_000
"""More than any blueprint has: reading says that it is too large, without holding all of it."""


@cache
def shipped_template() -> "SystemTemplate":
    """The template of a whole system, compiled."""
    from skafu.catalog import SYSTEM, template_folder
    from skafu.generation.project import system_template
    from skafu.scaffold import load
    from skafu.workspace.folders import read_folder

    files = read_folder(template_folder(SYSTEM))
    return system_template(SYSTEM, files, load(files))


def sample_answers() -> "dict[str, Value]":
    """Answers for the template of a whole system: those of a small system, planned by rules."""
    from skafu.generation.python_names import pythonic
    from skafu.generation.view import view
    from skafu.planning import plan

    return dict(view(pythonic(resolve(plan(SAMPLE).blueprint))))


def read_blueprint(path: Path) -> Document:
    """Read a blueprint file.

    Raises:
        NotFound: there is no such file.
        BlueprintInvalid: it is no blueprint.
    """
    return read(_content(path), file=str(path))


def blueprint_text(path: Path) -> str:
    """The text of a blueprint file, byte for byte: that of a `read_blueprint` that succeeded."""
    return _content(path).decode()


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(f"there is no file {path}", fix="give the path of a skafu.yaml")
    with path.open("rb") as file:
        return file.read(ENOUGH_BYTES)


def project_of(document: Document, text: str) -> "FileTree":
    """Build the whole project of a blueprint.

    Raises:
        BlueprintInvalid: the blueprint has errors; they say where they stand.
    """
    from skafu.generation.project import build_project
    from skafu.workspace.formatting import RuffFormatter

    return build_project(_resolved(document), text, shipped_template(), RuffFormatter())


def _resolved(document: Document) -> System:
    try:
        return resolve(document.blueprint)
    except BlueprintInvalid:
        raise BlueprintInvalid(check(document)) from None
