"""The command `skafu`: finds the subcommand and turns errors into words and exit codes."""

import errno
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import click

from skafu import __version__
from skafu.entrypoints.cli.ending import end_like_ctrl_c
from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.lazy_group import LazyGroup
from skafu.kernel.errors import Conflict, Forbidden, Refused, SkafuError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "check": ("skafu.entrypoints.cli.check_command", "Check a blueprint: syntax, names, types, rules."),
    "generate": ("skafu.entrypoints.cli.generate_command", "Write the project of a blueprint, or update it."),
    "new": ("skafu.entrypoints.cli.new_command", "From a description to a proven project."),
    "plan": ("skafu.entrypoints.cli.plan_command", "Turn a description into a blueprint."),
    "prove": ("skafu.entrypoints.cli.prove_command", "Prove that a project does what its blueprint says."),
    "render": ("skafu.entrypoints.cli.render.command", "Fill in a template of Copier or Cookiecutter."),
    "update": ("skafu.entrypoints.cli.update.command", "Bring a project up to date without losing an edit."),
    "template": ("skafu.entrypoints.cli.template.command", "Make, check, document and find templates."),
    "store": ("skafu.entrypoints.cli.store.command", "Look after the store: its state, checks, backups, exports."),
    "up": ("skafu.entrypoints.cli.up_command", "Start the platform: API and workers."),
    "worker": ("skafu.entrypoints.cli.worker_command", "Do the work of a platform that runs elsewhere."),
    "login": ("skafu.entrypoints.cli.remote.login_command", "Sign in at a server."),
    "logout": ("skafu.entrypoints.cli.remote.logout_command", "Sign out at a server."),
    "whoami": ("skafu.entrypoints.cli.remote.whoami_command", "Say who is signed in at the server."),
    "projects": ("skafu.entrypoints.cli.remote.projects.command", "Of a server: begin, make, follow, take projects."),
    "templates": ("skafu.entrypoints.cli.remote.templates.command", "Of a server: upload and look after templates."),
    "runs": ("skafu.entrypoints.cli.remote.runs_command", "Of a server: look at generations and proofs."),
    "repositories": ("skafu.entrypoints.cli.remote.repositories.command", "Of a server: repositories."),
    "deployments": ("skafu.entrypoints.cli.remote.deployments_command", "Of a server: follow deployments."),
    "members": ("skafu.entrypoints.cli.remote.members_command", "Of a server: members and invitations."),
    "tokens": ("skafu.entrypoints.cli.remote.tokens_command", "Of a server: API tokens."),
    "audit": ("skafu.entrypoints.cli.remote.audit_command", "Of a server: who did what."),
    "alarms": ("skafu.entrypoints.cli.remote.alarms_command", "Of a server: alert rules and alerts."),
    "channels": ("skafu.entrypoints.cli.remote.channels_command", "Of a server: who is told of alerts."),
    "observe": ("skafu.entrypoints.cli.remote.observe_command", "Of a server: metrics, traces, logs, costs, health."),
    "analyses": ("skafu.entrypoints.cli.remote.analyses_command", "Of a server: analyses by agents."),
    "recommendations": ("skafu.entrypoints.cli.remote.recommendations_command", "Of a server: what analyses found."),
    "drafts": ("skafu.entrypoints.cli.remote.drafts_command", "Of a server: proposed blueprints."),
    "usage": ("skafu.entrypoints.cli.remote.usage_command", "Of a server: what agents used, and their budget."),
    "account": ("skafu.entrypoints.cli.remote.account_command", "Of a server: your name, password, data."),
    "sessions": ("skafu.entrypoints.cli.remote.sessions_command", "Of a server: where you are signed in."),
    "admin": ("skafu.entrypoints.cli.remote.admin_command", "Of a server: users, monitoring, metrics, for admins."),
    "dashboards": ("skafu.entrypoints.cli.remote.dashboards_command", "Of a server: metrics, shown together."),
    "installations": ("skafu.entrypoints.cli.remote.installations_command", "Of a server: accounts at GitHub."),
    "organisations": ("skafu.entrypoints.cli.remote.organisations_command", "Of a server: organisations and quotas."),
    "errors": ("skafu.entrypoints.cli.remote.errors_command", "Of a server: what failed."),
    "schema": ("skafu.entrypoints.cli.schema_command", "Print the JSON Schema of blueprints, for editors."),
}
"""Subcommand -> module that holds it as `command`, and its short help; modules are imported when they are run."""

DISK_SAYS_NO = {
    errno.ENOSPC: "free some space and run this again",
    errno.EDQUOT: "free some space and run this again",
    errno.EACCES: "choose a place that you may write to, or change its permissions",
    errno.EROFS: "choose a place that is not read-only",
}
"""What to do about errors that are nobody's mistake in the words of the command."""
NOT_DONE = 1
WRONG_USAGE = 2
INTERRUPTED = 130


class Commands(LazyGroup):
    """All commands."""

    modules = COMMANDS


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="skafu")
def skafu() -> None:
    """Describe a system in plain words, get a proven AWS serverless project."""


def run(arguments: "Sequence[str] | None" = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 1 not done, 2 wrong usage or environment."""
    end_like_ctrl_c()
    try:
        code = skafu.main(arguments, prog_name="skafu", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - `leave` raises again what is no error of a user
        leave(error)
    sys.exit(_after_flush(code if isinstance(code, int) else 0))


def leave(error: BaseException) -> NoReturn:
    """Say what went wrong, and leave with the exit code for it.

    Raises:
        BaseException: the error itself, when it is a fault of Skafu.
    """
    sys.exit(_after_flush(_code_of(error)))


def _code_of(error: BaseException) -> int:
    try:
        raise error
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as usage:
        usage.show()
        return WRONG_USAGE
    except SkafuError as known:
        _tell(known)
        return NOT_DONE if isinstance(known, (Conflict, Refused, Forbidden)) else WRONG_USAGE
    except BrokenPipeError:
        return NOT_DONE
    except OSError as disk:
        place = f"{disk.filename}: " if disk.filename else ""
        _say(f"{place}{disk.strerror or disk}", DISK_SAYS_NO.get(disk.errno or 0, ""))
        return WRONG_USAGE


def _after_flush(code: int) -> int:
    """Write out what is still buffered; whoever reads may have gone (`skafu schema | head`)."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or NOT_DONE
    return code


def _tell(error: SkafuError) -> None:
    """Say what is wrong: of a blueprint, everything that is."""
    findings = [one for one in getattr(error, "findings", ()) if one.is_error]
    for one in findings:
        click.secho(harmless(str(one)), err=True, fg="red")
        if one.fix:
            click.echo(f"  fix: {harmless(one.fix)}", err=True)
    if not findings:
        _say(error.message, error.fix)


def _say(message: str, fix: str = "") -> None:
    click.secho(f"error: {harmless(message)}", err=True, fg="red")
    if fix:
        click.echo(f"  fix: {harmless(fix)}", err=True)


if __name__ == "__main__":
    run()
