"""The group `skafu projects`."""

import click

from skafu.entrypoints.cli.remote.projects.blueprints import blueprint, compare_revisions
from skafu.entrypoints.cli.remote.projects.changing import archive_project, delete_project, restore_project
from skafu.entrypoints.cli.remote.projects.creating import create_project
from skafu.entrypoints.cli.remote.projects.describing import choose_template, describe_project, list_processes
from skafu.entrypoints.cli.remote.projects.files import download_files, list_files
from skafu.entrypoints.cli.remote.projects.looking import list_projects, show_history, show_project
from skafu.entrypoints.cli.remote.projects.making import (
    cancel_process,
    generate_project,
    prove_project,
    retry_process,
    watch_project,
)
from skafu.entrypoints.cli.remote.projects.proofs import override_proof, show_proof


@click.group()
def command() -> None:
    """Work with the projects of the current server; PROJECT is a name or an id."""


for each in (
    archive_project,
    blueprint,
    cancel_process,
    choose_template,
    compare_revisions,
    create_project,
    delete_project,
    describe_project,
    download_files,
    generate_project,
    list_files,
    list_processes,
    list_projects,
    override_proof,
    prove_project,
    restore_project,
    retry_process,
    show_history,
    show_project,
    show_proof,
    watch_project,
):
    command.add_command(each)
