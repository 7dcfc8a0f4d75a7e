"""What a local AWS can't show: listed in every record as not proven, never as passed."""

from collections.abc import Iterable, Iterator

from skafu.proof.checks import CheckResult, Problem
from skafu.proof.local_aws.declared_build import DeclaredBuild
from skafu.proof.local_aws.port import Placeholder

LIMITS = {
    "quotas": "Quotas of the account and size limits of services (Lambda payload 6 MB, API 10 MB) are not emulated.",
    "cold-starts": "Times on AWS, cold starts among them: what was measured here is this machine.",
    "timing": "Batching windows, jitter of retries, and the moment at which a schedule fires by itself.",
    "keys": "The rights on keys that encrypted tables, queues, topics and logs need.",
    "deployment-rights": "The rights of whoever deploys: CloudFormation's own calls and iam:PassRole.",
    "tracing": "What X-Ray would show.",
    "traffic-shifting": "Gradual deployment: an alias switches at once.",
}
"""What no system is shown here, each with a sentence for people."""

PREFIX = "beyond-emulation."


def not_proven(
    placeholders: Iterable[Placeholder], builds: Iterable[DeclaredBuild], *, network_closed: bool
) -> list[CheckResult]:
    """List what this proof could not show.

    Args:
        placeholders: resources that exist in name only.
        builds: what was built for the declared runtime, and not run.
        network_closed: whether deployed code was kept from the network by the kernel.
    """
    found = [_entry(name, sentence) for name, sentence in LIMITS.items()]
    found += _placeholders(placeholders)
    for build in builds:
        sentence = (
            f"Running on {build.runtime} and {build.architecture}: the dependencies were resolved and measured "
            f"({build.unzipped_bytes / 1024**2:.0f} MB unzipped), the code ran on this machine's Python."
        )
        found.append(_entry(f"runtime.{build.runtime}-{build.architecture}", sentence))
    if not network_closed:
        sentence = "That the code calls nobody but what it declares: this machine does not let its network be closed."
        found.append(_entry("network", sentence))
    return found


def _placeholders(placeholders: Iterable[Placeholder]) -> Iterator[CheckResult]:
    by_type: dict[str, list[str]] = {}
    for one in placeholders:
        by_type.setdefault(one.type, []).append(f"{one.stack}/{one.logical_id}")
    for kind, where in sorted(by_type.items()):
        sentence = f"{kind} is not emulated; {len(where)} of them exist in name only."
        problems = tuple(Problem(place) for place in sorted(where))
        yield _entry(f"placeholder.{kind.replace('::', '-')}", sentence, problems)


def _entry(name: str, sentence: str, problems: tuple[Problem, ...] = ()) -> CheckResult:
    return CheckResult(f"{PREFIX}{name}", "deployed", "not_proven", 0.0, sentence, problems=problems)
