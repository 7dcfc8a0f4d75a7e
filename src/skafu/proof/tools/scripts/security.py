"""Runs chosen checks of checkov over translated stacks, in the tool environment `checkov`.

Reads from standard input: `{"folder": where the stacks stand as JSON files, "checks": [id, ...]}`. Writes
`{"failed": [{"check", "name", "file", "resource"}, ...], "passed": how many, "unreadable": [file, ...]}`.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any


def scan(folder: str, checks: list[str]) -> dict[str, Any]:
    """Give what checkov says."""
    runner = importlib.import_module("checkov.cloudformation.runner").Runner()
    chosen = importlib.import_module("checkov.runner_filter").RunnerFilter(
        framework=["cloudformation"], checks=checks, download_external_modules=False
    )
    report = runner.run(root_folder=folder, runner_filter=chosen)
    failed = [
        {
            "check": record.check_id,
            "name": record.check_name,
            "file": Path(record.file_path).name,
            "resource": record.resource.partition(".")[2],
        }
        for record in report.failed_checks
    ]
    unreadable = [Path(path).name for path in report.parsing_errors]
    return {"failed": failed, "passed": len(report.passed_checks), "unreadable": unreadable}


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(scan(asked["folder"], asked["checks"]), sys.stdout)
