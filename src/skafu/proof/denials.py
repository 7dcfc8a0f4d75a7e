"""What the local AWS saw that no check expected: calls that were denied, and events that were dropped."""

from collections.abc import Sequence

import msgspec

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.local_aws.port import Denial, LostDelivery, Report
from skafu.proof.stack_places import Places
from skafu.proof.subject import Timed

PERMISSIONS, LOST = "deployed.permissions", "deployed.lost"
_NAMED_SOURCES = 3


def permissions_of(report: Report, places: Places) -> CheckResult:
    """Give the check that no call was denied, each denial with role, action and resource.

    Args:
        report: what the local AWS saw.
        places: where the roles stand in the project.
    """
    timed = Timed(PERMISSIONS, "deployed")
    users: dict[Denial, set[str]] = {}
    for denial in report.denials:
        users.setdefault(msgspec.structs.replace(denial, source=""), set()).add(denial.source)
    problems = [_denied(denial, sorted(sources), places) for denial, sources in users.items()]
    return timed.result("no call was denied", problems, {"denials": len(report.denials)})


def _denied(denial: Denial, sources: Sequence[str], places: Places) -> Problem:
    used = f"{', '.join(sources[:_NAMED_SOURCES])}{' and others' if len(sources) > _NAMED_SOURCES else ''}"
    what = f"may not {denial.action} on {denial.resource}: {denial.reason}"
    if denial.how == "resource_policy":
        return Problem(f"{denial.principal} (for {used}) {what}", fix=f"Let the policy of {denial.resource} name it.")
    fix = f"Allow {denial.action} on that resource in the role's policy."
    message = f"the role {denial.principal} (used by {used}) {what}"
    return places.problem_of_role(message, denial.principal, fix)


def lost_of(report: Report) -> CheckResult:
    """Give the check that nothing was dropped for want of a dead-letter queue.

    Args:
        report: what the local AWS saw.
    """
    timed = Timed(LOST, "deployed")
    problems = [_lost_problem(one) for one in report.lost]
    return timed.result("nothing was dropped", problems, {"lost": len(report.lost)})


def _lost_problem(lost: LostDelivery) -> Problem:
    fix = "Give this edge a dead-letter queue that its sender may write to."
    return Problem(f"from {lost.source} to {lost.target}: dropped, because {lost.reason}", fix=fix)
