"""What a function said last when it failed, for the problem that names it."""

import json
from collections.abc import Iterator
from typing import Any

from skafu.proof.driving.deployed import Clients

_MOST = 600


def last_error(clients: Clients, function: str) -> str:
    """Give the last error in the log of a function, in one line; empty where there is none.

    Args:
        clients: of the account.
        function: its name.
    """
    group = f"/aws/lambda/{function}"
    try:
        events = clients.logs.filter_log_events(logGroupName=group)["events"]
    except clients.logs.exceptions.ResourceNotFoundException:
        return ""
    errors = list(_errors(str(event["message"]) for event in events))
    return errors[-1][:_MOST] if errors else ""


def _errors(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            if "Error" in line and not line.startswith(("START", "END", "REPORT")):
                yield line.strip()
            continue
        if isinstance(entry, dict) and entry.get("level") in {"ERROR", "CRITICAL"}:
            yield _in_words(entry)


def _in_words(entry: dict[str, Any]) -> str:
    """Write a line of the log of a function as people read it: what failed, and where."""
    trace = entry.get("stack_trace")
    frames = trace.get("frames") if isinstance(trace, dict) else None
    last = frames[-1] if frames else {}
    said = str(entry.get("exception", "")).strip().splitlines()
    where = f" at {last.get('file', '').rpartition('/python/')[2]}:{last.get('line')}" if last else ""
    return f"{entry.get('message')}: {said[-1] if said else ''}{where}"
