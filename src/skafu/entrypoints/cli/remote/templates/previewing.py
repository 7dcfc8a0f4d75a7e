"""`skafu templates preview`."""

from pathlib import Path
from typing import Final

import click
import msgspec

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.remote.remote import Remote, remote_command
from skafu.entrypoints.cli.remote.tables import table, terminal_width
from skafu.entrypoints.cli.remote.templates.finding import template_id_of
from skafu.kernel.errors import Invalid

FILES: Final = (("path", "FILE"), ("size", "BYTES"))


@click.command("preview")
@click.argument("template")
@click.option("--version", "number", type=click.IntRange(min=0), default=0, help="The newest usable one without it.")
@click.option("--answer", "answers", multiple=True, metavar="NAME=VALUE", help="To a question; JSON, or else a text.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Write the files into a new folder.")
@remote_command
def preview_template(
    remote: Remote, template: str, *, number: int, answers: tuple[str, ...], output: Path | None
) -> None:
    """Fill a template in at the server, and list its files, or take them; no command of the template runs."""
    body = {"version": number, "answers": dict(_answer(each) for each in answers)}
    made = remote.client.post(f"/templates/{template_id_of(remote.client, template)}/preview", body).data
    remote.show(made, lambda: table(made["files"], FILES, terminal_width()))
    for note in made["notes"]:
        remote.note(harmless(note))
    if output is not None:
        from skafu.entrypoints.cli.remote.written_files import write_folder

        archive = remote.client.file(f"/templates/renderings/{made['id']}/zip")
        remote.note(f"{output}: {write_folder(archive, output, force=False)}")


def _answer(text: str) -> tuple[str, object]:
    name, found, value = text.partition("=")
    if not name or not found:
        raise Invalid(f"--answer {text!r} is not NAME=VALUE")
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value
