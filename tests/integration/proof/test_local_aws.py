from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from http_calls import call
from skafu.proof.local_aws.deployment import Deployment, DeploymentFailed
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.local_aws.port import REGION, LocalAws
from skafu.proof.toolbox import Toolbox

NOTES = Path(__file__).parent / "note_system"


@pytest.fixture(scope="module")
def aws() -> Iterator[MiniStack]:
    with MiniStack(Toolbox.default()) as running:
        yield running


def packaging_for(aws: LocalAws, account: str) -> Packaging:
    s3 = boto3.Session().client("s3", **aws.wiring(account))
    s3.create_bucket(Bucket=f"artifacts-{account}", CreateBucketConfiguration={"LocationConstraint": REGION})
    return Packaging(s3, f"artifacts-{account}", Toolbox.default().home / "dependencies")


def deployment_for(aws: LocalAws, account: str, name: str = "notes-proof") -> Deployment:
    return Deployment(boto3.Session().client("cloudformation", **aws.wiring(account)), name)


def test_a_project_is_packaged_deployed_called_and_deleted(aws: MiniStack) -> None:
    account = "111111111111"
    packaged = packaging_for(aws, account).package(NOTES / "stack.yaml")
    deployment = deployment_for(aws, account)

    outputs = deployment.deploy(packaged.template_url, {"Stage": "proof"})
    note = aws.address_of(outputs["ApiUrl"]) + "/api/v1/notes/1"

    assert packaged.uploads == 6  # three stacks, one code folder for two functions, one layer, one workflow
    assert call("GET", note).status == 404
    assert call("PUT", note, {"text": "hello"}).status == 201
    assert call("GET", note).body == "hello"
    assert list(aws.report(account).denials) == []

    deployment.delete()
    assert call("GET", note).status == 404
    assert (
        deployment_for(aws, account).cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
        == []
    )
