"""Small projects and proofs for tests of the proof."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from skafu.proof.checks import CheckResult, Level
from skafu.proof.project_files import digests_of
from skafu.proof.proof import Proof
from skafu.proof.runs import Runs
from skafu.proof.subject import Subject
from skafu.proof.toolbox import Toolbox

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def written(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
    return root


def subject_of(root: Path, out: Path) -> Subject:
    """A project as the checks see it, with this user's tools."""
    out.mkdir(exist_ok=True)
    return Subject(root, out, digests_of(root), Toolbox.default(), Runs())


def proof_of(root: Path, *results: CheckResult, level: Level = "deployed") -> Proof:
    """A proof of the files in a folder, with given results."""
    return Proof("todo", level, results, digests_of(root), NOON, 12.5)


def result(name: str, *, failed: bool = False, level: Level = "static") -> CheckResult:
    """What some check said."""
    return CheckResult(name, level, "failed" if failed else "passed", 0.5, "seen", tool="tool 1.0")
