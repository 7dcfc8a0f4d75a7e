"""Parts of CloudFormation templates for tests of the emulator, as short as AWS allows."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError
from emulator_process import Json, StackError

Part = dict[str, Any]
AWS_ACCOUNT = {"Ref": "AWS::AccountId"}


def needs(patch: str, *, quick: bool = True) -> Callable[[Any], Any]:
    """A test of one patch, given an `account`: it passes with the patch and fails without it.

    The day when it passes without (a strict xfail), MiniStack does not need the patch any more.

    Args:
        patch: its name in `PLUS_OFF`.
        quick: false leaves the run without the patch out.
    """
    failures = (AssertionError, KeyError, ClientError, StackError, pytest.fail.Exception)
    expected = pytest.mark.xfail(strict=True, raises=failures, reason=f"MiniStack without {patch}")
    without = pytest.param(patch, marks=expected)
    ways = ["", without] if quick else [""]
    return pytest.mark.parametrize("account", ways, indirect=True, ids=lambda off: off or "on")


def stack(resources: Mapping[str, Part], **outputs: Json) -> Part:
    """A template with outputs."""
    return {"Resources": dict(resources), "Outputs": {name: {"Value": value} for name, value in outputs.items()}}


def part(kind: str, **properties: Json) -> Part:
    """A resource."""
    return {"Type": f"AWS::{kind}", "Properties": properties}


def arn(logical_id: str) -> Part:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def ref(logical_id: str) -> Part:
    return {"Ref": logical_id}


def role(service: str, *allowed: tuple[str | list[str], Any]) -> Part:
    """A role for `service`.amazonaws.com with `(action, resource)` pairs; one for functions may also write logs."""
    if service == "lambda":
        allowed = (*allowed, (["logs:CreateLogStream", "logs:PutLogEvents"], "*"))
    trust = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}]
    statements = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in allowed]
    policies = [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]
    return part(
        "IAM::Role",
        AssumeRolePolicyDocument={"Version": "2012-10-17", "Statement": trust},
        **({"Policies": policies} if allowed else {}),
    )


def function(code: str, role_id: str = "Role", **properties: Json) -> Part:
    """A Python function whose module is `code`, with the handler `handler`."""
    shown: Part = {"Runtime": "python3.13", "Handler": "index.handler", "Timeout": 10, **properties}
    return part("Lambda::Function", **{"Code": {"ZipFile": code}, "Role": arn(role_id), **shown})


def table(**properties: Json) -> Part:
    """A table with the key `id` and a stream."""
    return part(
        "DynamoDB::Table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamViewType": "NEW_AND_OLD_IMAGES"},
        **properties,
    )


def queue_policy(queue: str, service: str) -> Part:
    """Lets `service`.amazonaws.com send to a queue."""
    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": arn(queue),
        "Principal": {"Service": f"{service}.amazonaws.com"},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return part("SQS::QueuePolicy", Queues=[ref(queue)], PolicyDocument=document)


def permission(function_id: str, service: str) -> Part:
    """Lets `service`.amazonaws.com invoke a function."""
    return part(
        "Lambda::Permission",
        FunctionName=arn(function_id),
        Action="lambda:InvokeFunction",
        Principal=f"{service}.amazonaws.com",
    )


def event(kind: str, **detail: Json) -> Part:
    """An entry for `put_events` on the default bus."""
    return {"Source": "test", "DetailType": kind, "Detail": json.dumps(detail)}
