"""Steps of processes that came to nothing are told to the error bus, as all failures are."""

from skafu.kernel.error_bus import ErrorBus, ErrorReport
from skafu.processes.course.events import ProcessStepFailed
from skafu.storage.projections import Reaction, Recorded


def troubles(errors: ErrorBus) -> Reaction:
    """The reaction that tells them; one may be told again after a sudden end."""

    async def act(recorded: Recorded) -> None:
        if isinstance(recorded.event, ProcessStepFailed):
            await errors.report(_report(recorded, recorded.event))

    return Reaction("processes.troubles", (ProcessStepFailed,), act)


def _report(recorded: Recorded, failed: ProcessStepFailed) -> ErrorReport:
    return ErrorReport(
        tenant=recorded.tenant,
        correlation_id=recorded.correlation_id,
        source="processes",
        severity="ERROR",
        code=f"{failed.kind}_{failed.step}_failed".upper(),
        message=failed.reason,
        context={
            "function": f"{failed.kind} {failed.step}",
            "subject": failed.project_id,
            "attempt": str(failed.attempt),
            "next_action": failed.next_action,
        },
        can_retry=True,
        at=recorded.recorded_at,
    )
