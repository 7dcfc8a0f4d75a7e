"""Checks all stacks: cfn-lint without error or warning, and SAM's translation, whose result other checks look at."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.local_aws.stack_files import Stack
from skafu.proof.static.stack_sources import StackSource
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import ask

LINT, TRANSLATION = "static.cfn-lint", "static.sam"

IGNORED = {
    "W3002": "nested stacks and code are local files until they are packaged, which the proof and the pipeline do",
}
"""Rules of cfn-lint that are not applied, each with the reason."""

_SEVERITIES = frozenset({"error", "warning"})


@dataclass(frozen=True)
class Translated:
    """The stacks as CloudFormation gets them.

    Attributes:
        sources: the stack files by name.
        stacks: what they become, by name; the ones that can't be translated are missing.
    """

    sources: Mapping[str, StackSource]
    stacks: Mapping[str, Stack] = field(default_factory=dict)


def check_stacks(
    subject: Subject, sources: Sequence[StackSource], unreadable: Sequence[Problem], region: str
) -> tuple[list[CheckResult], Translated]:
    """Lint and translate all stacks in one process.

    Args:
        subject: what is proven.
        sources: its stacks.
        unreadable: stack files that can't be read.
        region: where the system is to run, for example `eu-west-1`.

    Returns:
        The results of both checks, and the translated stacks.
    """
    subject.toolbox.python("cfn-lint")
    lint = Timed(LINT, "static", f"cfn-lint {subject.toolbox.version('cfn-lint')}")
    sam_version = subject.toolbox.version("cfn-lint", "aws-sam-translator")
    translation = Timed(TRANSLATION, "static", f"aws-sam-translator {sam_version}")
    request = {
        "region": region,
        "ignore": list(IGNORED),
        "paths": {source.name: str(source.path) for source in sources},
        "stacks": {source.name: source.stack for source in sources},
    }
    answer = ask(subject, "cfn-lint", "stacks.py", request)
    translation.begun = time.monotonic() - answer["translate_seconds"]
    lint.begun += answer["translate_seconds"]
    by_name = {source.name: source for source in sources}
    evidence = {"stacks": sorted(by_name), "ignored": IGNORED, "ignored_in_stacks": _ignored_in(sources)}
    linted = lint.result(f"{len(sources)} stacks", [*unreadable, *_lint_problems(answer["findings"])], evidence)
    problems = [*unreadable, *_translation_problems(by_name, answer["errors"])]
    if not sources:
        problems = [Problem("there is no stack", fix="A project needs a stack.yaml at its top.")]
    resources = sum(len(stack.get("Resources", {})) for stack in answer["translated"].values())
    summary = f"{len(sources)} stacks become {resources} resources"
    return [linted, translation.result(summary, problems)], Translated(by_name, answer["translated"])


def _lint_problems(findings: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    for found in findings:
        if found["severity"] in _SEVERITIES:
            yield Problem(f"{found['rule']}: {found['message']}", found["file"], found["line"])


def _ignored_in(sources: Sequence[StackSource]) -> dict[str, list[str]]:
    """Give the rules that stacks switch off by themselves."""
    found = {}
    for source in sources:
        settings = source.stack.get("Metadata", {}).get("cfn-lint", {}).get("config", {})
        if settings.get("ignore_checks"):
            found[source.name] = list(settings["ignore_checks"])
    return found


def _translation_problems(sources: Mapping[str, StackSource], errors: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    for name, messages in errors.items():
        for message in messages:
            culprits = (own for own in sources[name].resources if f"[{own}]" in message)
            yield Problem(message, name, sources[name].line_of(next(culprits, "")))
