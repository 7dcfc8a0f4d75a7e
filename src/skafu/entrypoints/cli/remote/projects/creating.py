"""`skafu projects create`."""

import sys
from pathlib import Path

import click

from skafu.entrypoints.cli.descriptions import description_of
from skafu.entrypoints.cli.remote.projects.blueprints import text_of
from skafu.entrypoints.cli.remote.remote import Remote, remote_command
from skafu.entrypoints.cli.remote.templates.finding import template_named
from skafu.entrypoints.cli.remote.watching import watch_process
from skafu.kernel.errors import Invalid


@click.command("create")
@click.argument("name")
@click.argument("source", metavar="[TEXT|FILE|-]", required=False)
@click.option("--blueprint", type=click.Path(path_type=Path, dir_okay=False), help="Begin with this blueprint.")
@click.option("--title", default="", help="For people; the name without one.")
@click.option(
    "--provision/--no-provision",
    default=None,
    help="Bring it to a proven repository without being asked again.  [default: as soon as there is a description "
    "or a blueprint]",
)
@click.option("--template", default="system", show_default=True, help="What it is generated from, by name or id.")
@click.option("--host", type=click.Choice(["local", "github"]), default="local", help="Where its repository stands.")
@click.option("--owner", default="", help="The account at GitHub.")
@click.option("--public", is_flag=True, help="Let everybody see the repository at GitHub.")
@click.option("--watch", is_flag=True, help="Follow it until it is a proven repository, or until that fails.")
@remote_command
def create_project(remote: Remote, name: str, *, source: str | None, blueprint: Path | None, **options: object) -> None:
    """Begin the project NAME, from a description (TEXT, a FILE that holds it, or - for standard input) or a blueprint.

    Exit code 0: done; 1: refused, or with --watch: it came to nothing; 2: wrong usage.
    """
    if source is not None and blueprint is not None:
        raise Invalid("a project begins with a description or with a blueprint", fix="leave one of them out")
    wanted, watch = options["provision"], bool(options["watch"])
    provision = bool(source or blueprint) if wanted is None else bool(wanted)
    if watch and not provision:
        raise Invalid("there is nothing to follow without --provision", fix="leave --watch out")
    body = {
        "name": name,
        "title": options["title"],
        "description": description_of(source) if source is not None else "",
        "blueprint": None if blueprint is None else text_of(blueprint),
        "provision": provision,
        "wishes": {
            "template": template_named(remote.client, str(options["template"])),
            "host": options["host"],
            "owner": options["owner"],
            "private": not options["public"],
        },
    }
    made = remote.client.post("/projects", body).data
    again = f"skafu projects watch {name}"
    if not watch:
        remote.said(made, f"{name} has begun ({made['id']})" + (f"; to follow it: {again}" if provision else ""))
        return
    if not remote.as_json:
        click.echo(f"{name} has begun ({made['id']})")
    sys.exit(watch_process(remote, made["id"], "provisioning", again))
