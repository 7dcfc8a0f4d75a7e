"""Limited places: how many are taken, who waits, and who moves up."""

from skafu.planning.design.sheets import SystemSheet
from skafu.planning.meaning.story import Story


def add_places(story: Story, system: SystemSheet) -> None:
    """Add the counting of places to things that can be full."""
