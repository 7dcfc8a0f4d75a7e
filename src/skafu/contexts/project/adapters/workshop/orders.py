"""What is said to a process of the workshop, and what it answers: msgpack behind its length."""

import struct
from typing import Final

import msgspec

from skafu.blueprint.findings import BlueprintInvalid, Finding
from skafu.contexts.project.ports import MadeCheck, MadeDifference, MadePlan, MadeTree, TemplateFiles
from skafu.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, SkafuError, Unavailable

LENGTH: Final = struct.Struct(">I")
LARGEST: Final = 200_000_000


class PlanIt(msgspec.Struct, frozen=True, tag=True):
    """Plan a system from a description."""

    description: str


class CheckIt(msgspec.Struct, frozen=True, tag=True):
    """Check a blueprint."""

    blueprint: str


class GenerateIt(msgspec.Struct, frozen=True, tag=True):
    """Make the files of a blueprint."""

    blueprint: str
    template: TemplateFiles


class CompareThem(msgspec.Struct, frozen=True, tag=True):
    """Compare two blueprints."""

    before: str
    after: str


Order = PlanIt | CheckIt | GenerateIt | CompareThem


class Failed(msgspec.Struct, frozen=True):
    """Why an order was not carried out: the category of the error, and its words."""

    category: str
    message: str
    fix: str = ""
    findings: tuple[Finding, ...] = ()


class Carried(msgspec.Struct, frozen=True):
    """An order with the seconds that it may take; the process ends itself when they are over."""

    order: Order
    seconds: int


class Reply(msgspec.Struct, frozen=True):
    """What came of an order: one of these."""

    plan: MadePlan | None = None
    check: MadeCheck | None = None
    tree: MadeTree | None = None
    difference: MadeDifference | None = None
    failed: Failed | None = None


_CATEGORIES: Final[dict[str, type[SkafuError]]] = {
    each.__name__: each for each in (Invalid, NotFound, Conflict, Refused, Forbidden, Unavailable)
}

to_bytes = msgspec.msgpack.Encoder().encode
read_order = msgspec.msgpack.Decoder(Carried).decode
read_reply = msgspec.msgpack.Decoder(Reply).decode


def failure_of(error: Exception) -> Failed:
    """An error in a form that travels; of an unexpected one its kind alone, since its words may be anybody's."""
    if isinstance(error, BlueprintInvalid):
        return Failed("Invalid", error.message, error.fix, error.findings)
    if isinstance(error, SkafuError):
        category = next((name for name, kind in _CATEGORIES.items() if isinstance(error, kind)), "Unavailable")
        return Failed(category, error.message, error.fix)
    return Failed("Unavailable", f"this could not be worked out: {type(error).__name__}", "report it as a bug of Skafu")


def error_of(failed: Failed) -> SkafuError:
    """The error again."""
    if failed.findings:
        return BlueprintInvalid(failed.findings)
    return _CATEGORIES[failed.category](failed.message, fix=failed.fix)
