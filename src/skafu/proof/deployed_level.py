"""The level `deployed`: all stacks stand on a local AWS with IAM enforced, and the system is driven there."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import boto3

from skafu.blueprint import System
from skafu.kernel.errors import Invalid, SkafuError
from skafu.proof.beyond_emulation import not_proven
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.declared_builds import ROOT_STACK
from skafu.proof.denials import lost_of, permissions_of
from skafu.proof.driving.deployed import Deployed
from skafu.proof.driving.outside import OutsideSystems
from skafu.proof.jobs import broken
from skafu.proof.kept import Kept
from skafu.proof.local_aws.declared_build import DeclaredBuild
from skafu.proof.local_aws.deployment import Deployment, DeploymentFailed
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.progress import Progress, Started, Step
from skafu.proof.proof_stage import STAGE
from skafu.proof.stack_places import Places
from skafu.proof.static.stack_sources import STACK_ENDINGS, read_sources
from skafu.proof.subject import Subject, Timed

STACKS, DRIVE = "deployed.stacks", "deployed.drive"
CLEANUP = "deployed.cleanup"
ACCOUNT = "123456789012"


def prove_deployed(
    subject: Subject, system: System, builds: Sequence[DeclaredBuild], *, keep: bool, progress: Progress
) -> Kept | None:
    """Deploy the system, drive it, and take it away again.

    Args:
        subject: what is proven.
        system: the resolved blueprint.
        builds: what was built for the declared runtime.
        keep: leave it up if it stands.
        progress: hears each check.

    Returns:
        The running system, if it was to be kept and stands.

    Raises:
        Unavailable: the local AWS can't be started.
    """
    with ExitStack() as ends:
        subject.toolbox.python("local-aws")
        progress(Started(STACKS))
        timed = Timed(STACKS, "deployed", f"ministack {subject.toolbox.version('local-aws')}")
        aws = MiniStack(subject.toolbox)
        ends.callback(aws.stop)
        deployment = Deployment(boto3.Session().client("cloudformation", **aws.wiring(ACCOUNT)), _stack_name(system))
        places = _places(subject, system)
        outside = ends.enter_context(OutsideSystems(system, aws))
        deployed, result = _deploy(subject, aws, deployment, timed, places, outside)
        progress(result)
        if deployed is not None:
            _drive(system, deployed, aws, progress)
        _look_back(aws, builds, places, progress)
        if keep and deployed is not None:
            return _keep(system, deployed, aws, ends.pop_all().close)
        progress(_remove(deployment, places))
    return None


def _places(subject: Subject, system: System) -> Places:
    sources, _unreadable = read_sources(subject.root, subject.matching(*STACK_ENDINGS))
    return Places.of({source.name: source for source in sources}, ROOT_STACK, system)


def _stack_name(system: System) -> str:
    return f"{system.names.kebab}-{STAGE}"


def _deploy(
    subject: Subject, aws: MiniStack, deployment: Deployment, timed: Timed, places: Places, outside: OutsideSystems
) -> tuple[Deployed | None, CheckResult]:
    s3 = boto3.Session().client("s3", **aws.wiring(ACCOUNT))
    packaging = Packaging.into(s3, ACCOUNT, subject.toolbox.home / "dependencies")
    try:
        packaged = packaging.package(subject.root / ROOT_STACK)
        outputs = deployment.deploy(packaged.template_url, {"Stage": STAGE, **outside.parameters})
    except DeploymentFailed as failed:
        return None, timed.result("", _causes(failed, places))
    except Invalid as problem:
        return None, timed.result("", [_problem(problem)])
    stacks = [one["StackName"] for one in deployment.cloudformation.describe_stacks()["Stacks"]]
    evidence = {"uploads": packaged.uploads, "packaging_seconds": round(packaged.seconds, 3), "stacks": sorted(stacks)}
    return Deployed(ACCOUNT, outputs, STAGE, outside), timed.result(f"{len(stacks)} stacks", evidence=evidence)


def _causes(failed: DeploymentFailed, places: Places) -> list[Problem]:
    fix = "Mend this resource, or what it is generated from."
    found = [places.problem(str(one), one.stack, one.logical_id, fix) for one in failed.failures]
    return found or [_problem(failed)]


def _problem(error: SkafuError) -> Problem:
    return Problem(error.message, fix=error.fix)


def _drive(system: System, deployed: Deployed, aws: MiniStack, progress: Progress) -> None:
    said: set[str] = set()

    def hear(step: Step) -> None:
        if isinstance(step, CheckResult):
            said.add(step.name)
        progress(step)

    begun = time.monotonic()
    try:
        from skafu.proof.driving import drive

        results = drive(system, deployed, aws, hear)
    except Exception as error:  # noqa: BLE001 - what was seen before still counts
        results = [broken(DRIVE, "deployed", time.monotonic() - begun, error)]
    for result in results:
        if result.name not in said:
            progress(result)


def _look_back(aws: MiniStack, builds: Sequence[DeclaredBuild], places: Places, progress: Progress) -> None:
    """Say what the emulator saw while the system was driven, and what it can't see."""
    report = aws.report(ACCOUNT)
    progress(permissions_of(report, places))
    progress(lost_of(report))
    for result in not_proven(report.placeholders, builds, network_closed=aws.network_enforced):
        progress(result)


def _remove(deployment: Deployment, places: Places) -> CheckResult:
    timed = Timed(CLEANUP, "deployed")
    try:
        deployment.delete()
    except DeploymentFailed as failed:
        return timed.result("", _causes(failed, places))
    left = [one["StackName"] for one in deployment.cloudformation.describe_stacks()["Stacks"]]
    return timed.result("all stacks are gone", [Problem(f"the stack {name} is still there") for name in left])


def _keep(system: System, deployed: Deployed, aws: MiniStack, stop: Callable[[], None]) -> Kept:
    try:
        from skafu.proof.keeping import invitations

        tokens, calls = invitations(system, deployed, aws)
    except BaseException:
        stop()
        raise
    return Kept(aws.address_of(deployed.outputs["ApiUrl"]), aws.endpoint, deployed.account, tokens, calls, stop)
