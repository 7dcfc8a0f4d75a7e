"""Measures the memory of processes without counting shared pages twice."""

from collections.abc import Iterable
from pathlib import Path

import psutil


def family_of(pid: int) -> list[int]:
    """Give a process and all its descendants; empty when it has ended."""
    try:
        process = psutil.Process(pid)
        return [pid, *(child.pid for child in process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return []


def pss_of(pids: Iterable[int]) -> int:
    """Add up the proportional set sizes, in bytes; a process that has ended counts nothing.

    A page that n processes share counts 1/n in each (Linux: proc(5), /proc/PID/smaps_rollup).
    """
    return sum(_pss(pid) for pid in pids)


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
