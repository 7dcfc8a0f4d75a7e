"""The composition root: what the ways in need, built from its parts."""

from functools import cache
from pathlib import Path

from skafu.blueprint import Document, read, resolve
from skafu.catalog import SYSTEM, template_folder
from skafu.generation.project import SystemTemplate, build_project, system_template
from skafu.kernel.errors import NotFound
from skafu.scaffold import FileTree, load
from skafu.workspace.folders import read_folder
from skafu.workspace.formatting import RuffFormatter


@cache
def shipped_template() -> SystemTemplate:
    """The template of a whole system, compiled."""
    files = read_folder(template_folder(SYSTEM))
    return system_template(SYSTEM, files, load(files))


def read_blueprint(path: Path) -> Document:
    """Read a blueprint file.

    Raises:
        NotFound: there is no such file.
        BlueprintInvalid: it is no blueprint.
    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}", fix="give the path of a skafu.yaml")
    return read(path.read_bytes(), file=str(path))


def project_of(document: Document, text: str) -> FileTree:
    """Build the whole project of a blueprint.

    Raises:
        BlueprintInvalid: the blueprint has errors.
    """
    return build_project(resolve(document.blueprint), text, shipped_template(), RuffFormatter())
