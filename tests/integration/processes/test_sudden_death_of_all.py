"""kill -9 with the real contexts, agents and hosts at their ports being quick: every so many steps."""

from pathlib import Path

import pytest
from dying_desk import Lives, struck
from process_desk import ProcessDesk
from whole_desk import WholeDesk, whole

EVERY = 40
SHARES = 2
LEAST = 6
"""Deaths of each share."""


async def provision(desk: ProcessDesk) -> None:
    await desk.create()


@pytest.mark.parametrize("share", range(SHARES))
def test_it_ends_where_it_would_have_ended(tmp_path: Path, share: int) -> None:
    def lives(name: str) -> Lives:
        return Lives(tmp_path / name, whole, desk=WholeDesk)

    assert struck(lives, provision, first=share * EVERY // SHARES, every=EVERY) >= LEAST
