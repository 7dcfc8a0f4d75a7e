import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from http_calls import call

from skafu.kernel.errors import NotFound
from skafu.proof.local_aws.deployment import Deployment, DeploymentFailed
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.local_aws.port import LocalAws
from skafu.proof.toolbox import Toolbox

NOTES = Path(__file__).parent / "note_system"


@pytest.fixture(scope="module")
def aws() -> Iterator[MiniStack]:
    with MiniStack(Toolbox.default()) as running:
        yield running


def packaging_for(aws: LocalAws, account: str) -> Packaging:
    s3 = boto3.Session().client("s3", **aws.wiring(account))
    return Packaging.into(s3, account, Toolbox.default().home / "dependencies")


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
    assert deployment.cloudformation.describe_stacks()["Stacks"] == []


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A copy of the project that a test may change."""
    return Path(shutil.copytree(NOTES, tmp_path / "notes"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_an_update_brings_new_code_to_the_next_call(aws: MiniStack, notes: Path) -> None:
    account = "222222222222"
    deployment = deployment_for(aws, account)
    first = packaging_for(aws, account).package(notes / "stack.yaml")
    outputs = deployment.deploy(first.template_url, {"Stage": "proof"})
    note = aws.address_of(outputs["ApiUrl"]) + "/api/v1/notes/1"
    assert call("PUT", note, {"text": "hello"}).body == "hello"

    replace(notes / "notes/src/handlers/write.py", '"body": note.text', '"body": "changed"')
    changed = packaging_for(aws, account).package(notes / "stack.yaml")
    deployment.deploy(changed.template_url, {"Stage": "proof"})

    assert changed.template_url != first.template_url
    assert call("PUT", note, {"text": "hello"}).body == "changed"
    assert deployment.deploy(changed.template_url, {"Stage": "proof"}) == outputs


def test_a_failure_in_a_nested_stack_names_the_resource_that_caused_it(aws: MiniStack, notes: Path) -> None:
    account = "333333333333"
    queue_without_permission = (
        "Resources:\n"
        "  Queue: {Type: AWS::SQS::Queue}\n"
        "  Mapping:\n"
        "    Type: AWS::Lambda::EventSourceMapping\n"
        "    Properties: {FunctionName: !Ref ReadNote, EventSourceArn: !GetAtt Queue.Arn}\n"
    )
    replace(notes / "notes/stack.yaml", "Resources:\n", queue_without_permission)
    packaged = packaging_for(aws, account).package(notes / "stack.yaml")
    deployment = deployment_for(aws, account)

    with pytest.raises(DeploymentFailed) as failed:
        deployment.deploy(packaged.template_url, {"Stage": "proof"})

    causes = [(failure.logical_id, failure.type) for failure in failed.value.failures]
    assert causes == [("Mapping", "AWS::Lambda::EventSourceMapping")]
    assert "sqs:ReceiveMessage" in failed.value.message

    deployment.delete()
    assert deployment.cloudformation.describe_stacks()["Stacks"] == []
    assert boto3.Session().client("dynamodb", **aws.wiring(account)).list_tables()["TableNames"] == []


def test_a_parameter_that_the_stack_refuses_is_a_failed_deployment(aws: MiniStack) -> None:
    account = "444444444444"
    packaged = packaging_for(aws, account).package(NOTES / "stack.yaml")

    with pytest.raises(DeploymentFailed, match="Stage"):
        deployment_for(aws, account).deploy(packaged.template_url, {"Stage": "nonsense"})


def test_a_missing_permission_is_in_the_report_of_its_account_only(aws: MiniStack, notes: Path) -> None:
    account = "555555555555"
    replace(notes / "notes/stack.yaml", "Action: dynamodb:GetItem", "Action: dynamodb:Query")
    packaged = packaging_for(aws, account).package(notes / "stack.yaml")
    outputs = deployment_for(aws, account).deploy(packaged.template_url, {"Stage": "proof"})

    assert call("GET", aws.address_of(outputs["ApiUrl"]) + "/api/v1/notes/1").status in (500, 502)

    (denial,) = aws.report(account).denials
    assert (denial.how, denial.action) == ("identity", "dynamodb:GetItem")
    assert denial.resource.endswith(f":{account}:table/notes-proof-table")
    assert not aws.report("111111111111").denials
    aws.forget(account)
    assert not aws.report(account).denials


def test_deployed_code_reaches_a_fake_of_this_process_but_not_the_world(aws: MiniStack, notes: Path) -> None:
    account = "666666666666"
    with aws.listener() as fake:
        host, port = fake.getsockname()
        (notes / "notes/src/handlers/read.py").write_text(
            "import socket\n"
            "def handler(event, context):\n"
            f"    socket.create_connection(('{host}', {port}), timeout=5).close()\n"
            "    try:\n"
            "        socket.create_connection(('192.0.2.1', 80), timeout=5)\n"
            "    except OSError as problem:\n"
            "        return {'statusCode': 200, 'body': problem.strerror}\n"
        )
        packaged = packaging_for(aws, account).package(notes / "stack.yaml")
        outputs = deployment_for(aws, account).deploy(packaged.template_url, {"Stage": "proof"})

        answer = call("GET", aws.address_of(outputs["ApiUrl"]) + "/api/v1/notes/1")
        fake.settimeout(5)
        connection, _address = fake.accept()
        connection.close()
    if aws.network_enforced:
        assert answer.body == "Network is unreachable"


def test_an_unknown_schedule_does_not_fire(aws: MiniStack) -> None:
    with pytest.raises(NotFound, match="default/never"):
        aws.fire("never", account="111111111111")


def test_nothing_is_left_when_it_stops() -> None:
    aws = MiniStack(Toolbox.default())
    assert aws.memory() > 50_000_000
    aws.stop()
    assert not aws.log.parent.exists()
    with pytest.raises(OSError, match="refused"):
        call("GET", aws.endpoint)
