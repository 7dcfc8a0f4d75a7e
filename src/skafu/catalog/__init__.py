"""The templates that Skafu ships: plain Copier templates, data only."""

from pathlib import Path

SYSTEM = "system"
"""The template of a whole system."""


def template_folder(name: str) -> Path:
    """Where a shipped template stands."""
    return Path(__file__).parent / name
