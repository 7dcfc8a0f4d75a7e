"""Starts the load generator, and reads what it saw."""

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from benchmarks.figures import ROOT

MOST = 1800.0
"""Seconds that a load may take, whatever it was told."""


def driven(kind: str, **told: object) -> dict[str, Any]:
    """Let a load be put on a server."""
    argv = [sys.executable, "-m", "benchmarks.platform.load"]
    done = subprocess.run(
        argv,
        input=json.dumps({"kind": kind, **told}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=MOST,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def share(values: Sequence[float], hundredth: int) -> float:
    """The value that so many hundredths do not exceed."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[hundredth - 1]
