"""Roles that deploy may name resources by their stage, and nothing beyond it."""

from typing import Any

import pytest

from skafu.proof.static.permissions import judge, statements_of

CLOUDFORMATION = {"Service": "cloudformation.amazonaws.com"}
GITHUB = {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"}
LAMBDA = {"Service": "lambda.amazonaws.com"}
STAGE = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/shop-${Stage}-*"


def role(principal: dict[str, Any], **statement: object) -> dict[str, Any]:
    trust = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
    policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "Allow", **statement}]}}
    properties = {"AssumeRolePolicyDocument": trust, "Policies": [policy]}
    return {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}}


def verdicts(principal: dict[str, Any], **statement: object) -> list[str]:
    return [said for one in statements_of(role(principal, **statement)) for said, _, _ in judge(one)]


@pytest.mark.parametrize("principal", [CLOUDFORMATION, GITHUB])
def test_a_deployment_may_do_everything_with_its_stage(principal: dict[str, Any]) -> None:
    assert verdicts(principal, Action="dynamodb:*", Resource={"Fn::Sub": STAGE}) == []


@pytest.mark.parametrize("principal", [LAMBDA, {**GITHUB, **LAMBDA}])
def test_what_runs_may_not(principal: dict[str, Any]) -> None:
    assert verdicts(principal, Action="dynamodb:*", Resource={"Fn::Sub": STAGE}) != []


@pytest.mark.parametrize("resource", ["*", "arn:aws:dynamodb:eu-west-1:123456789012:table/*"])
def test_nothing_outside_of_the_stage(resource: str) -> None:
    assert verdicts(CLOUDFORMATION, Action="dynamodb:*", Resource=resource) != []
    assert verdicts(CLOUDFORMATION, Action="dynamodb:DeleteTable", Resource=resource) != []


def test_what_has_no_name_yet_needs_a_condition_and_exact_actions() -> None:
    here = {"StringEquals": {"aws:RequestedRegion": {"Ref": "AWS::Region"}}}
    assert verdicts(CLOUDFORMATION, Action="kms:CreateKey", Resource="*", Condition=here) == []
    assert verdicts(CLOUDFORMATION, Action="kms:CreateKey", Resource="*") != []
    assert verdicts(CLOUDFORMATION, Action="kms:*", Resource="*", Condition=here) != []
