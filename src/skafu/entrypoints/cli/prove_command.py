"""`skafu prove`: prove a project, or compare it with the record of its proof."""

import json
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from skafu.proof.checks import LEVELS, CheckResult, Level, Problem
from skafu.proof.progress import Preparing, Started, Step

if TYPE_CHECKING:
    from skafu.proof.kept import Kept
    from skafu.proof.proof import Proof
    from skafu.proof.verification import Verification

MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "not_proven": ("·", "yellow")}
SHOWN_PROBLEMS = 10
SHOWN_LINES = 6
NOT_PROVEN = 1


@click.command()
@click.argument("project", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--level", type=click.Choice(LEVELS), default=LEVELS[-1], show_default=True, help="How far to go.")
@click.option("--json", "as_json", is_flag=True, help="Print the record as JSON instead of a line per check.")
@click.option("--keep", is_flag=True, help="Leave the deployed system up until Ctrl-C, and say how to call it.")
@click.option("--verify", is_flag=True, help="Only say whether the files are still the ones that were proven.")
def command(project: Path, *, level: Level, as_json: bool, keep: bool, verify: bool) -> int:
    """Prove that the project in the folder DIR does what its blueprint says.

    The project is checked, tested, deployed to a local AWS and driven there. The record goes to proof.json and
    PROOF.md in the folder. Exit code 0: proven; 1: not proven; 2: wrong usage, or something is missing here.
    """
    if verify:
        return _verify(project, as_json=as_json)
    from skafu.proof.runner import prove

    signal.signal(signal.SIGTERM, _interrupt)
    heard = _quiet if as_json else say
    proof = prove(project, level=level, progress=heard, keep=keep)
    try:
        report(project, proof, as_json=as_json)
        if proof.kept:
            _show_kept(proof.kept, to_errors=as_json)
            _wait()
    finally:
        if proof.kept:
            proof.kept.stop()
    return 0 if proof.proven else NOT_PROVEN


def say(step: Step) -> None:
    """Print a line per check, with its time, and what went wrong."""
    if isinstance(step, Preparing):
        _print(f"  … {step.tool}: {'built once on this machine' if step.state == 'building' else 'ready'}", dim=True)
    elif not isinstance(step, Started):
        _print_result(step)


def _quiet(step: Step) -> None:
    """Say nothing: the output is for a program."""
    del step


def _print(text: str, *, color: str | None = None, dim: bool = False) -> None:
    click.secho(text, fg=color, dim=dim)
    sys.stdout.flush()


def _print_result(result: CheckResult) -> None:
    mark, color = MARKS[result.verdict]
    words = " ".join(result.summary.split())
    if result.verdict == "not_proven":
        _print(f"  {mark} not proven: {words}", color=color)
        return
    _print(f"  {mark} {result.name:<24} {result.seconds:6.2f} s  {words[:160]}", color=color)
    if result.verdict == "failed":
        for problem in result.problems[:SHOWN_PROBLEMS]:
            _print_problem(problem)
        if more := len(result.problems) - SHOWN_PROBLEMS:
            _print(f"      and {more} more in PROOF.md") if more > 0 else None


def _print_problem(problem: Problem) -> None:
    where = f"{problem.file}{f':{problem.line}' if problem.line else ''}: " if problem.file else ""
    first, *more = (problem.message.splitlines() or [""])[:SHOWN_LINES]
    _print(f"      {where}{first}")
    for line in more:
        _print(f"        {line}")
    if problem.element:
        _print(f"        comes from {problem.element}", dim=True)
    if problem.fix:
        _print(f"        fix: {' '.join(problem.fix.split())}", dim=True)


def report(project: Path, proof: "Proof", *, as_json: bool = False) -> None:
    """Print the verdict and where the record stands, or the record itself as JSON."""
    from skafu.proof.record import encoded, statement_of
    from skafu.proof.record_text import verdict_of

    statement = statement_of(proof)
    if as_json:
        click.echo(encoded(statement), nl=False)
        return
    passed = sum(result.verdict == "passed" for result in proof.results)
    counts = f"{passed} checks passed, {len(proof.failed)} failed, {len(proof.not_proven)} things can't be shown here"
    verdict = verdict_of(statement.predicate.skafu)
    _print(f"\n{verdict} in {proof.seconds:.1f} s: {counts}", color="green" if proof.proven else "red")
    _print(f"record: {project / 'proof.json'}, in words: {project / 'PROOF.md'}")


def _show_kept(kept: "Kept", *, to_errors: bool) -> None:
    lines = [
        f"\nThe system answers at {kept.address}",
        f"AWS services answer at {kept.endpoint} (access key {kept.account}, any secret)",
        *(f"\ntoken of {token.user} ({token.role or 'no role'}):\n{token.token}" for token in kept.tokens),
        *(f"\n{call.route}\n{call.curl}" for call in kept.calls),
        "\nTokens live as long as the user pool says. The system stays up until Ctrl-C.",
    ]
    for line in lines:
        click.echo(line, err=to_errors)


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("ended", err=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _verify(project: Path, *, as_json: bool) -> int:
    from skafu.proof.verification import verify

    verification = verify(project)
    if as_json:
        import msgspec

        click.echo(json.dumps(msgspec.to_builtins(verification), indent=1))
    else:
        _print_verification(verification)
    return 0 if verification.state == "fresh" else NOT_PROVEN


def _print_verification(verification: "Verification") -> None:
    _print(verification.message, color="green" if verification.state == "fresh" else "red")
    for word in ("changed", "added", "removed"):
        for path in getattr(verification, word):
            _print(f"  {word:<8} {path}")
    if verification.override:
        taken = verification.override
        _print(f"taken over unproven by {taken.name} on {taken.at:%Y-%m-%d}: {taken.because}", color="yellow")
