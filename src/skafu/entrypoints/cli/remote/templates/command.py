"""The group `skafu templates`."""

import click

from skafu.entrypoints.cli.remote.templates.changing import delete_template, deprecate_template
from skafu.entrypoints.cli.remote.templates.looking import list_templates, show_template
from skafu.entrypoints.cli.remote.templates.previewing import preview_template
from skafu.entrypoints.cli.remote.templates.uploading import upload_template, validate_template
from skafu.entrypoints.cli.remote.templates.using import download_template, list_selections, select_template


@click.group()
def command() -> None:
    """Work with the templates of the current server; TEMPLATE is a name or an id.

    The templates that come with this program, and templates in folders, are the business of `skafu template`.
    """


for each in (
    delete_template,
    deprecate_template,
    download_template,
    list_selections,
    list_templates,
    preview_template,
    select_template,
    show_template,
    upload_template,
    validate_template,
):
    command.add_command(each)
