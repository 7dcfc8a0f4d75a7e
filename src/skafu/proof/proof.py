"""A proof: what was seen of a project, and what may be said about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from skafu.blueprint.lock import Lock
from skafu.proof.checks import CheckResult, Level
from skafu.proof.kept import Kept
from skafu.proof.proof_stage import Change


@dataclass(frozen=True)
class Proof:
    """The results of all checks of one project.

    Attributes:
        system: name of the system; empty when the blueprint can't be read.
        level: how far it went.
        results: what each check said.
        files: path and SHA-256 of each file that it is about.
        finished_at: when it ended (UTC).
        seconds: wall time.
        lock: what the project was generated from, if that is known.
        changes: parameters that the stage `proof` changes.
        kept: the running system, when it was to be kept.
    """

    system: str
    level: Level
    results: tuple[CheckResult, ...]
    files: Mapping[str, str]
    finished_at: datetime
    seconds: float
    lock: Lock | None = None
    changes: tuple[Change, ...] = ()
    kept: Kept | None = field(default=None, compare=False)

    @property
    def proven(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[CheckResult, ...]:
        """The checks that failed."""
        return tuple(result for result in self.results if result.verdict == "failed")

    @property
    def not_proven(self) -> tuple[CheckResult, ...]:
        """What a local AWS can't show."""
        return tuple(result for result in self.results if result.verdict == "not_proven")
