"""`skafu template check`: say everything that is wrong with a template."""

import random
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
import msgspec

from skafu.catalog import SYSTEM
from skafu.entrypoints.cli.check_command import COLOURS, counts
from skafu.entrypoints.cli.render.answers import given_answers
from skafu.entrypoints.cli.template.reading import read_template
from skafu.scaffold import Place, Value
from skafu.scaffold.checking import LIMIT, Finding, Report, check_template
from skafu.workspace.sources import Source

_SAMPLE = "note: this template takes a resolved blueprint as its answers; it is checked with that of a small system"


@click.command()
@click.argument("source")
@click.option("--data", multiple=True, metavar="NAME=VALUE", help="An answer that stands in every rendering.")
@click.option("--data-file", multiple=True, type=click.Path(path_type=Path), help="A YAML or JSON file with answers.")
@click.option("--at", metavar="TAG", help="Tag, branch or commit of a git repository; HEAD for the newest.")
@click.option("--directory", default="", metavar="PATH", help="Folder of the source where the template starts.")
@click.option("--format", "kind", type=click.Choice(["copier", "cookiecutter"]), help="When the source holds both.")
@click.option(
    "--combinations",
    "limit",
    default=LIMIT,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many combinations of answers are rendered at most.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(**options: object) -> None:
    """Check the template SOURCE: a folder, a git repository, a zip, or a name of the catalog.

    Its manifest, questions, names, paths, size and code; and it is rendered with all combinations of answers, or, when
    they are many, with so many that every two answers meet. What comes out as Python, YAML, JSON or TOML must be that.
    No code of the template runs, and one from a git address or a zip is checked in a process without network or rights.

    Exit code 0: no errors; 1: errors; 2: there is no such template, or wrong usage.
    """
    _check(**options)  # type: ignore[arg-type] # click gives what the options above say


def _check(
    source: str,
    data: tuple[str, ...],
    data_file: tuple[Path, ...],
    at: str | None,
    directory: str,
    kind: str | None,
    limit: int,
    as_json: bool,  # noqa: FBT001 - by name, as click gives it
) -> None:
    found = read_template(source, at=at, directory=directory, kind=kind)
    answers = given_answers(data, data_file)
    is_sample = found.address == f"skafu:{SYSTEM}" and not answers
    if is_sample:
        from skafu.bootstrap import sample_answers

        click.echo(_SAMPLE, err=True)
        answers = sample_answers()
    report = _report(found, answers, kind, limit)
    if is_sample:
        # Which files a single system has says nothing about those that other systems have.
        report = replace(report, findings=tuple(one for one in report.findings if one.code != "unreachable"))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(report), indent=2))
    else:
        _tell(report, source)
    sys.exit(1 if report.errors else 0)


def _report(found: Source, answers: Mapping[str, Value], kind: str | None, limit: int) -> Report:
    """Check the user's own templates here, and those of strangers in a worker."""
    if found.is_own:
        return check_template(found.files, kind=kind, answers=answers, place=_place(found), limit=limit)
    from skafu.entrypoints.cli.strangers import worker

    with worker(for_check=True) as pool:
        return pool.check(found.files, kind=kind, answers=answers, place=_place(found), limit=limit)


def _place(source: Source) -> Place:
    """A place as good as any: nothing is written there."""
    return Place(
        source=source.address,
        commit=source.commit,
        commit_hash=source.commit_hash,
        destination="/checked",
        now=datetime.now().astimezone(),
        dice=random.Random,
    )


def _tell(report: Report, source: str) -> None:
    for one in report.findings:
        _say(one, source)
    for coverage in report.coverages:
        click.echo(str(coverage))
    click.echo(f"{source}: {counts(report.findings)}")


def _say(finding: Finding, source: str) -> None:
    place = finding.file or source
    if finding.line:
        place += f":{finding.line}"
    severity = click.style(finding.severity, fg=COLOURS[finding.severity])
    click.echo(f"{place}: {severity} [{finding.code}] {finding.message}")
    if finding.fix:
        click.echo(f"    fix: {finding.fix}")
