"""What a check of a template says: one finding for each thing that is wrong or worth knowing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from skafu.kernel.errors import SkafuError
from skafu.scaffold.errors import TemplateInvalid

Severity = Literal["error", "warning", "hint"]
_WEIGHT: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    Attributes:
        code: a stable word for this kind of finding, such as `undefined`.
        severity: an error keeps the template from being used, a warning is likely a mistake, a hint is to be known.
        message: what it is, complete in itself.
        file: the path inside of the template; empty when it is about the template as a whole.
        line: the line in that file, from 1; 0 when no line is to blame.
        fix: what to do about it.
    """

    code: str
    severity: Severity
    message: str
    file: str = ""
    line: int = 0
    fix: str = ""


def of_error(
    error: SkafuError, code: str, *, severity: Severity = "error", addition: str = "", file: str = ""
) -> Finding:
    """Turn an error of the engine into a finding.

    Args:
        error: what was raised.
        code: of the finding.
        severity: of the finding.
        addition: words to put behind the problem.
        file: the place of an error that knows none.
    """
    if isinstance(error, TemplateInvalid):
        return Finding(code, severity, error.problem + addition, error.file, error.line or 0, error.fix)
    return Finding(code, severity, error.message + addition, file, fix=error.fix)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by file and line, the worst of a line first, each only once."""
    order = sorted(set(findings), key=lambda one: (one.file, one.line, _WEIGHT[one.severity], one.code, one.message))
    return tuple(order)
