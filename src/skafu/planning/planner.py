"""The port of planners: a description in, a plan out."""

from typing import Protocol

from skafu.planning.plan import Plan


class Planner(Protocol):
    """Turns a description into a plan; rules do it here, a language model may do it elsewhere."""

    @property
    def name(self) -> str:
        """What the planner is, for people: "rules, no model"."""

    def plan(self, text: str) -> Plan:
        """Plan a system.

        Args:
            text: the description, in plain English.

        Raises:
            Invalid: nothing can be planned from the text; says why and what to do.
        """
