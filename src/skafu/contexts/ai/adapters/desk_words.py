"""What is said between this process and the desk: a line of JSON each."""

from typing import Literal

import msgspec

from skafu.blueprint.changes import Advice, Change


class Asked(msgspec.Struct, frozen=True):
    """What the desk is to do with a text."""

    task: Literal["plan", "advise", "change"]
    text: str
    changes: tuple[Change, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """A step (with its name), an error (with its category), or the answer."""

    step: str = ""
    text: str = ""
    questions: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    error: str = ""
    fix: str = ""
