"""What a proof says while it runs."""

from collections.abc import Callable
from typing import Literal

import msgspec

from skafu.proof.checks import CheckResult


class Preparing(msgspec.Struct, frozen=True):
    """A tool that is not on this machine yet is being built, or has just been built."""

    tool: str
    state: Literal["building", "ready"]


class Started(msgspec.Struct, frozen=True):
    """A check has begun."""

    name: str


Step = Preparing | Started | CheckResult
"""Something happened; a `CheckResult` says that its check has ended."""

Progress = Callable[[Step], None]
"""Hears every step as it happens, from several threads."""


def silent(_step: Step) -> None:
    """Hear nothing."""
