"""What is wrong with a blueprint, in words for people: where, what was expected, and what to do."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from skafu.kernel.errors import Invalid

Severity = Literal["error", "warning", "hint"]
Location = tuple[str | int, ...]
"""Keys and indexes from the root: `("services", 0, "aggregates", 1, "fields", "total")`."""


class Position(msgspec.Struct, frozen=True):
    """A place in the file; lines and columns count from 1."""

    line: int
    column: int


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, or could be better.

    Attributes:
        code: a stable word for this kind of finding, such as `unknown_event`.
        severity: an error stops generation, a warning is shown, a hint is for the review.
        message: what is wrong, complete in itself: it names the element and the nearest valid name.
        path: the place in words, such as `services.ordering.aggregates.Order.commands.PlaceOrder.allow`.
        expected: what would be right here; empty when the message says it all.
        nearest: the valid name that comes closest to the one found; empty when none does.
        fix: what to do about it.
        file: the file that was read; empty for a blueprint that was never one.
        line: the line in the file, from 1; 0 when there is no file.
        column: the column in the line, from 1; 0 when there is no file.
        location: the same place in keys and indexes, for changes; empty where the text is no YAML.
    """

    code: str
    severity: Severity
    message: str
    path: str = ""
    expected: str = ""
    nearest: str = ""
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    location: Location = ()

    @property
    def is_error(self) -> bool:
        """Whether generation must not start."""
        return self.severity == "error"

    def __str__(self) -> str:
        """Give one line, in the manner of compilers, that editors can jump to."""
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else ""
        where = f" (at {self.path})" if self.path else ""
        return f"{place}{self.severity}: {self.message}{where} [{self.code}]"


class BlueprintInvalid(Invalid):
    """A blueprint that cannot be used, with all its findings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep the findings; the message lists the errors, one per line."""
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.is_error]
        super().__init__("\n".join(str(error) for error in errors), fix=errors[0].fix if errors else "")


def listed(names: Iterable[str], *, limit: int = 12) -> str:
    """Give names as a person would list them: `a, b or c`; long lists are cut."""
    words = [str(name) for name in names]
    if len(words) > limit:
        return ", ".join(words[:limit]) + f" and {len(words) - limit} more"
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
