"""Words that every domain uses: who asks, and what a decision can be."""

from typing import TypeVar

import msgspec

E = TypeVar("E")


class Caller(msgspec.Struct, frozen=True):
    """Who asks: a user with roles, or the system itself."""

    id: str
    roles: tuple[str, ...] = ()


SYSTEM = Caller("system", ("system",))
"""The caller behind policies, timers and answers of integrations."""


class Refusal(msgspec.Struct, frozen=True):
    """A rule of the domain said no.

    Attributes:
        code: of the rule.
        message: for people.
        early: what the rule waits for may still come: a message that led here has overtaken another.
    """

    code: str
    message: str
    early: bool = False


class Refused(Exception):
    """A refusal that a calculation comes to, wherever it stands in a decision."""

    def __init__(self, code: str, message: str) -> None:
        """Say which rule said no, and why."""
        super().__init__(message)
        self.refusal = Refusal(code, message)


Decision = tuple[E, ...] | Refusal
"""The events that a command leads to, or why there are none."""


class BadCursor(Exception):
    """A cursor that is not one of an earlier answer."""
