"""How the addresses that stacks give out are called on the local AWS."""

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from http_calls import call

from skafu.kernel.errors import Invalid
from skafu.proof.local_aws.deployment import Deployment
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.toolbox import Toolbox

ACCOUNT = "777777777777"

STACK = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: echo.handler
      CodeUri: src
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        Root: {Type: HttpApi, Properties: {ApiId: !Ref DefaultStage, Method: GET, Path: /api/v1/a}}
        Staged: {Type: HttpApi, Properties: {ApiId: !Ref NamedStage, Method: GET, Path: /api/v1/a}}
        Rest: {Type: Api, Properties: {RestApiId: !Ref RestApi, Method: GET, Path: /api/v1/a}}
  DefaultStage: {Type: AWS::Serverless::HttpApi}
  NamedStage: {Type: AWS::Serverless::HttpApi, Properties: {StageName: proof}}
  RestApi: {Type: AWS::Serverless::Api, Properties: {StageName: proof}}
Outputs:
  Root: {Value: !Sub 'https://${DefaultStage}.execute-api.${AWS::Region}.amazonaws.com'}
  Staged: {Value: !Sub 'https://${NamedStage}.execute-api.${AWS::Region}.amazonaws.com/proof'}
  Rest: {Value: !Sub 'https://${RestApi}.execute-api.${AWS::Region}.amazonaws.com/proof'}
  Function: {Value: !GetAtt EchoUrl.FunctionUrl}
"""

ECHO = """
def handler(event, context):
    return {"statusCode": 200, "body": event.get("rawPath") or event["path"]}
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[MiniStack]:
    with MiniStack(Toolbox.default()) as running:
        yield running


@pytest.fixture(scope="module")
def outputs(aws: MiniStack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("echo")
    (folder / "src").mkdir()
    (folder / "src" / "echo.py").write_text(ECHO)
    (folder / "stack.yaml").write_text(STACK)
    session = boto3.Session()
    packaging = Packaging.into(session.client("s3", **aws.wiring(ACCOUNT)), ACCOUNT, Path("unused"))
    packaged = packaging.package(folder / "stack.yaml")
    return Deployment(session.client("cloudformation", **aws.wiring(ACCOUNT)), "echo").deploy(packaged.template_url)


@pytest.mark.parametrize(
    ("output", "path", "seen"),
    [
        ("Root", "/api/v1/a", "/api/v1/a"),
        ("Staged", "/api/v1/a", "/api/v1/a"),  # AWS puts the stage in rawPath, this emulator does not
        ("Rest", "/api/v1/a", "/api/v1/a"),
        ("Function", "any/path", "/any/path"),
    ],
)
def test_an_address_of_aws_is_called_here(
    aws: MiniStack, outputs: dict[str, str], output: str, path: str, seen: str
) -> None:
    answer = call("GET", aws.address_of(outputs[output]) + path)
    assert (answer.status, answer.body) == (200, seen), json.dumps(outputs)


def test_an_address_of_something_else_is_refused(aws: MiniStack) -> None:
    with pytest.raises(Invalid, match=r"https://example\.com"):
        aws.address_of("https://example.com/")
