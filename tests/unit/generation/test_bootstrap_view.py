"""CloudFormation's role is held to its stage, and to what the system consists of."""

import json

from msgspec.structs import replace
from watched_systems import watched_system

from skafu.generation.bootstrap_view import bootstrap_view

INLINE_QUOTA = 10_240
"""How many characters the inline policies of a role may have (IAM's quota); names become longer than `${Stage}`."""


def sids(**changes: object) -> set[str]:
    return {one["sid"] for one in bootstrap_view(replace(watched_system(), **changes))}


def test_only_what_the_system_has_is_allowed() -> None:
    assert {"Tables", "Api", "Schedules"} <= sids()
    assert sids() & {"Workflows", "Buckets", "Firewall", "Secrets", "TopicRules", "Receipt"} == set()
    assert "Firewall" in sids(api="rest")


def test_every_action_without_bounds_is_held_to_names_of_the_stage() -> None:
    for rights in bootstrap_view(watched_system()):
        if any(action.endswith(":*") for action in rights["actions"]):
            assert all("small-${Stage}" in one or "Serverless-" in one for one in rights["resources"]), rights["sid"]


def test_the_policy_fits_into_a_role() -> None:
    rights = [
        (one["sid"], one["actions"], one["resources"], one["condition"]) for one in bootstrap_view(watched_system())
    ]
    text = json.dumps(rights).replace(" ", "").replace("${AWS::Region}:${AWS::AccountId}", "eu-west-1:123456789012")
    assert len(text.replace("${AWS::Partition}", "aws").replace("${Stage}", "staging")) < INLINE_QUOTA * 0.9
