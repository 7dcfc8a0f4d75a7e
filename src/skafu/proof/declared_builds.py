"""The check `deployed.build`: the project builds for the runtime that its stacks declare."""

from dataclasses import dataclass

from skafu.proof.checks import CheckResult
from skafu.proof.jobs import Job
from skafu.proof.local_aws.declared_build import DeclaredBuild, build_as_declared
from skafu.proof.subject import Subject, Timed

BUILD = "deployed.build"
ROOT_STACK = "stack.yaml"


@dataclass
class Builds:
    """Builds the project for the runtime that it declares; resolved and measured, not run."""

    subject: Subject
    done: tuple[DeclaredBuild, ...] = ()

    def job(self) -> Job:
        """Give the job that builds."""
        return Job((BUILD,), "deployed", self._build)

    def _build(self) -> list[CheckResult]:
        timed = Timed(BUILD, "deployed")
        self.done = build_as_declared(self.subject.root / ROOT_STACK, self.subject.toolbox.home / "dependencies")
        words = [f"{one.runtime} {one.architecture}: {one.unzipped_bytes / 1024**2:.1f} MB" for one in self.done]
        evidence = {
            "builds": [
                {"runtime": one.runtime, "architecture": one.architecture, "unzipped_bytes": one.unzipped_bytes}
                for one in self.done
            ],
            "executed": False,
        }
        return [timed.result(f"{', '.join(words)} unzipped, not executed", evidence=evidence)]
