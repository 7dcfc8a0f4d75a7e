"""`skafu templates upload` and `validate`."""

import sys
from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.remote import Remote, remote_command
from skafu.entrypoints.cli.remote.templates.finding import template_id_of
from skafu.entrypoints.cli.remote.templates.looking import finding_lines
from skafu.kernel.errors import Invalid, NotFound, Unavailable

WAITING: Final = frozenset({"uploaded", "fetching"})
SECONDS: Final = 0.5
TRIES: Final = 600
"""How often one looks whether a version has been looked into: for five minutes."""


@click.command("upload")
@click.argument("source", metavar="FOLDER|ZIP|ADDRESS")
@click.option("--name", help="Of a new template.")
@click.option("--to", "template", metavar="TEMPLATE", help="Make it the next version of this one.")
@click.option("--at", default="", metavar="REF", help="Of a repository: a tag, branch or commit.")
@click.option("--wait/--no-wait", default=True, help="Wait until it has been looked into.  [default: wait]")
@remote_command
def upload_template(
    remote: Remote, source: str, *, name: str | None, template: str | None, at: str, wait: bool
) -> None:
    """Upload a template from a folder or a zip, or let the server read it from a git repository (https://...).

    Exit code 0: it can be used; 1: something is wrong with it; 2: wrong usage.
    """
    if bool(name) == bool(template):
        raise Invalid("give a new template a --name, or say which one it is the next version of", fix="--name, or --to")
    place = "/templates" if name else f"/templates/{template_id_of(remote.client, template or '')}/versions"
    if source.startswith("https://"):
        body = {"address": source, "at": at} | ({"name": name} if name else {})
        found = remote.client.post(f"{place}/from-repository", body).data
    else:
        found = remote.client.upload(place, {"name": name}, _zip_of(Path(source))).data
    if wait:
        _tell(remote, found["id"], found["version"])
    else:
        remote.said(found, f"{found['name']}: {found['status']}")


@click.command("validate")
@click.argument("template")
@click.option("--version", "number", type=click.IntRange(min=0), default=0, help="The newest without it.")
@remote_command
def validate_template(remote: Remote, template: str, *, number: int) -> None:
    """Say what the server found in a version of a template; waits until it has looked.

    Exit code 0: it can be used; 1: something is wrong with it.
    """
    _tell(remote, template_id_of(remote.client, template), number)


def _tell(remote: Remote, identifier: str, number: int) -> None:
    """Wait for the verdict on a version, tell it, and leave with it."""
    found = _settled(remote, identifier)
    failed = [each for each in found["fetches"] if each["status"] == "failed"]
    if found["status"] == "failed" and failed:
        raise Unavailable(failed[-1]["reason"], fix=failed[-1]["fix"])
    number = number or found["version"] or 1
    version = remote.client.get(f"/templates/{identifier}/versions/{number}").data
    lines = [f"{found['name']}, version {number}: {version['status']}", *finding_lines(version)]
    remote.show(version, lambda: "\n".join(lines))
    sys.exit(0 if version["status"] == "valid" else 1)


def _settled(remote: Remote, identifier: str) -> Json:
    for _ in range(TRIES):
        found = remote.client.get(f"/templates/{identifier}").thing
        if found["status"] not in WAITING and not any(each["status"] == "running" for each in found["fetches"]):
            return found
        remote.client.wait(SECONDS)
    raise Unavailable("nobody has looked into it for five minutes", fix="does a worker run? (skafu worker)")


def _zip_of(source: Path) -> bytes:
    """A zip as it is, or the files of a folder as one: those that git knows of, when it is a repository.

    Raises:
        NotFound: there is no such thing.
        Invalid: it holds no template.
    """
    if source.is_file():
        return source.read_bytes()
    if not source.is_dir():
        raise NotFound(f"there is no folder and no zip {source}", fix="give one of them, or an address with https://")
    from skafu.entrypoints.cli.template.reading import read_template
    from skafu.scaffold.merging.archive import packed

    return packed(read_template(str(source), at=None, directory="", kind=None).files)
