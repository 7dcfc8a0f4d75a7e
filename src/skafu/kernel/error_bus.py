"""The error bus: where every failure of any part is told, so that people can find it."""

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from skafu.kernel.identity import TenantId

Severity = Literal["WARNING", "ERROR", "CRITICAL"]


class ErrorReport(msgspec.Struct, frozen=True):
    """A failure, in the words of who met it.

    Attributes:
        tenant: whose work failed; `SYSTEM` when it was nobody's.
        correlation_id: the same for everything that follows from one request.
        source: the part that met it: "project", "http".
        severity: WARNING when a rule said no or it is tried again, ERROR when it failed, CRITICAL when more will.
        code: what kind of failure: "PROJECT_NAME_TAKEN".
        message: what happened, without secrets.
        context: where: the service, the function, opaque ids.
        stack: the calls that led to it, when nobody expected it.
        can_retry: whether the same may work later.
        at: when it happened.
    """

    tenant: TenantId
    correlation_id: UUID
    source: str
    severity: Severity
    code: str
    message: str
    context: dict[str, str]
    can_retry: bool
    at: datetime
    stack: str = ""


class ErrorBus(Protocol):
    """Takes reports of failures."""

    async def report(self, error: ErrorReport, /) -> None:
        """Put a failure on record. Never raises: who reports has trouble enough."""


class SilentErrorBus:
    """Hears nothing: for parts that run alone."""

    async def report(self, _error: ErrorReport, /) -> None:
        """Let it pass."""
