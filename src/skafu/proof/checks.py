"""What a check is, what it can say, and what stands behind it."""

from typing import Any, Literal, get_args

import msgspec

Level = Literal["model", "static", "tests", "deployed"]
LEVELS: tuple[Level, ...] = get_args(Level)
Verdict = Literal["passed", "failed", "not_proven"]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason why a check failed or could not prove something.

    Attributes:
        message: what was seen, and what was expected.
        file: path in the project, when there is one.
        line: line in that file, from 1.
        element: the blueprint element behind it, e.g. `services.ordering.aggregates.Order.commands.PlaceOrder`.
        fix: what to do.
    """

    message: str
    file: str = ""
    line: int = 0
    element: str = ""
    fix: str = ""


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one check said.

    Attributes:
        name: the name of the check, unique in a proof: `static.ruff`, `deployed.routes`.
        level: the level that it belongs to.
        verdict: `not_proven` says that emulation can't show it; it never blocks and never counts as passed.
        seconds: how long it took.
        summary: one line for people: `14 routes, 61 requests`.
        tool: the tool and its version, when one was run.
        problems: why it is not passed.
        evidence: plain values that a reader can check again.
    """

    name: str
    level: Level
    verdict: Verdict
    seconds: float
    summary: str
    tool: str = ""
    problems: tuple[Problem, ...] = ()
    evidence: dict[str, Any] = {}
