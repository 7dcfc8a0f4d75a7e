"""`skafu update`: bring a project up to date with its template, its answers or its blueprint."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import click

from skafu.entrypoints.cli.update.planning import Wishes, plan_for, require_project
from skafu.entrypoints.cli.update.telling import Told, as_json_text, summary, tell
from skafu.kernel.errors import Conflict, Invalid, Refused
from skafu.workspace.git_process import require_git
from skafu.workspace.project_folder import alone, recover
from skafu.workspace.updating import (
    Prospect,
    abort,
    apply,
    apply_trusted,
    commit_to_branch,
    copier_project,
    prospect,
    refuse_unfinished,
    repository_of,
)

NOT_DONE = 1


@dataclass(frozen=True)
class Options:
    """What was said on the command line."""

    project: Path
    to: str | None
    data: tuple[str, ...]
    data_file: tuple[Path, ...]
    answers_file: str | None
    blueprint: Path | None
    preview: bool
    branch: str | None
    abort: bool
    prove: bool
    trust: bool
    as_json: bool

    @property
    def wishes(self) -> Wishes:
        """What is to change."""
        return Wishes(self.to, self.data, self.data_file, self.answers_file, self.blueprint, self.trust)

    def refuse_contradictions(self) -> None:
        """Refuse options that have no meaning together."""
        given = (
            self.to,
            self.data,
            self.data_file,
            self.answers_file,
            self.blueprint,
            self.preview,
            self.branch,
            self.trust,
        )
        if self.abort and (any(given) or self.prove):
            raise Invalid("--abort goes back from the last update and takes no further options but --json")
        if self.trust and self.branch is not None:
            raise Invalid("--trust runs code in the working tree, and --branch leaves that alone", fix="leave one out")
        if self.preview and self.prove:
            raise Invalid("--preview writes nothing that could be proven", fix="leave one of the two out")
        if self.blueprint is not None and (self.to or self.data or self.data_file or self.answers_file):
            raise Invalid("a blueprint takes no version and no answers", fix="leave --blueprint or the others out")


@click.command()
@click.argument("project", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", metavar="VERSION", help="Tag, branch or commit of the template; else its latest release.")
@click.option("--data", multiple=True, metavar="NAME=VALUE", help="An answer that changes; may be repeated.")
@click.option("--data-file", multiple=True, type=click.Path(path_type=Path), help="A YAML or JSON file with answers.")
@click.option("--answers-file", metavar="FILE", help="The answers file, where a project has several.")
@click.option("--blueprint", type=click.Path(path_type=Path, dir_okay=False), help="Another blueprint to follow.")
@click.option("--preview", is_flag=True, help="Show files, differences and conflicts, and write nothing.")
@click.option("--branch", metavar="NAME", help="Commit the result to a new branch; the working tree stays as it is.")
@click.option("--abort", is_flag=True, help="Go back to how everything was before the last update.")
@click.option("--prove", is_flag=True, help="Prove the result, when it has no conflicts.")
@click.option("--trust", is_flag=True, help="Run migrations and tasks of the template: code of whoever wrote it.")
@click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON.")
def command(**given: object) -> int:
    """Bring the project in the folder DIR up to date, without losing an edit.

    Projects of Skafu follow their blueprint and the template of this Skafu; projects of Copier follow the template
    in their answers file. What was edited is merged; where both sides changed the same lines, both are shown.
    Migrations and tasks of a template are shown, and run only with --trust; --abort undoes what they did to files.

    Exit code 0: done; 1: there are conflicts, or it was refused; 2: wrong usage, or something is missing.
    """
    options = Options(**given)  # type: ignore[arg-type] # click gives what the options above say
    options.refuse_contradictions()
    require_project(options.project)
    require_git()
    if options.abort:
        return _abort(options)
    if options.preview:
        return _say(options, Told(_prospect(options), "preview"))
    with alone(options.project):
        if recover(options.project) and not options.as_json:
            click.echo(f"{options.project}: an update that was interrupted is finished now")
        told = _carry_out(_prospect(options), options)
    return _prove(options, told) if options.prove else _say(options, told)


def _prospect(options: Options) -> Prospect:
    repository = repository_of(options.project)
    if options.branch is None:
        refuse_unfinished(options.project)
    elif repository is None:
        raise Conflict(f"{options.project} is in no git repository", fix="leave --branch out, or git init and commit")
    else:
        repository.refuse_branch(options.branch)
    plan = plan_for(options.project, options.wishes)
    if options.prove and plan.kind != "skafu":
        raise Refused(f"{options.project} was not generated by Skafu and can't be proven", fix="leave --prove out")
    return prospect(options.project, plan, repository, committed=options.branch is not None)


def _carry_out(found: Prospect, options: Options) -> Told:
    branch = options.branch
    if not found.changes:
        return Told(found, "up-to-date")
    if options.trust:
        return Told(_trusted(found, options), "updated")
    if branch is not None:
        return Told(found, "branch", branch, commit_to_branch(found, branch))
    apply(found)
    return Told(found, "updated")


def _trusted(found: Prospect, options: Options) -> Prospect:
    """Run what the template wants to run, around a merge with what is there after its first migrations."""
    former = copier_project(options.project, options.answers_file)

    def again() -> Prospect:
        plan = plan_for(options.project, options.wishes, former)
        return prospect(options.project, plan, repository_of(options.project))

    with _output_aside() if options.as_json else nullcontext():
        return apply_trusted(found, again)


@contextmanager
def _output_aside() -> Iterator[None]:
    """Let what commands print go to where errors go: the output is for a program."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _say(options: Options, told: Told) -> int:
    if options.as_json:
        click.echo(as_json_text(told))
    else:
        tell(told, differences=options.preview)
        if told.state in {"updated", "branch"} and told.prospect.plan.message:
            click.echo(told.prospect.plan.message.rstrip())
        click.echo(summary(told, options.project))
    return NOT_DONE if told.prospect.merge.conflicts else 0


def _prove(options: Options, told: Told) -> int:
    from skafu.entrypoints.cli.update.proving import prove_result

    if not options.as_json:
        _say(options, told)
    if told.prospect.merge.conflicts:
        click.echo("not proven: there are conflicts to decide about first", err=True)
    else:
        told = replace(told, proven=prove_result(told.prospect, on_branch=bool(told.branch), quiet=options.as_json))
    if options.as_json:
        click.echo(as_json_text(told))
    return 0 if told.proven else NOT_DONE


def _abort(options: Options) -> int:
    folder = options.project
    with alone(folder):
        recover(folder)
        repository = repository_of(folder)
        edited = abort(folder, head=repository.head if repository else "")
    if options.as_json:
        click.echo(json.dumps({"project": str(folder), "state": "aborted", "kept_aside": list(edited)}, indent=1))
        return 0
    click.echo(f"{folder}: everything is as it was before the update")
    for path in edited:
        click.echo(f"  edited since, and kept in .skafu/aborted/{path}")
    return 0
