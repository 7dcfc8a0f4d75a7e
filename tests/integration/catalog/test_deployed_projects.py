"""Projects of the catalog deploy to the local AWS, with IAM enforced, and do there what they are for."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import pytest
from catalog_projects import Answers, write_project
from generated_projects import generate
from http_calls import call

from skafu.proof.local_aws.deployment import Deployment
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.toolbox import Toolbox

Found = TypeVar("Found")
# A client of boto3, whose methods depend on a text.
Client = Any


@pytest.fixture(scope="module")
def aws() -> Iterator[MiniStack]:
    with MiniStack(Toolbox.default()) as running:
        yield running


@dataclass
class Stage:
    """A deployed project in an account of its own."""

    aws: MiniStack
    account: str
    outputs: dict[str, str]

    def client(self, service: str) -> Client:
        return boto3.Session().client(service, **self.aws.wiring(self.account))  # type: ignore[call-overload]

    def url(self, path: str) -> str:
        return self.aws.address_of(self.outputs["ApiUrl"]) + path

    def messages(self, url: str) -> list[dict[str, Any]]:
        found = self.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return list(found.get("Messages", []))

    def items(self, table: str) -> list[dict[str, Any]]:
        return list(self.client("dynamodb").scan(TableName=self.outputs[table])["Items"])

    def nothing_was_denied_or_lost(self, placeholders: int = 0) -> None:
        report = self.aws.report(self.account)
        assert list(report.denials) == []
        assert list(report.lost) == []
        assert len(report.placeholders) == placeholders, report.placeholders


def until(found: Callable[[], Found]) -> Found:
    deadline = time.monotonic() + 30
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result


def deployed(aws: MiniStack, account: str, root: Path, parameters: Mapping[str, str]) -> Stage:
    session = boto3.Session()
    s3 = session.client("s3", **aws.wiring(account))
    packaged = Packaging.into(s3, account, Toolbox.default().home / "dependencies").package(root / "stack.yaml")
    deployment = Deployment(session.client("cloudformation", **aws.wiring(account)), "catalog-proof")
    return Stage(aws, account, deployment.deploy(packaged.template_url, {"Stage": "proof", **parameters}))


@pytest.fixture
def deploy(aws: MiniStack, tmp_path: Path) -> Callable[..., Stage]:
    def run(name: str, account: str, answers: Answers, **parameters: str) -> Stage:
        root = write_project(name, answers, tmp_path / name)
        return deployed(aws, account, root, parameters)

    return run


def test_http_api_answers_requests(deploy: Callable[..., Stage]) -> None:
    stage = deploy("http-api", "710000000001", {"access": "public"})
    assert call("GET", stage.url("/health")).status == 200
    assert call("GET", stage.url("/notes/1")).status == 404
    assert call("PUT", stage.url("/notes/1"), {"text": ""}).status == 400
    assert call("PUT", stage.url("/notes/1"), {"text": "one"}).status == 201
    assert json.loads(call("GET", stage.url("/notes/1")).body) == {"note_id": "1", "text": "one"}
    assert call("DELETE", stage.url("/notes/1")).status == 204
    assert call("GET", stage.url("/notes/1")).status == 404
    stage.nothing_was_denied_or_lost()


def test_http_api_with_tokens_lets_nobody_in_without(deploy: Callable[..., Stage]) -> None:
    stage = deploy("http-api", "710000000002", {}, Issuer="https://issuer.example", Audience="a")
    assert call("GET", stage.url("/health")).status == 200
    assert call("GET", stage.url("/notes/1")).status == 401
    junk = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ."}
    assert call("GET", stage.url("/notes/1"), headers=junk).status == 401


def test_event_consumer_handles_events_and_gives_up_poison(deploy: Callable[..., Stage]) -> None:
    stage = deploy("event-consumer", "710000000003", {})
    event = {"Source": "shop", "DetailType": "OrderPlaced", "Detail": json.dumps({"order": 7})}
    other = {**event, "DetailType": "OrderCancelled"}
    stage.client("events").put_events(Entries=[event, other])
    (item,) = until(lambda: stage.items("HandledTable"))
    assert json.loads(item["detail"]["S"]) == {"order": 7}

    queue = stage.client("sqs")
    queue.send_message(QueueUrl=stage.outputs["QueueUrl"], MessageBody="poison")
    queue.send_message(QueueUrl=stage.outputs["QueueUrl"], MessageBody=json.dumps({"id": "by-hand", "detail": {}}))
    (dead,) = until(lambda: stage.messages(stage.outputs["DeadLettersUrl"]))
    assert dead["Body"] == "poison"
    assert {one["eventId"]["S"] for one in stage.items("HandledTable")} >= {"by-hand"}
    assert len(stage.items("HandledTable")) == 2
    stage.nothing_was_denied_or_lost()


def test_scheduled_job_runs_under_its_role(deploy: Callable[..., Stage]) -> None:
    stage = deploy("scheduled-job", "710000000004", {"schedule": "rate(1 hour)"})
    assert stage.aws.fire(stage.outputs["ScheduleName"], account=stage.account) == "rate(1 hour)"
    (run,) = until(lambda: stage.items("RunsTable"))
    assert run["runId"]["S"]
    assert run["result"]["S"]
    stage.nothing_was_denied_or_lost()


@pytest.mark.parametrize(("kind", "account"), [("STANDARD", "710000000005"), ("EXPRESS", "710000000006")])
def test_workflow_runs_to_its_end(deploy: Callable[..., Stage], kind: str, account: str) -> None:
    stage = deploy("step-functions-workflow", account, {"kind": kind})
    states = stage.client("stepfunctions")

    def run(request: object) -> str:
        machine, text = stage.outputs["MachineArn"], json.dumps(request)
        if kind == "EXPRESS":
            return str(states.start_sync_execution(stateMachineArn=machine, input=text)["status"])
        arn = states.start_execution(stateMachineArn=machine, input=text)["executionArn"]

        def ended() -> str:
            status = str(states.describe_execution(executionArn=arn)["status"])
            return "" if status == "RUNNING" else status

        return until(ended)

    assert run({"requestId": "small", "amount": 10}) == "SUCCEEDED"
    assert run({"requestId": "large", "amount": 5000}) == "SUCCEEDED"
    assert run({"requestId": "wrong"}) == "FAILED"
    assert [item["requestId"]["S"] for item in stage.items("RequestsTable")] == ["small"]
    (dead,) = until(lambda: stage.messages(stage.outputs["DeadLettersUrl"]))
    assert json.loads(dead["Body"])["requestId"] == "wrong"
    stage.nothing_was_denied_or_lost()


def test_static_site_has_a_private_bucket_behind_a_distribution(deploy: Callable[..., Stage]) -> None:
    stage = deploy("static-site", "710000000007", {})
    bucket = stage.outputs["FilesBucket"]
    stage.client("s3").put_object(Bucket=bucket, Key="index.html", Body=b"<!doctype html>")
    public = stage.client("s3").get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(public.values()) == {True}
    policy = json.loads(stage.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    assert policy["Statement"][0]["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    found = stage.client("cloudfront").get_distribution(Id=stage.outputs["DistributionId"])["Distribution"]
    config = found["DistributionConfig"]
    assert config["DefaultRootObject"] == "index.html"
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert stage.outputs["SiteUrl"] == f"https://{found['DomainName']}"
    stage.nothing_was_denied_or_lost()


def _user_token(stage: Stage) -> str:
    users = stage.client("cognito-idp")
    pool, client = stage.outputs["UserPoolId"], stage.outputs["UserPoolClientId"]
    name, password = "ada@example.com", "Secret-1234567"
    users.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    users.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    users.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName="member")
    parameters = {"USERNAME": name, "PASSWORD": password}
    answer = users.admin_initiate_auth(
        UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return str(answer["AuthenticationResult"]["IdToken"])


NESTED = """
  Notices:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: services/notices/stack.yaml
      Parameters:
        Stage: !Ref Stage
        LayerArn: !GetAtt Shared.Outputs.LayerArn
        BusName: !GetAtt Shared.Outputs.BusName
        BusArn: !GetAtt Shared.Outputs.BusArn
        ApiId: !GetAtt Shared.Outputs.ApiId
        AuthorizerId: !GetAtt Shared.Outputs.AuthorizerId
        AlarmTopicArn: !GetAtt Shared.Outputs.AlarmTopicArn
        Release: !Ref Release

Outputs:
"""


def test_python_service_runs_in_a_generated_system(aws: MiniStack, tmp_path: Path) -> None:
    root = generate("todo", tmp_path / "todo")
    service = write_project("python-service", {"system": "todo", "role": "member"}, tmp_path / "service")
    (service / "services" / "notices").rename(root / "services" / "notices")
    shown = (root / "services" / "notices" / "README.md").read_text()
    for line in NESTED.strip().removesuffix("Outputs:").strip().splitlines():
        assert line.strip() in shown
    stack = (root / "stack.yaml").read_text()
    (root / "stack.yaml").write_text(stack.replace("\nOutputs:\n", NESTED, 1))

    stage = deployed(aws, "710000000008", root, {})
    item = stage.url("/api/v1/notices/1")
    assert call("PUT", item, {"text": "one"}).status == 401
    token = {"Authorization": f"Bearer {_user_token(stage)}"}
    assert call("GET", item, headers=token).status == 404
    assert call("PUT", item, {"text": "one"}, token).status == 201
    assert json.loads(call("GET", item, headers=token).body)["data"] == {"item_id": "1", "text": "one"}
    stage.nothing_was_denied_or_lost()
