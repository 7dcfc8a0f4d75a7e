"""`skafu check`: say everything that is wrong with a blueprint."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import click
import msgspec

from skafu.blueprint import BlueprintInvalid, Finding, check
from skafu.blueprint.codes import SYNTAX
from skafu.bootstrap import read_blueprint


class HasSeverity(Protocol):
    """A finding of whatever kind."""

    @property
    def severity(self) -> str:
        """How bad it is."""
        ...


COLOURS = {"error": "red", "warning": "yellow", "hint": "cyan"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(file: Path, *, as_json: bool) -> None:
    """Check the blueprint FILE: syntax, then names, types and rules; all findings at once.

    Exit code 0: no errors; 1: errors; 2: there is no such file.
    """
    findings = findings_of(file)
    errors = sum(1 for one in findings if one.severity == "error")
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode({"findings": findings}), indent=2))
    else:
        for one in findings:
            _say(one)
        later = "; names, types and rules are checked once the form is right" if _form_alone(findings) else ""
        click.echo(f"{file}: {counts(findings)}{later}")
    sys.exit(1 if errors else 0)


def findings_of(file: Path) -> tuple[Finding, ...]:
    """Everything that reading or checking a blueprint has to say."""
    try:
        return check(read_blueprint(file))
    except BlueprintInvalid as error:
        return error.findings


def _form_alone(findings: tuple[Finding, ...]) -> bool:
    """Whether the form is so wrong that nothing could be said of the meaning."""
    return bool(findings) and all(one.code in SYNTAX for one in findings)


def _say(finding: Finding) -> None:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    click.echo(
        f"{place}: {click.style(finding.severity, fg=COLOURS[finding.severity])} [{finding.code}] {finding.message}"
    )
    if finding.fix:
        click.echo(f"    fix: {finding.fix}")


def counts(findings: Sequence[HasSeverity]) -> str:
    """Say how many findings there are of each severity."""
    numbers = {name: sum(1 for one in findings if one.severity == name) for name in COLOURS}
    said = [f"{number} {name}{'s' if number != 1 else ''}" for name, number in numbers.items() if number]
    return ", ".join(said) or "no findings"
