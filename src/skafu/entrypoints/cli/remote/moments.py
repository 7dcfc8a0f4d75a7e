"""Moments as people give them on the command line."""

from datetime import UTC, datetime

import click


def moment(text: str) -> str:
    """A day or a moment as the API takes it; of UTC, unless it says otherwise.

    Raises:
        BadParameter: it is none.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(f"{text!r} is no moment: write 2026-01-31, or 2026-01-31T12:00:00Z") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
