"""A source of chance that always begins in the same way, so that two renderings roll the same."""

import random

from skafu.scaffold.values import Loose


def steady_dice(seed: Loose = None) -> random.Random:
    """Give a source of chance; the same each time when there is no seed."""
    return random.Random(0 if seed is None else seed)  # noqa: S311 - as the tools do
