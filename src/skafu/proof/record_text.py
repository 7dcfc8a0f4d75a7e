"""The record of a proof in words: PROOF.md says what proof.json says."""

from collections.abc import Iterator, Sequence

from skafu.proof.checks import LEVELS, CheckResult, Problem
from skafu.proof.statement import Details, Statement

_SHOWN_PROBLEMS = 20
_MARKS = {"passed": "✓ passed", "failed": "✗ **failed**", "not_proven": "not proven"}
_LEFT_OUT = ("ignored", "ignored_in_stacks", "skipped")
"""Evidence of a check that says which rules it left out, and why."""
_LEVELS = {
    "model": "The blueprint, and whether the project was generated from it",
    "static": "The project, without running it",
    "tests": "The project's own tests",
    "deployed": "The system, deployed to a local AWS with IAM enforced, and driven",
}


def text_of(statement: Statement) -> str:
    """Give the whole of PROOF.md."""
    details = statement.predicate.skafu
    paragraphs = [
        f"# Proof of {details.system or 'a project'}",
        _headline(details),
        *_override(details),
        *_failures(details),
        *_levels(details),
        *_not_proven(details),
        *_changes(details),
        *_rules_not_applied(details),
        *_subject(statement),
    ]
    return "\n\n".join(paragraphs) + "\n"


def verdict_of(details: Details) -> str:
    """Give the verdict in one phrase: `PROVEN`, `PROVEN up to level static`, `NOT PROVEN`."""
    if not details.proven:
        return "NOT PROVEN"
    return "PROVEN" if details.level == LEVELS[-1] else f"PROVEN up to level {details.level}"


def _headline(details: Details) -> str:
    counts = {verdict: sum(check.verdict == verdict for check in details.checks) for verdict in _MARKS}
    when = details.finished_at.strftime("%Y-%m-%d %H:%M UTC")
    words = f"{counts['passed']} checks passed, {counts['failed']} failed"
    words += f"; {counts['not_proven']} things can't be shown here" if counts["not_proven"] else ""
    return f"**{verdict_of(details)}** · {when} · {details.seconds:.1f} s · Skafu {details.version}\n\n{words}."


def _override(details: Details) -> Iterator[str]:
    if details.override:
        taken = details.override
        yield f"> Taken over unproven by **{taken.name}** on {taken.at:%Y-%m-%d}: {taken.because}"


def _failures(details: Details) -> Iterator[str]:
    failed = [check for check in details.checks if check.verdict == "failed"]
    if failed:
        yield "## What failed"
        yield from (f"### {check.name}\n\n" + "\n".join(_listed(check.problems)) for check in failed)


def _listed(problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems[:_SHOWN_PROBLEMS]:
        where = f"`{problem.file}{f':{problem.line}' if problem.line else ''}` " if problem.file else ""
        element = f" (from `{problem.element}`)" if problem.element else ""
        fix = f" → {problem.fix}" if problem.fix else ""
        yield f"- {where}{_line(problem.message)}{element}{fix}"
    if len(problems) > _SHOWN_PROBLEMS:
        yield f"- and {len(problems) - _SHOWN_PROBLEMS} more in `proof.json`"


def _levels(details: Details) -> Iterator[str]:
    yield "## What was checked"
    for level in LEVELS:
        checks = [check for check in details.checks if check.level == level and check.verdict != "not_proven"]
        if checks:
            yield f"### {_LEVELS[level]}"
            yield "\n".join(_table(checks))
    not_run = LEVELS[LEVELS.index(details.level) + 1 :]
    if not_run:
        yield f"Not asked for: {', '.join(not_run)}."


def _table(checks: Sequence[CheckResult]) -> Iterator[str]:
    yield "| Check | Verdict | Seconds | What was seen | Tool |"
    yield "|---|---|--:|---|---|"
    for check in checks:
        cells = (f"`{check.name}`", _MARKS[check.verdict], f"{check.seconds:.2f}", _line(check.summary), check.tool)
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _not_proven(details: Details) -> Iterator[str]:
    open_questions = [check for check in details.checks if check.verdict == "not_proven"]
    if not open_questions:
        return
    yield "## What is not proven"
    yield "A local AWS can't show these; none of them counts as passed."
    lines = []
    for check in open_questions:
        lines.append(f"- {_line(check.summary)}")
        lines += [f"  {entry}" for entry in _listed(check.problems)]
    yield "\n".join(lines)


def _changes(details: Details) -> Iterator[str]:
    if details.changed_for_proof:
        yield "## What the stage `proof` changes"
        yield "So that nobody waits hours for a proof, these values differ from those of `prod`."
        rows = ["| Value | In the proof | In `prod` | Stack |", "|---|---|---|---|"]
        rows += [f"| {one.name} | {one.proof} | {one.prod} | `{one.stack}` |" for one in details.changed_for_proof]
        yield "\n".join(rows)


def _rules_not_applied(details: Details) -> Iterator[str]:
    rules = {rule: reason for check in details.checks for key in _LEFT_OUT for rule, reason in _entries(check, key)}
    if rules:
        yield "## Rules that were not applied"
        yield "\n".join(f"- `{rule}`: {reason}" for rule, reason in sorted(rules.items()))


def _entries(check: CheckResult, key: str) -> list[tuple[str, str]]:
    return [(rule, _line(str(reason))) for rule, reason in dict(check.evidence.get(key, {})).items()]


def _subject(statement: Statement) -> Iterator[str]:
    details = statement.predicate.skafu
    yield "## What this is about"
    lines = [
        f"- {len(statement.subject)} files, each with its SHA-256 in `proof.json`",
        f"- blueprint `skafu.yaml`: `{details.blueprint_digest}`",
    ]
    if details.template:
        lines.append(f"- template `{details.template}`: `{details.template_digest}`")
    lines.append(f"- made on Python {details.machine.get('python', '?')}, {details.machine.get('platform', '?')}")
    yield "\n".join(lines)
    yield "`skafu prove . --verify` says whether these files are still the ones that were proven."


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
