"""`skafu new`: from a description to a proven project."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skafu.bootstrap import project_of
from skafu.entrypoints.cli.descriptions import STANDARD_INPUT, description_of
from skafu.kernel.errors import Invalid
from skafu.workspace.project_folder import refuse_taken, write_new

if TYPE_CHECKING:
    from skafu.blueprint import Blueprint

NOT_PROVEN = 1


@click.command()
@click.argument("source", metavar="TEXT|FILE|-")
@click.option("--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new folder.")
@click.option("--yes", is_flag=True, help="Do not ask whether the plan is right.")
@click.option("--accept-unproven", metavar="NAME", help="Take the project over although it is not proven; recorded.")
@click.option("--because", metavar="TEXT", help="Why it is taken over unproven.")
def command(source: str, *, output: Path, yes: bool, accept_unproven: str | None, because: str | None) -> None:
    """Plan the system of a description, write its project, and prove it.

    The description is the text itself, a file, or standard input (-). Exit code 0: proven; 1: not proven, the folder
    stays; 2: wrong usage, or something is missing here.
    """
    from skafu.blueprint import read
    from skafu.planning import plan

    if bool(accept_unproven) != bool(because):
        raise Invalid("--accept-unproven and --because go together", fix="give a name and a reason")
    if source == STANDARD_INPUT and not yes:
        raise Invalid("nobody can be asked while the description comes from standard input", fix="add --yes")
    refuse_taken(output)
    made = plan(description_of(source))
    _show(made.blueprint, tuple(one.text for one in made.questions))
    click.secho(f"planned by {made.planner}\n", dim=True)
    if not yes and not click.confirm("Write and prove this system?", default=True):
        sys.exit(NOT_PROVEN)
    text = made.written()
    tree = project_of(read(text), text)
    write_new(tree, output)
    click.echo(f"\nWritten: {len(tree)} files in {output}\n")
    sys.exit(_prove(output, accept_unproven, because, open_questions=len(made.questions)))


def _show(blueprint: "Blueprint", questions: tuple[str, ...]) -> None:
    click.secho(f"{blueprint.name}: {blueprint.summary}", bold=True)
    for service in blueprint.services:
        click.echo(f"\n  service {service.name}")
        for aggregate in service.aggregates:
            click.echo(f"    {aggregate.name}")
            click.echo(f"      commands  {', '.join(one.name for one in aggregate.commands)}")
            click.echo(f"      events    {', '.join(one.name for one in aggregate.events)}")
        if service.queries:
            click.echo(f"    queries     {', '.join(one.name for one in service.queries)}")
        for policy in service.policies:
            click.echo(f"    when {policy.when} then {policy.then}")
        for call in service.calls:
            click.echo(f"    when {call.when} call {call.call}")
        for timer in service.timers:
            click.echo(f"    {_time(timer.when, timer.after or timer.at, timer.every)} then {timer.then}")
    for question in questions:
        click.secho(f"  ? {question}", fg="yellow")
    click.echo()


def _time(when: str | None, delay: str | None, every: str | None) -> str:
    return f"every {every}" if every else f"{delay} after {when}"


def _prove(output: Path, accept_unproven: str | None, because: str | None, *, open_questions: int) -> int:
    from skafu.entrypoints.cli.prove_command import report, say
    from skafu.proof.record import accept_unproven as accept
    from skafu.proof.runner import prove

    proof = prove(output, progress=say)
    if not proof.proven and accept_unproven and because:
        accept(output, name=accept_unproven, because=because)
        click.secho(f"taken over unproven by {accept_unproven}: {because}", fg="yellow")
    report(output, proof)
    if open_questions:
        what = "one question" if open_questions == 1 else f"{open_questions} questions"
        click.secho(f"\nThe description leaves {what} open: see the top of {output / 'skafu.yaml'}", fg="yellow")
    folder = shlex.quote(str(output))
    click.echo(
        f"\nNext: read {output / 'README.md'}; change {output / 'skafu.yaml'}, then\n"
        f"  skafu generate {folder}/skafu.yaml --output {folder} && skafu prove {folder}"
    )
    return 0 if proof.proven or accept_unproven else NOT_PROVEN
