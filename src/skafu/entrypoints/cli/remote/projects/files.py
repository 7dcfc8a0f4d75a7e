"""`skafu projects files` and `download`."""

import sys
from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, remote_command
from skafu.entrypoints.cli.remote.tables import table, terminal_width

FILES: Final = (("path", "FILE"), ("size", "BYTES"))
revised = click.option(
    "--revision", type=click.IntRange(min=0), default=0, help="Of the blueprint; what was generated last without it."
)


@click.command("files")
@click.argument("project")
@click.argument("path", required=False)
@revised
@remote_command
def list_files(remote: Remote, project: str, path: str | None, *, revision: int) -> None:
    """List the files that were generated, or print the one at PATH as it is."""
    place = f"/projects/{project_id_of(remote.client, project)}"
    if path is not None:
        content = remote.client.file(f"{place}/file", {"path": path, "revision": revision})
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    found = remote.client.get(f"{place}/tree", {"revision": revision}).data
    remote.show(found, lambda: table(found["files"], FILES, terminal_width()))


@click.command("download")
@click.argument("project")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="A folder, or a file that ends in .zip.  [default: a folder with the project's name]",
)
@revised
@click.option("--force", is_flag=True, help="Write over generated files that were edited, or over the zip.")
@remote_command
def download_files(remote: Remote, project: str, *, output: Path | None, revision: int, force: bool) -> None:
    """Take the generated files of a project: into a folder, or as a zip.

    A folder that holds the project already is brought up to date, as by `skafu generate`: files that are yours stay,
    and generated ones that were edited are listed and refused.

    Exit code 0: done; 1: refused, nothing was written.
    """
    from skafu.entrypoints.cli.remote.written_files import write_folder, write_unless_there

    identifier = project_id_of(remote.client, project)
    content = remote.client.file(f"/projects/{identifier}/archive", {"revision": revision})
    if output is None:
        output = Path(str(remote.client.get(f"/projects/{identifier}", {"fields": "name"}).data["name"]))
    if output.suffix == ".zip":
        write_unless_there(content, output, force=force)
        remote.said({"output": str(output), "bytes": len(content)}, f"{output}: {len(content)} bytes written")
        return
    words = write_folder(content, output, force=force)
    remote.said({"output": str(output), "written": words}, f"{output}: {words}")
