"""Deploys a packaged project to a local AWS, changes it, and takes it away again."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skafu.kernel.errors import Refused

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackEventTypeDef, StackTypeDef

_CAPABILITIES: tuple["CapabilityType", ...] = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_NESTED = "AWS::CloudFormation::Stack"
_POLL_SECONDS = 0.05
_FOLLOW_UP = ("Resource creation cancelled", "Resource creation Initiated")


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
        except self.cloudformation.exceptions.ClientError as problem:
            if "No updates are to be performed" not in str(problem):
                raise DeploymentFailed(self.name, problem.response["Error"]["Message"]) from problem
        stack = self._settled(self.name, timeout)
        if stack is None:
            raise DeploymentFailed(self.name, "it has gone while it was deployed")
        if stack["StackStatus"] not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            why = f"{stack['StackStatus']} {stack.get('StackStatusReason', '')}".strip()
            raise DeploymentFailed(self.name, why, self._causes(self.name))
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def delete(self, *, timeout: float = 60.0) -> None:
        """Remove the stack with everything in it; does nothing when it is not there.

        Nested stacks are removed one by one if need be: after a failed creation the root does not know them all.

        Raises:
            DeploymentFailed: with the resources that could not be removed.
        """
        root = self._described(self.name)
        if root is None:
            return
        nested = self._nested_stacks(root["StackId"])
        for stack in (root["StackId"], *nested):
            if self._described(stack) is not None:
                self.cloudformation.delete_stack(StackName=stack)
                self._settle_deletion(stack, timeout)

    def _settle_deletion(self, stack: str, timeout: float) -> None:
        left = self._settled(stack, timeout)
        if left is not None:
            raise DeploymentFailed(self.name, left["StackStatus"], self._causes(stack))

    def _submit(self, template_url: str, given: "list[ParameterTypeDef]") -> None:
        if self._described(self.name) is None:
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

    def _described(self, stack: str) -> "StackTypeDef | None":
        """Give a stack by name or id; None when there is none (any more)."""
        try:
            found = self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except self.cloudformation.exceptions.ClientError as problem:
            if "does not exist" in str(problem):
                return None
            raise
        return None if found["StackStatus"] == "DELETE_COMPLETE" else found

    def _settled(self, stack: str, timeout: float) -> "StackTypeDef | None":
        """Wait until nothing is in progress, and give the stack as `_described` does."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = self._described(stack)
            if found is None or not found["StackStatus"].endswith("_IN_PROGRESS"):
                return found
            time.sleep(_POLL_SECONDS)
        raise DeploymentFailed(self.name, f"not settled after {timeout:.0f} s", self._causes(stack))

    def _nested_stacks(self, stack: str) -> list[str]:
        """Give the ids of all stacks below one, whatever their state, outermost first.

        A nested stack is named after its parent's name and its own logical id, which also finds one that failed while
        it was created: its parent does not know its id.
        """
        prefixes = tuple(
            f"{event['StackName']}-{event.get('LogicalResourceId')}-"
            for event in self._events(stack)
            if event.get("ResourceType") == _NESTED and event.get("PhysicalResourceId") != event["StackId"]
        )
        pages = self.cloudformation.get_paginator("describe_stacks").paginate()
        found = [one["StackId"] for page in pages for one in page["Stacks"] if one["StackName"].startswith(prefixes)]
        return list(dict.fromkeys([*found, *(inner for one in found for inner in self._nested_stacks(one))]))

    def _causes(self, stack: str) -> tuple[FailedResource, ...]:
        return tuple(dict.fromkeys(self._failures(stack)))

    def _failures(self, stack: str) -> Iterator[FailedResource]:
        for event in self._events(stack):
            kind, reason = event.get("ResourceType", ""), event.get("ResourceStatusReason", "")
            failed = event.get("ResourceStatus", "").endswith("_FAILED")
            if not failed or event.get("PhysicalResourceId") == event["StackId"]:
                continue
            inner = list(self._failures_below(event)) if kind == _NESTED else []
            yield from inner
            if not inner and not reason.startswith(_FOLLOW_UP):
                yield FailedResource(event["StackName"], event.get("LogicalResourceId", ""), kind, reason)

    def _failures_below(self, event: "StackEventTypeDef") -> Iterator[FailedResource]:
        name = f":stack/{event['StackName']}-{event.get('LogicalResourceId')}-"
        for stack in self._nested_stacks(event["StackId"]):
            if name in stack:
                yield from self._failures(stack)

    def _events(self, stack: str) -> "list[StackEventTypeDef]":
        try:
            return self.cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        except self.cloudformation.exceptions.ClientError:
            return []
