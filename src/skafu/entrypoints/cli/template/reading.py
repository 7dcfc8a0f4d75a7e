"""Reads a template, and describes it, for the commands about templates."""

from pathlib import Path

from skafu.scaffold import load
from skafu.scaffold.checking.rendered_files import expected_files
from skafu.scaffold.describing import Description, describe
from skafu.workspace.sources import Source, read_source
from skafu.workspace.sources_git import is_repository_root


def read_template(source: str, *, at: str | None, directory: str, kind: str | None) -> Source:
    """Read a template; one in a folder as it stands, for whoever works on it, and not at its latest release.

    Raises:
        NotFound: there is no such thing.
        Invalid: it holds no template, or something that a template may not hold.
        Unavailable: git can't get it.
    """
    folder = Path(source).expanduser()
    if at is None and folder.is_dir() and is_repository_root(folder):
        at = "HEAD"
    return read_source(source, at=at, directory=directory, kind=kind)


def described(source: Source, kind: str | None = None) -> Description:
    """Describe a template as it was found: the user's own here, those of strangers in a worker.

    Raises:
        TemplateInvalid: its manifest can't be read.
        Refused: it was stopped.
    """
    if not source.is_own:
        from skafu.entrypoints.cli.strangers import worker

        with worker() as pool:
            return pool.describe(source.files, kind=kind)
    template = load(source.files, kind=kind)
    return describe(template, expected_files(template))
