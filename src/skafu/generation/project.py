"""A resolved blueprint and a template make a project: files, a lock that says whose each is, and a copy of all."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import msgspec

from skafu.blueprint.lock import LOCK_PATH, Lock, LockedFile, digest, digest_of_file, digest_of_files, write_lock
from skafu.blueprint.resolved import System
from skafu.generation.ownership import BLUEPRINT, element_of, elements_of, owner_of, yours_of
from skafu.generation.python_names import pythonic
from skafu.generation.view import view
from skafu.scaffold import File, FileTree, Template, render
from skafu.scaffold.kept_path import BASE_PATH
from skafu.scaffold.merging.archive import packed


class Formatter(Protocol):
    """Lays out source code."""

    name: str

    def format(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Format the Python files of a project; give these back."""


class SystemTemplate(msgspec.Struct, frozen=True):
    """A compiled template with its name and the digest of its files."""

    name: str
    digest: str
    compiled: Template


def build_project(system: System, blueprint_text: str, template: SystemTemplate, formatter: Formatter) -> FileTree:
    """Build all files of a project, among them the lock and a copy of everything that updates compare with.

    Args:
        system: the resolved blueprint.
        blueprint_text: what stands in `skafu.yaml`.
        template: the system template.
        formatter: lays out Python.

    Returns:
        The tree: the same for the same arguments.
    """
    system = pythonic(system)
    answers = view(system)
    rendered = render(template.compiled, answers)
    formatted = formatter.format({path: file.content for path, file in rendered.items()})
    laid_out = {path: replace(rendered[path], content=content) for path, content in formatted.items()}
    files = FileTree({**rendered, **laid_out, BLUEPRINT: File(blueprint_text.encode())})
    elements, yours = elements_of(system), yours_of(system)
    lock = Lock(
        template=template.name,
        template_digest=template.digest,
        answers_digest=digest(msgspec.json.encode(answers, order="sorted")),
        blueprint_digest=digest(blueprint_text.encode()),
        formatter=formatter.name,
        files={
            path: LockedFile(digest_of_file(file.content, file.link), owner_of(path, yours), element_of(path, elements))
            for path, file in files.items()
        },
    )
    return files | {LOCK_PATH: File(write_lock(lock)), BASE_PATH: File(packed(files))}


def system_template(name: str, files: FileTree, compiled: Template) -> SystemTemplate:
    """Name a compiled template and take the digest of its files."""
    return SystemTemplate(name, digest_of_files({path: file.content for path, file in files.items()}), compiled)
