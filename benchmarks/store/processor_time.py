"""Processor time that a PostgreSQL server has used."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PARENT, OWN, CHILDREN = 1, slice(11, 13), slice(13, 15)
"""Where the numbers stand behind the name in /proc/PID/stat: the parent, its ticks, those of its ended children."""


def server_seconds(folder: Path) -> float:
    """What the server whose data stand in a folder has used until now, its connections included."""
    processes = {place.name: _numbers(place) for place in Path("/proc").glob("[0-9]*")}
    main = (folder / "postgres" / "postmaster.pid").read_text().split()[0]
    ticks = sum(int(number) for number in processes[main][CHILDREN])
    ticks += sum(
        int(number)
        for name, numbers in processes.items()
        if name == main or (numbers and numbers[PARENT] == main)
        for number in numbers[OWN]
    )
    return ticks / TICKS


def _numbers(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
