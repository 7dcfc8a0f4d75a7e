"""Deploys a packaged project to a local AWS, changes it, and takes it away again."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from skafu.kernel.errors import Refused

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackEventTypeDef, StackTypeDef

_CAPABILITIES: tuple["CapabilityType", ...] = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_POLL_SECONDS = 0.05
_FOLLOW_UP = ("Resource creation cancelled", "Resource creation Initiated")

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType


@dataclass(frozen=True)
class FailedResource:
    """A resource that could not be made, changed or removed.

    Attributes:
        stack: name of the stack that it belongs to.
        logical_id: its name in that stack's file.
        type: for example `AWS::SQS::Queue`.
        reason: what AWS said.
    """

    stack: str
    logical_id: str
    type: str
    reason: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.stack}: {self.logical_id} ({self.type}): {self.reason}"


class DeploymentFailed(Refused):
    """CloudFormation said no.

    Attributes:
        failures: the resources that caused it, innermost stacks first; empty if the stack itself was refused.
    """

    def __init__(self, stack: str, why: str, failures: tuple[FailedResource, ...] = ()) -> None:
        """List what failed.

        Args:
            stack: name of the root stack.
            why: what AWS said about it.
            failures: the resources that caused it.
        """
        self.failures = failures
        lines = [f"The stack {stack} was not deployed: {why}", *(f"  {failure}" for failure in failures)]
        super().__init__("\n".join(lines), fix="Mend the resources listed, or what they are generated from.")


@dataclass(frozen=True)
class Deployment:
    """One root stack in one account.

    Attributes:
        cloudformation: a client of the account.
        name: name of the root stack.
    """

    cloudformation: "CloudFormationClient"
    name: str

    def deploy(
        self, template_url: str, parameters: Mapping[str, str] | None = None, *, timeout: float = 120.0
    ) -> dict[str, str]:
        """Create the stack, or update it if it is there, and give its outputs.

        Args:
            template_url: the packaged root stack.
            parameters: values for its parameters.
            timeout: seconds that it may take.

        Raises:
            DeploymentFailed: with the resources that failed, also those of nested stacks.
        """
        given: list[ParameterTypeDef] = [
            {"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()
        ]
        try:
            self._submit(template_url, given)
        except ClientError as problem:
            if "No updates are to be performed" not in str(problem):
                raise DeploymentFailed(self.name, problem.response["Error"]["Message"]) from problem
        stack = self._settled(timeout)
        if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            why = f"{stack['StackStatus']} {stack.get('StackStatusReason', '')}".strip()
            raise DeploymentFailed(self.name, why, tuple(self._failures(self.name)))
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def delete(self, *, timeout: float = 60.0) -> None:
        """Remove the stack with everything in it; does nothing when it is not there.

        Raises:
            DeploymentFailed: with the resources that could not be removed.
        """
        if self._described() is None:
            return
        self.cloudformation.delete_stack(StackName=self.name)
        stack = self._settled(timeout, absent_is_settled=True)
        if stack["StackStatus"] != "DELETE_COMPLETE":
            raise DeploymentFailed(self.name, stack["StackStatus"], tuple(self._failures(self.name)))

    def _submit(self, template_url: str, given: "list[ParameterTypeDef]") -> None:
        if self._described() is None:
            self.cloudformation.create_stack(
                StackName=self.name,
                TemplateURL=template_url,
                Parameters=given,
                Capabilities=_CAPABILITIES,
                DisableRollback=True,
            )
        else:
            self.cloudformation.update_stack(
                StackName=self.name, TemplateURL=template_url, Parameters=given, Capabilities=_CAPABILITIES
            )

    def _described(self) -> "StackTypeDef | None":
        try:
            return self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as problem:
            if "does not exist" in str(problem):
                return None
            raise

    def _settled(self, timeout: float, *, absent_is_settled: bool = False) -> "StackTypeDef":
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            stack = self._described()
            if stack is None and absent_is_settled:
                return {"StackName": self.name, "StackStatus": "DELETE_COMPLETE"}  # type: ignore[typeddict-item]
            if stack is not None and not stack["StackStatus"].endswith("_IN_PROGRESS"):
                return stack
            time.sleep(_POLL_SECONDS)
        raise DeploymentFailed(self.name, f"not settled after {timeout:.0f} s", tuple(self._failures(self.name)))

    def _failures(self, stack: str) -> Iterator[FailedResource]:
        for event in self._events(stack):
            reason = event.get("ResourceStatusReason", "")
            physical = event.get("PhysicalResourceId", "")
            if not event.get("ResourceStatus", "").endswith("_FAILED") or physical == event["StackId"]:
                continue
            kind = event.get("ResourceType", "")
            inner = list(self._failures(physical)) if kind == "AWS::CloudFormation::Stack" and physical else []
            yield from inner
            if not inner and not reason.startswith(_FOLLOW_UP):
                yield FailedResource(event["StackName"], event.get("LogicalResourceId", ""), kind, reason)

    def _events(self, stack: str) -> "list[StackEventTypeDef]":
        try:
            return self.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        except ClientError:
            return []
