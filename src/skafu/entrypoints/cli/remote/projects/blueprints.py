"""`skafu projects blueprint` and `diff`: the revisions of a blueprint."""

import sys
from pathlib import Path
from typing import Final

import click

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.projects.finding import project_id_of
from skafu.entrypoints.cli.remote.remote import Remote, limited, matched, remote_command
from skafu.entrypoints.cli.remote.tables import table, terminal_width
from skafu.entrypoints.cli.remote.written_files import write_unless_there
from skafu.kernel.errors import Invalid, NotFound

REVISIONS: Final = (
    ("number", "REVISION"),
    ("at", "AT (UTC)"),
    ("source", "BY"),
    ("errors", "ERRORS"),
    ("message", "MESSAGE"),
)
ELEMENTS: Final = (("change", "CHANGE"), ("path", "ELEMENT"), ("before", "BEFORE"), ("after", "AFTER"))
FILES: Final = (("change", "CHANGE"), ("path", "FILE"))
LARGEST: Final = 4_000_000


@click.group("blueprint")
def blueprint() -> None:
    """Get and save the blueprint of a project."""


@blueprint.command("get")
@click.argument("project")
@click.option("--revision", type=click.IntRange(min=0), default=0, help="The newest without it.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file; else standard output.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@remote_command
def get_blueprint(remote: Remote, project: str, *, revision: int, output: Path | None, force: bool) -> None:
    """Get the blueprint of a project, and say the version that `put --if-match` takes."""
    place = f"/projects/{project_id_of(remote.client, project)}"
    found = remote.client.get(f"{place}/revisions/{revision}" if revision else f"{place}/blueprint")
    text = str(found.data["blueprint"])
    if output is not None:
        write_unless_there(text.encode(), output, force=force)
    elif remote.as_json:
        remote.show(found.data, str)
    else:
        click.echo(text if not sys.stdout.isatty() else harmless(text), nl=False)
    remote.note(f"revision {found.data['number']}, version {found.version}")


@blueprint.command("put")
@click.argument("project")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--message", default="", help="What the revision is for.")
@matched
@remote_command
def put_blueprint(remote: Remote, project: str, file: Path, *, message: str, if_match: str | None) -> None:
    """Save the blueprint FILE (- for standard input) as the next revision; says what is wrong with it.

    With --if-match, a change by somebody else in between is refused.

    Exit code 0: saved, and without errors; 1: saved with errors, or refused.
    """
    path = f"/projects/{project_id_of(remote.client, project)}/revisions"
    saved = remote.client.post(path, {"blueprint": text_of(file), "message": message}, if_match=if_match)
    remote.show(saved.data, lambda: _words(saved.data))
    remote.note(f"version {saved.version}")
    sys.exit(1 if saved.data["check"]["errors"] else 0)


@blueprint.command("list")
@click.argument("project")
@limited
@remote_command
def list_revisions(remote: Remote, project: str, *, limit: int) -> None:
    """List the revisions, the newest first."""
    path = f"/projects/{project_id_of(remote.client, project)}/revisions"
    remote.list(path, REVISIONS, limit=limit, none="there is no blueprint yet")


@blueprint.command("restore")
@click.argument("project")
@click.argument("revision", type=click.IntRange(min=1))
@click.option("--message", default="", help="What the new revision is for.")
@matched
@remote_command
def restore_revision(remote: Remote, project: str, revision: int, *, message: str, if_match: str | None) -> None:
    """Bring an older revision back as a new one."""
    path = f"/projects/{project_id_of(remote.client, project)}/revisions/{revision}/restore"
    made = remote.client.post(path, {"message": message}, if_match=if_match).data
    remote.said(made, f"revision {revision} is back as revision {made['number']}")


@click.command("diff")
@click.argument("project")
@click.argument("older", type=click.IntRange(min=1))
@click.argument("newer", type=click.IntRange(min=0), default=0)
@click.option("--files", is_flag=True, help="Compare the generated files.")
@click.option("--path", help="With --files: show the lines of one of them.")
@remote_command
def compare_revisions(remote: Remote, project: str, older: int, newer: int, *, files: bool, path: str | None) -> None:
    """Say what two revisions differ in: OLDER and NEWER, or the newest."""
    place = f"/projects/{project_id_of(remote.client, project)}"
    query = {"older": older, "newer": newer}
    if files or path:
        found = remote.client.get(f"{place}/tree/diff", {**query, "path": path}).data
        remote.show(found, lambda: harmless(found["lines"]) if path else table(found["files"], FILES, terminal_width()))
        return
    found = remote.client.get(f"{place}/diff", query).data
    remote.show(found, lambda: harmless(found["lines"]).rstrip("\n"))


def text_of(file: Path) -> str:
    """The text of a file, or of standard input.

    Raises:
        NotFound: there is no such file.
        Invalid: it is no text, or too long to be a blueprint.
    """
    try:
        content = sys.stdin.buffer.read(LARGEST) if str(file) == "-" else file.read_bytes()
        if len(content) >= LARGEST:
            raise Invalid(f"{file} is too long for a blueprint")
        return content.decode()
    except FileNotFoundError:
        raise NotFound(f"there is no file {file}") from None
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is no text in UTF-8 (byte {error.start + 1})", fix="save it as UTF-8") from None


def _words(saved: Json) -> str:
    lines = [f"saved as revision {saved['revision']['number']}: {saved['check']['errors']} errors"]
    for each in saved["check"]["findings"]:
        if each["severity"] != "hint":
            lines.append(harmless(f"{each['line']}:{each['column']} {each['severity']}: {each['message']}"))
            lines += [f"  fix: {harmless(each['fix'])}"] if each["fix"] else []
    return "\n".join(lines)
