"""The group `skafu template`."""

import click

from skafu.entrypoints.cli.lazy_group import LazyGroup

COMMANDS = {
    "check": ("skafu.entrypoints.cli.template.check_command", "Check a template, under all combinations of answers."),
    "docs": ("skafu.entrypoints.cli.template.docs_command", "Document a template: questions, files, commands."),
    "list": ("skafu.entrypoints.cli.template.list_command", "List the templates of the catalog."),
    "new": ("skafu.entrypoints.cli.template.new_command", "Start a template."),
    "show": ("skafu.entrypoints.cli.template.show_command", "Show a template of the catalog."),
}
"""Subcommand -> module that holds it as `command`, and its short help."""


class Commands(LazyGroup):
    """All commands about templates."""

    modules = COMMANDS


@click.group(cls=Commands)
def command() -> None:
    """Make, check, document and find templates."""
