"""One check under way: what it did, what went wrong, and what it could not reach."""

import threading
import time
from collections import Counter
from typing import Any

from skafu.proof.checks import CheckResult, Problem

SHOWN_PROBLEMS = 25


class Trial:
    """Collects what a check sees; may be shared between threads."""

    def __init__(self, name: str) -> None:
        """Begin a check.

        Args:
            name: `deployed.access`, ...
        """
        self.name = name
        self._problems: list[Problem] = []
        self._gaps: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._evidence: dict[str, Any] = {}
        self._begun = time.monotonic()
        self._guard = threading.Lock()

    def count(self, what: str, number: int = 1) -> None:
        """Count something that was done: `requests`, `cases`."""
        with self._guard:
            self._counts[what] += number

    def record(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Keep a plain value as evidence."""
        with self._guard:
            self._evidence[key] = value

    def problem(self, message: str, element: str = "", *, file: str = "", fix: str = "") -> None:
        """Say what was seen, what was expected, and of which element of the blueprint."""
        with self._guard:
            self._problems.append(Problem(message=message, element=element, file=file, fix=fix))

    def gap(self, message: str, element: str = "") -> None:
        """Say what could not be driven: it is neither passed nor failed."""
        gap = Problem(message=f"{self.name}: {message}", element=element)
        with self._guard:
            if gap not in self._gaps:
                self._gaps.append(gap)

    @property
    def gaps(self) -> tuple[Problem, ...]:
        """What could not be driven."""
        return tuple(self._gaps)

    @property
    def failed(self) -> bool:
        """Whether there is a problem so far."""
        return bool(self._problems)

    def result(self) -> CheckResult:
        """Give the check's result as it stands now."""
        counted = ", ".join(f"{number} {what}" for what, number in self._counts.items())
        summary = f"{len(self._problems)} problems; {counted}" if self._problems else counted
        problems = self._problems[:SHOWN_PROBLEMS]
        if more := len(self._problems) - SHOWN_PROBLEMS:
            problems += [Problem(f"... and {more} more")] if more > 0 else []
        return CheckResult(
            name=self.name,
            level="deployed",
            verdict="failed" if self._problems else "passed",
            seconds=round(time.monotonic() - self._begun, 2),
            summary=summary or "nothing to drive",
            problems=tuple(problems),
            evidence={**self._counts, **self._evidence},
        )
