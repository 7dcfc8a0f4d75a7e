from pathlib import Path
from typing import Any

import pytest

from skafu.proof.static.permissions import Statement, check_permissions, judge, text_of
from skafu.proof.static.stack_sources import StackSource
from skafu.proof.static.stacks import Translated

TABLE = "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders"


def of_role(action: object, resource: object, **more: object) -> Statement:
    content = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return Statement("Rights", "AWS::IAM::Role", content, of_role=True)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:Query", {"Fn::GetAtt": ["Orders", "Arn"]}),
        ("dynamodb:Query", TABLE),
        ("dynamodb:Query", {"Fn::Sub": "${Orders.Arn}/index/*"}),
        ("dynamodb:Query", f"{TABLE}/index/*"),
        (["s3:GetObject", "s3:PutObject"], {"Fn::Sub": "${Files.Arn}/*"}),
        ("s3:PutObject", {"Fn::Sub": "${Files.Arn}/files/*"}),
        ("logs:PutLogEvents", {"Fn::Sub": "arn:aws:logs:eu-west-1:1:log-group:/aws/x:*"}),
        ("dynamodb:ListStreams", "*"),
        (["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
        ("events:PutEvents", {"Ref": "BusArn"}),
    ],
)
def test_exact_actions_on_one_resource_are_allowed(action: object, resource: object) -> None:
    assert list(judge(of_role(action, resource))) == []


@pytest.mark.parametrize(
    ("action", "resource", "said"),
    [
        ("dynamodb:*", TABLE, "the action dynamodb:* has a wildcard"),
        ("dynamodb:Get?tem", TABLE, "the action dynamodb:Get?tem has a wildcard"),
        ("*", TABLE, "the action * has a wildcard"),
        ("dynamodb:Query", "*", "the resource has a wildcard"),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:1:table/*", "the resource has a wildcard"),
        ("dynamodb:Query", "arn:aws:dynamodb:*:*:table/orders", "the resource has a wildcard"),
        ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:1:table/*/index/*", "the resource has a wildcard"),
        ("dynamodb:Query", {"Fn::Sub": "${Orders.Arn}/*"}, "the resource has a wildcard"),
        ("s3:GetObject", "arn:aws:s3:::*", "the resource has a wildcard"),
        ("s3:GetObject", {"Fn::Sub": "${Files.Arn}/*/secret/*"}, "the resource has a wildcard"),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:*", "the resource has a wildcard"),
        (["dynamodb:ListStreams", "dynamodb:Query"], "*", "the resource has a wildcard"),
        ("sqs:SendMessage", {"Fn::Join": [":", ["arn:aws:sqs:eu-west-1:1", "*"]]}, "the resource has a wildcard"),
    ],
)
def test_a_wildcard_is_named_with_its_action(action: object, resource: object, said: str) -> None:
    assert any(said in message for message, _word, _fix in judge(of_role(action, resource)))


def test_a_denial_may_be_as_wide_as_it_likes() -> None:
    assert list(judge(of_role("*", "*", Effect="Deny"))) == []


def test_what_is_allowed_by_exclusion_is_refused() -> None:
    content = {"Effect": "Allow", "NotAction": "iam:PassRole", "Resource": TABLE}

    (verdict,) = judge(Statement("Rights", "AWS::IAM::Policy", content, of_role=True))

    assert "NotAction allows whatever is not named" in verdict[0]


def queue_policy(principal: object, **more: object) -> Statement:
    content = {"Effect": "Allow", "Action": "sqs:SendMessage", "Principal": principal, "Resource": "${Q.Arn}", **more}
    return Statement("QueuePolicy", "AWS::SQS::QueuePolicy", content, of_role=False)


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["1", "*"]}])
def test_a_resource_that_anybody_may_use_is_refused(principal: object) -> None:
    assert [verdict[0] for verdict in judge(queue_policy(principal))] == ["QueuePolicy: anybody may sqs:SendMessage"]
    assert list(judge(queue_policy(principal, Condition={"ArnEquals": {"aws:SourceArn": "x"}}))) == []


def test_the_owner_of_a_key_may_do_everything_with_it_and_nobody_else() -> None:
    content: dict[str, Any] = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    owner = {"Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}}
    service = {"Principal": {"Service": "cloudwatch.amazonaws.com"}}

    assert list(judge(Statement("Key", "AWS::KMS::Key", {**content, **owner}, of_role=False))) == []
    assert list(judge(Statement("Key", "AWS::KMS::Key", {**content, **service}, of_role=False))) != []


def translated(tmp_path: Path, resources: dict[str, Any]) -> Translated:
    path = tmp_path / "stack.yaml"
    path.write_text("Resources:\n  Ask:\n    Type: x\n    Action: dynamodb:*\n  Other: {}\n")
    source = StackSource("stack.yaml", path, {}, {"Ask": (2, 4), "Other": (5, 5)})
    return Translated({"stack.yaml": source}, {"stack.yaml": {"Resources": resources}})


def role(statement: dict[str, Any]) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": document}]}}


def test_a_problem_stands_at_the_line_of_the_resource_that_the_role_was_made_from(tmp_path: Path) -> None:
    stacks = translated(tmp_path, {"AskRole": role({"Effect": "Allow", "Action": "dynamodb:*", "Resource": TABLE})})

    (result,) = check_permissions(stacks)

    assert result.verdict == "failed"
    assert (result.problems[0].file, result.problems[0].line) == ("stack.yaml", 4)


def test_every_kind_of_policy_is_looked_at(tmp_path: Path) -> None:
    wide = {"Effect": "Allow", "Action": "sns:*", "Principal": {"Service": "x"}, "Resource": "arn:aws:sns:a:1:t"}
    document = {"Statement": wide}
    text = '{"Statement": [{"Effect": "Allow", "Action": "logs:*", "Principal": "*", "Resource": "${Log.Arn}"}]}'
    stacks = translated(
        tmp_path,
        {
            "A": role(wide),
            "B": {"Type": "AWS::IAM::RolePolicy", "Properties": {"PolicyDocument": document}},
            "C": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"PolicyDocument": document}},
            "D": {"Type": "AWS::Logs::ResourcePolicy", "Properties": {"PolicyDocument": {"Fn::Sub": text}}},
            "E": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {"Action": "lambda:InvokeFunction", "Principal": "*"},
            },
            "F": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/PowerUser"]}},
        },
    )

    (result,) = check_permissions(stacks)

    assert sorted({problem.message.partition(":")[0] for problem in result.problems}) == ["A", "B", "C", "D", "E", "F"]


def test_a_role_may_use_the_policy_that_writes_logs(tmp_path: Path) -> None:
    arn = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}
    stacks = translated(tmp_path, {"A": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [arn]}}})

    assert check_permissions(stacks)[0].verdict == "passed"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Bus"}, "${Bus}"),
        ({"Fn::GetAtt": "Orders.Arn"}, "${Orders.Arn}"),
        ({"Fn::Sub": ["${A}/*", {"A": "x"}]}, "${A}/*"),
        ({"Fn::Join": ["/", [{"Ref": "A"}, "*"]]}, "${A}/*"),
        ({"Fn::ImportValue": "x"}, "${Fn::ImportValue}"),
    ],
)
def test_intrinsics_become_text(value: object, text: str) -> None:
    assert text_of(value) == text
