"""A finding together with what can be done about it."""

import msgspec

from skafu.blueprint.changes.change import Changes
from skafu.blueprint.findings import Finding


class Advice(msgspec.Struct, frozen=True):
    """A finding, and what can be done about it.

    Attributes:
        finding: what is wrong, where, why, and the fix in words.
        reason: what this kind of finding means.
        change: changes that make the finding disappear and add none; nothing where only a person knows.
        without: why there is no change.
    """

    finding: Finding
    reason: str
    change: Changes | None
    without: str = ""
