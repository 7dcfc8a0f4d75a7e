"""`skafu templates list` and `show`."""

from typing import Final

import click

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.remote.answers import Json
from skafu.entrypoints.cli.remote.remote import Remote, limited, remote_command
from skafu.entrypoints.cli.remote.tables import pairs, table, terminal_width
from skafu.entrypoints.cli.remote.templates.finding import template_id_of

LISTED: Final = (
    ("name", "NAME"),
    ("status", "STATUS"),
    ("usable_version", "USABLE VERSION"),
    ("format", "FORMAT"),
    ("shipped", "SHIPPED"),
    ("summary", "SUMMARY"),
)
VERSIONS: Final = (
    ("version", "VERSION"),
    ("status", "STATUS"),
    ("files", "FILES"),
    ("size", "BYTES"),
    ("address", "FROM"),
)
QUESTIONS: Final = (
    ("name", "QUESTION"),
    ("type", "TYPE"),
    ("default", "DEFAULT"),
    ("choices", "CHOICES"),
    ("help", "HELP"),
)
FIELDS: Final = (
    "name",
    "id",
    "status",
    "version",
    "usable_version",
    "format",
    "shipped",
    "summary",
    "deprecated",
    "deleted",
)


@click.command("list")
@click.option(
    "--status", type=click.Choice(["fetching", "failed", "uploaded", "valid", "invalid"]), help="Only of this status."
)
@limited
@remote_command
def list_templates(remote: Remote, *, status: str | None, limit: int) -> None:
    """List the templates: those that come with Skafu, then those of the organisation."""
    remote.list("/templates", LISTED, query={"status": status}, limit=limit, none="there is no such template")


@click.command("show")
@click.argument("template")
@click.option(
    "--version", "number", type=click.IntRange(min=0), help="Show this version: what it asks; 0 is the newest."
)
@remote_command
def show_template(remote: Remote, template: str, *, number: int | None) -> None:
    """Show a template with its versions, or one version with its questions and findings."""
    place = f"/templates/{template_id_of(remote.client, template)}"
    if number is not None:
        version = remote.client.get(f"{place}/versions/{number}").data
        remote.show(version, lambda: version_words(version))
        return
    found = remote.client.get(place).data
    remote.show(found, lambda: _words(found))


def version_words(version: Json) -> str:
    """A version for people: its questions, and what is wrong with it."""
    lines = [f"version {version['version']}: {version['status']}, {version['files']} files"]
    asked = [each for each in version["questions"] if not each["computed"]]
    if asked:
        lines += ["", table(asked, QUESTIONS, terminal_width())]
    return "\n".join([*lines, *finding_lines(version)])


def finding_lines(version: Json) -> list[str]:
    """What is wrong with a version, or worth knowing."""
    lines = []
    for each in version["findings"]:
        line = f":{each['line']}" if each["line"] else ""
        place = f"{each['file']}{line}: " if each["file"] else ""
        lines.append(harmless(f"{place}{each['severity']}: {each['message']}"))
        lines += [harmless(f"  fix: {each['fix']}")] if each["fix"] else []
    return lines


def _words(found: Json) -> str:
    lines = [pairs((name.replace("_", " "), found.get(name)) for name in FIELDS)]
    if found["versions"]:
        lines += ["", table(found["versions"], VERSIONS, terminal_width())]
    for fetch in found["fetches"]:
        if fetch["status"] != "done":
            lines += ["", harmless(f"from {fetch['address']}: {fetch['status']} {fetch['reason']}".rstrip())]
    return "\n".join(lines)
