"""Where a template comes from: a name in the catalog, a folder, a git repository, a zip."""

import os
from pathlib import Path
from typing import NamedTuple

from skafu.catalog import template_folder
from skafu.kernel.errors import Invalid, NotFound
from skafu.scaffold import FileTree
from skafu.scaffold.formats import COPIER, format_of
from skafu.workspace.folders import read_folder
from skafu.workspace.repository_addresses import address_of_repository

MOST_FILES = 20_000
"""A folder with more files is hardly a template: somebody gave the wrong one."""

_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


class Source(NamedTuple):
    """A template as it was found.

    Attributes:
        address: what was asked for, as the answers file remembers it.
        files: the files of the template.
        commit: the tag or description of the commit, when it comes from git.
        commit_hash: the full hash of the commit, when it comes from git.
        is_own: whether it is the user's own: a local folder, or shipped with Skafu.
        folder: the local folder in which just these files stand.
    """

    address: str
    files: FileTree
    commit: str | None = None
    commit_hash: str | None = None
    is_own: bool = False
    folder: Path | None = None


def read_source(address: str, *, at: str | None = None, directory: str = "", kind: str | None = None) -> Source:
    """Find a template and read all of it.

    As with Copier, a git repository is read at its latest release tag unless another place is asked for, and at its
    newest commit when it has none. A Cookiecutter template in a folder is read as it stands there.

    Args:
        address: the path of a folder or a zip, a name in the catalog, or the address of a git repository; `gh:` and
            `gl:` stand for GitHub and GitLab. A folder that holds a template goes before a name in the catalog.
        at: a tag, branch or commit of a git repository; `HEAD` for the newest, with the changes that are not yet
            committed when the repository is a local folder.
        directory: folder inside of the source where the template starts.
        kind: its format, when it could be of both; that of a Copier template is read at a release.

    Raises:
        NotFound: there is no such thing.
        Invalid: it holds no template, or something that a template may not hold.
        Unavailable: git can't get it.
    """
    found = _read(address, at, directory, kind)
    if not found.files:
        where = f"{directory} in {address}" if directory else address
        raise NotFound(
            f"there are no files in {where}", fix="give the folder that holds copier.yml or cookiecutter.json"
        )
    return found


def catalog_names() -> tuple[str, ...]:
    """The names of the shipped templates."""
    folders = [path.parent.name for path in template_folder("").glob("*/copier.yml")]
    return tuple(sorted(folders))


def summary_of(name: str) -> str:
    """What a shipped template is for, in one line: the first paragraph of its README.

    Raises:
        NotFound: the catalog has no such template.
    """
    if name not in catalog_names():
        from difflib import get_close_matches

        near = get_close_matches(name, catalog_names(), n=1)
        known = f"did you mean {near[0]}?" if near else f"choose one of: {', '.join(catalog_names())}"
        raise NotFound(f"there is no template {name} in the catalog", fix=known)
    paragraphs = (template_folder(name) / "README.md").read_text(encoding="utf-8").split("\n\n")
    return " ".join(paragraphs[1].split())


def _read(address: str, at: str | None, directory: str, kind: str | None) -> Source:
    if _is_name(address) and address in catalog_names() and not _is_template(Path(address)):
        return Source(f"skafu:{address}", _below(read_folder(template_folder(address)), directory), is_own=True)
    if repository := address_of_repository(address):
        return _from_repository(address, repository, at, directory, kind)
    path = Path(address).expanduser()
    if path.is_dir():
        return _from_folder(address, path, at, directory, kind)._replace(is_own=True)
    if at is not None:
        raise Invalid(f"{address} is no git repository", fix="leave --at out")
    if path.is_file():
        from skafu.workspace.sources_zip import read_zip

        return Source(address, _below(read_zip(path), directory))
    known = ", ".join(catalog_names())
    raise NotFound(
        f"there is no template {address}",
        fix=f"give a folder, a zip, the address of a git repository, or a name of the catalog: {known}",
    )


def _is_template(folder: Path) -> bool:
    """Whether a folder of this name holds a template, which is then meant; a folder of another kind often exists."""
    return not {"copier.yml", "copier.yaml", "cookiecutter.json"}.isdisjoint(_tops(folder))


def _is_name(address: str) -> bool:
    return bool(address) and set(address) <= _NAME


def _from_folder(address: str, folder: Path, at: str | None, directory: str, kind: str | None) -> Source:
    is_root = _is_repository_root(folder)
    if at is not None and not is_root:
        raise Invalid(f"{address} is no git repository", fix="leave --at out, or give the root of the repository")
    if is_root and (at is not None or (kind or format_of(_tops(folder / directory))) == COPIER):
        return _from_repository(address, str(folder.resolve()), at, directory, kind)
    files = _below(read_folder(folder, without={".git"}, most=MOST_FILES), directory)
    return Source(address, files, folder=(folder / directory.strip("/")).resolve())


def _tops(folder: Path) -> list[str]:
    return [entry.name for entry in os.scandir(folder)] if folder.is_dir() else []


def _is_repository_root(folder: Path) -> bool:
    if not (folder / ".git").exists():
        return False
    from skafu.workspace.sources_git import is_repository_root

    return is_repository_root(folder)


def _from_repository(address: str, repository: str, at: str | None, directory: str, kind: str | None) -> Source:
    # A template in a plain folder does without git, and starts sooner.
    from skafu.workspace.sources_git import check_out

    checkout = check_out(repository, at, kind)
    return Source(address, _below(checkout.files, directory), checkout.description, checkout.commit)


def _below(files: FileTree, directory: str) -> FileTree:
    return files.under(directory.strip("/")) if directory.strip("/") else files
