"""Runs the curated checks of checkov over the translated stacks."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.static.security_checks import CHECKS, QUEUES_ARE_ENCRYPTED, SKIPPED
from skafu.proof.static.stacks import Translated
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import ask

CHECK = "static.checkov"


def check_security(subject: Subject, translated: Translated) -> list[CheckResult]:
    """Check what the stacks become; a project without stacks has failed elsewhere."""
    subject.toolbox.python("checkov")
    timed = Timed(CHECK, "static", f"checkov {subject.toolbox.version('checkov')}")
    folder = subject.out / "translated"
    folder.mkdir(exist_ok=True)
    names = {f"{place}.json": name for place, name in enumerate(sorted(translated.stacks))}
    for file, name in names.items():
        (folder / file).write_text(json.dumps(translated.stacks[name], indent=1))
    answer = ask(subject, "checkov", "security.py", {"folder": str(folder), "checks": list(CHECKS)})
    evidence = {"checks": sorted(CHECKS), "skipped": SKIPPED, "passed": answer["passed"]}
    problems = [*_problems(answer, names, translated), *_open_queues(translated)]
    summary = f"{len(CHECKS)} kinds of check, {answer['passed']} passed, {len(SKIPPED)} kinds skipped with a reason"
    return [timed.result(summary, problems, evidence)]


def _problems(answer: Mapping[str, Any], names: Mapping[str, str], translated: Translated) -> Iterator[Problem]:
    for found in answer["failed"]:
        name = names[found["file"]]
        line = translated.sources[name].line_of(found["resource"])
        yield Problem(
            f"{found['check']}: {found['resource']}: {found['name']}", name, line, fix=_wanted(found["check"])
        )
    for file in answer["unreadable"]:
        yield Problem("checkov can't read what this stack becomes", names[file])


def _open_queues(translated: Translated) -> Iterator[Problem]:
    for name, stack in sorted(translated.stacks.items()):
        for logical_id, resource in stack.get("Resources", {}).items():
            properties = resource.get("Properties") or {}
            encrypted = properties.get("KmsMasterKeyId") or properties.get("SqsManagedSseEnabled")
            if resource.get("Type") == "AWS::SQS::Queue" and encrypted in (None, False, "false"):
                line = translated.sources[name].line_of(logical_id)
                yield Problem(f"{logical_id}: {QUEUES_ARE_ENCRYPTED}", name, line, fix="Set SqsManagedSseEnabled.")


def _wanted(check: str) -> str:
    return f"See to it that {CHECKS[check]}." if check in CHECKS else ""
