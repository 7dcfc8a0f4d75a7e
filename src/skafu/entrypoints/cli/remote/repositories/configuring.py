"""`skafu repositories configure` and `secret`."""

from typing import Any, Final

import click

from skafu.entrypoints.cli.remote.asking import whole_secret
from skafu.entrypoints.cli.remote.remote import Remote, matched, remote_command
from skafu.kernel.errors import Invalid

AT: Final = "/repositories"


@click.command("configure")
@click.argument("repository")
@click.option("--protect", is_flag=True, help="Guard the main branch; the options of protection imply it.")
@click.option("--check", "checks", multiple=True, help="A check that must pass before a merge.")
@click.option("--approvals", type=click.IntRange(0, 6), default=0, help="People who must approve a pull request.")
@click.option("--admins-too", is_flag=True, help="Let the protection hold for administrators.")
@click.option("--variable", "variables", multiple=True, metavar="NAME=VALUE", help="Workflows read it; no secret.")
@matched
@remote_command
def configure_repository(remote: Remote, repository: str, *, if_match: str | None, **options: Any) -> None:  # noqa: ANN401
    """Protect the main branch, and set variables; what is not named stays as it is."""
    protection = {name: options[name] for name in ("approvals", "admins_too")} | {"checks": list(options["checks"])}
    body = {
        "protection": protection if options["protect"] or any(protection.values()) else None,
        "variables": dict(_variable(each) for each in options["variables"]),
    }
    if not any(body.values()):
        raise Invalid("there is nothing to configure", fix="give --protect, --check or --variable NAME=VALUE")
    found = remote.client.change("PUT", f"{AT}/{repository}/configuration", body, if_match=if_match).data
    remote.said(found, f"{found['name']} is being configured")


@click.command("secret")
@click.argument("repository")
@click.argument("name")
@remote_command
def set_secret(remote: Remote, repository: str, name: str) -> None:
    """Set the secret NAME for workflows. Its value is asked for, or all that is piped in; it is kept nowhere here."""
    found = remote.client.change("PUT", f"{AT}/{repository}/secrets/{name}", {"value": whole_secret(name)}).data
    remote.said(found, f"{found['name']} has the secret {name}")


def _variable(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not name or not found:
        raise Invalid(f"--variable {text!r} is not NAME=VALUE")
    return name, value
