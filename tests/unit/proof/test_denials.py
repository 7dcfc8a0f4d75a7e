"""A missing permission of every kind of role turns the proof red, with role, action and resource."""

import pytest

from skafu.proof.denials import lost_of, permissions_of
from skafu.proof.local_aws.port import Denial, LostDelivery, Report
from skafu.proof.stack_places import Places

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/shop-proof-Orders-XRole-1"
QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"
NOWHERE = Places({}, "stack.yaml", {}, {})
KINDS = {
    "a function": ("identity", ROLE, "shop-proof-orders-place-order", "dynamodb:PutItem"),
    "a rule": ("role", ROLE, "arn:aws:events:eu-central-1:1:rule/shop/started", "states:StartExecution"),
    "a rule of IoT": ("role", ROLE, "iot.amazonaws.com", "sqs:SendMessage"),
    "a schedule": ("role", ROLE, "scheduler.amazonaws.com", "sqs:SendMessage"),
    "a pipe": ("role", ROLE, "pipes.amazonaws.com", "events:PutEvents"),
    "a state machine": ("role", ROLE, "states.amazonaws.com", "lambda:InvokeFunction"),
    "an API": ("role", ROLE, "apigateway.amazonaws.com", "states:StartExecution"),
    "a mapping": ("role", ROLE, "lambda.amazonaws.com", "sqs:ReceiveMessage"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_role_action_and_resource_are_named(kind: str) -> None:
    how, principal, source, action = KINDS[kind]
    denial = Denial(how, principal, source, action, QUEUE, "no statement allows it")

    found = permissions_of(Report(denials=(denial,)), NOWHERE)

    (problem,) = found.problems
    assert found.verdict == "failed"
    assert f"the role {ROLE} (used by {source}) may not {action} on {QUEUE}: no statement" in problem.message
    assert problem.fix == f"Allow {action} on that resource in the role's policy."


def test_a_resource_that_lets_a_service_out_is_named() -> None:
    rule = "arn:aws:events:eu-central-1:1:rule/shop/started"
    reason = "no statement of the resource's policy allows it"
    denial = Denial("resource_policy", "events.amazonaws.com", rule, "sqs:SendMessage", QUEUE, reason)

    (problem,) = permissions_of(Report(denials=(denial,)), NOWHERE).problems

    assert problem.message == f"events.amazonaws.com (for {rule}) may not sqs:SendMessage on {QUEUE}: {reason}"
    assert problem.fix == f"Let the policy of {QUEUE} name it."


def test_who_was_denied_the_same_is_told_once() -> None:
    denials = tuple(Denial("identity", ROLE, f"fn-{one}", "s3:GetObject", "*", "no") for one in range(5))

    (problem,) = permissions_of(Report(denials=denials), NOWHERE).problems

    assert "(used by fn-0, fn-1, fn-2 and others)" in problem.message


def test_what_was_dropped_is_told() -> None:
    (problem,) = lost_of(Report(lost=(LostDelivery("a", QUEUE, "no"),))).problems
    assert problem.message == f"from a to {QUEUE}: dropped, because no"


def test_nothing_denied_and_nothing_dropped_passes() -> None:
    assert [one.verdict for one in (permissions_of(Report(), NOWHERE), lost_of(Report()))] == ["passed", "passed"]
