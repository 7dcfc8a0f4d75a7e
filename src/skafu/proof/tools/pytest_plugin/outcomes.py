"""A pytest plugin that writes what became of each test to the file in `OUTCOMES_FILE`, one JSON object per line."""

import json
import os
from pathlib import Path
from typing import Any

Report = Any


def pytest_runtest_logreport(report: Report) -> None:
    """Note a test that has ended, and a set-up or tear-down that went wrong."""
    if report.when != "call" and report.outcome == "passed":
        return
    _note(report.nodeid, report.outcome, report, str(report.location[0]), report.location[1])


def pytest_collectreport(report: Report) -> None:
    """Note a file that can't be collected."""
    if report.outcome == "failed":
        _note(report.nodeid, "failed", report, report.nodeid.partition("::")[0], None)


def _cause(said: str) -> str:
    """Of a printed traceback, give what pytest marks as the error."""
    marked = [line[1:].strip() for line in said.splitlines() if line.startswith("E ")]
    return "\n".join(marked) or said


def _note(test: str, outcome: str, report: Report, file: str, line: int | None) -> None:
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else _cause(str(report.longrepr or ""))
    entry = {"test": test, "outcome": outcome, "file": file, "line": (line or 0) + 1, "message": said[-2000:]}
    with Path(os.environ["OUTCOMES_FILE"]).open("a") as outcomes:
        outcomes.write(json.dumps(entry) + "\n")
