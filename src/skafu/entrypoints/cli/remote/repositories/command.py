"""The group `skafu repositories`."""

import click

from skafu.entrypoints.cli.remote.repositories.changing import (
    create_repository,
    propose_files,
    push_files,
    remove_repository,
)
from skafu.entrypoints.cli.remote.repositories.configuring import configure_repository, set_secret
from skafu.entrypoints.cli.remote.repositories.looking import (
    list_pull_requests,
    list_repositories,
    show_pull_request,
    show_repository,
)


@click.group()
def command() -> None:
    """Work with the repositories that Skafu made; REPOSITORY is an id."""


for each in (
    configure_repository,
    create_repository,
    list_pull_requests,
    list_repositories,
    propose_files,
    push_files,
    remove_repository,
    set_secret,
    show_pull_request,
    show_repository,
):
    command.add_command(each)
