"""Drives a deployed system through all checks of the level `deployed`."""

import os
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack

from skafu.blueprint.resolved import System
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.driving.checks.access import check_access
from skafu.proof.driving.checks.commands import check_commands
from skafu.proof.driving.checks.dead_letters import check_dead_letters
from skafu.proof.driving.checks.events import check_events
from skafu.proof.driving.checks.files import check_files
from skafu.proof.driving.checks.idempotency import check_idempotency
from skafu.proof.driving.checks.instance_rules import check_instance_rules
from skafu.proof.driving.checks.reactions import check_reactions
from skafu.proof.driving.checks.read_models import check_read_models
from skafu.proof.driving.checks.rules import check_rules
from skafu.proof.driving.checks.validation import check_validation
from skafu.proof.driving.deployed import Deployed
from skafu.proof.driving.driver import patience_under
from skafu.proof.driving.opening import Opened, opened
from skafu.proof.driving.trial import Trial
from skafu.proof.jobs import broken
from skafu.proof.local_aws.port import LocalAws
from skafu.proof.progress import Progress, Started, silent

_STEPS: tuple[tuple[tuple[str, ...], Callable[[Opened], Iterable[Trial]]], ...] = (
    (("deployed.access",), lambda there: [check_access(there.driver)]),
    (("deployed.commands",), lambda there: [check_commands(there.driver)]),
    (("deployed.validation",), lambda there: [check_validation(there.driver)]),
    (("deployed.rules",), lambda there: [check_rules(there.driver)]),
    (("deployed.idempotency",), lambda there: [check_idempotency(there.driver)]),
    (("deployed.instance-rules",), lambda there: [check_instance_rules(there.driver)]),
    (("deployed.events",), lambda there: [check_events(there.driver)]),
    (("deployed.read-models",), lambda there: [check_read_models(there.driver)]),
    (("deployed.files",), lambda there: [check_files(there.driver)]),
    (("deployed.policies", "deployed.duplicates", "deployed.poison"), check_reactions),
    (("deployed.dead-letters",), lambda there: [check_dead_letters(there.queues)]),
)
"""In this order: each may build on the events of the ones before; reactions are held back until they are driven."""

CHECKS = tuple(name for names, _run in _STEPS for name in names)
"""The names of all checks."""
NOT_DRIVEN = "deployed.not-driven"
"""Says what none of the checks could reach, where there is something."""


def drive(
    system: System,
    deployed: Deployed,
    local_aws: LocalAws,
    progress: Progress = silent,
    checks: Collection[str] = CHECKS,
    patience: float | None = None,
) -> list[CheckResult]:
    """Drive a deployed system and see that it behaves as its blueprint says.

    Args:
        system: the resolved blueprint.
        deployed: where the system stands; nobody else may use it meanwhile.
        local_aws: where it is deployed.
        progress: hears when a check begins, and its result.
        checks: the names of the checks to run; those that are driven together are run together.
        patience: seconds that something may take that happens by itself; by default, as the machine is busy.

    Returns:
        A result per check; and where something could not be driven, one that says so with the verdict `not_proven`.
    """
    results: list[CheckResult] = []
    gaps: list[Problem] = []
    begun = time.monotonic()
    with ExitStack() as stack:
        try:
            allowed = patience_under(os.getloadavg()[0], os.cpu_count() or 1) if patience is None else patience
            there = stack.enter_context(opened(system, deployed, local_aws, allowed))
        except Exception as error:  # noqa: BLE001 - what went wrong is the result of all checks
            return [_told(progress, broken(name, "deployed", time.monotonic() - begun, error)) for name in checks]
        for names, run in _STEPS:
            if not set(names) & set(checks):
                continue
            for result, more in _checked(names, run, there, progress):
                results.append(_told(progress, result))
                gaps += more
    if gaps:
        results.append(_told(progress, _not_driven(gaps)))
    return results


def _checked(
    names: tuple[str, ...], run: Callable[[Opened], Iterable[Trial]], there: Opened, progress: Progress
) -> list[tuple[CheckResult, tuple[Problem, ...]]]:
    for name in names:
        progress(Started(name))
    begun = time.monotonic()
    try:
        return [(trial.result(), trial.gaps) for trial in run(there)]
    except Exception as error:  # noqa: BLE001 - the other checks still have something to say
        return [(broken(name, "deployed", time.monotonic() - begun, error), ()) for name in names]


def _told(progress: Progress, result: CheckResult) -> CheckResult:
    progress(result)
    return result


def _not_driven(gaps: list[Problem]) -> CheckResult:
    return CheckResult(
        name=NOT_DRIVEN,
        level="deployed",
        verdict="not_proven",
        seconds=0.0,
        summary=f"{len(gaps)} things were out of reach of the checks",
        problems=tuple(gaps),
    )
