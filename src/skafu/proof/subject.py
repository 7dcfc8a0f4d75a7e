"""What one proof is about, and what its checks work with."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skafu.proof.checks import CheckResult, Level, Problem, Verdict
from skafu.proof.runs import Runs
from skafu.proof.toolbox import Toolbox


@dataclass(frozen=True)
class Subject:
    """A copy of a project, which checks may spoil.

    Attributes:
        root: the folder with the copy.
        out: a folder for what tools write.
        files: path and SHA-256 of each file.
        toolbox: the tools.
        runs: runs them.
    """

    root: Path
    out: Path
    files: Mapping[str, str]
    toolbox: Toolbox
    runs: Runs

    def matching(self, *suffixes: str) -> list[str]:
        """Give the paths of the files with one of some endings."""
        return [path for path in self.files if path.endswith(suffixes)]


@dataclass
class Timed:
    """Makes the results of a check, whose time runs from here."""

    name: str
    level: Level
    tool: str = ""
    begun: float = field(default_factory=time.monotonic)

    def result(
        self, summary: str, problems: Iterable[Problem] = (), evidence: Mapping[str, Any] | None = None
    ) -> CheckResult:
        """Give the result: failed if there is a problem.

        Args:
            summary: one line for people, when it passed; a failed one says how many problems there are.
            problems: why it failed.
            evidence: what a reader can check again.
        """
        found = tuple(problems)
        verdict: Verdict = "failed" if found else "passed"
        seconds = time.monotonic() - self.begun
        said = _counted(found) if found else summary
        return CheckResult(self.name, self.level, verdict, seconds, said, self.tool, found, dict(evidence or {}))


def _counted(problems: tuple[Problem, ...]) -> str:
    where = {problem.file for problem in problems if problem.file}
    words = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return f"{words} in {len(where)} files" if len(where) > 1 else f"{words}: {problems[0].message.splitlines()[0]}"
