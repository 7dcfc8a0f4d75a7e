from pathlib import Path
from typing import Any

from skafu.proof.proof_stage import Change, changes_of
from skafu.proof.static.stack_sources import StackSource


def source(stack: dict[str, Any]) -> StackSource:
    return StackSource("stack.yaml", Path("stack.yaml"), stack, {})


def test_values_that_differ_from_production_are_listed() -> None:
    stages = {"proof": {"Retries": 2, "Days": 14}, "prod": {"Retries": 5, "Days": 14}, "dev": {"Retries": 5}}

    assert changes_of([source({"Mappings": {"Stages": stages}})]) == (Change("stack.yaml", "Retries", "2", "5"),)


def test_conditions_are_worked_out_for_both_stages() -> None:
    conditions = {
        "IsProof": {"Fn::Equals": [{"Ref": "Stage"}, "proof"]},
        "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "Patient": {"Fn::Not": [{"Condition": "IsProof"}]},
        "Small": {"Fn::Or": [{"Condition": "IsDev"}, {"Condition": "IsProof"}]},
        "Both": {"Fn::And": [{"Condition": "IsProof"}, {"Fn::Equals": [{"Ref": "Other"}, "x"]}]},
        "Unknown": {"Fn::Equals": [{"Ref": "Other"}, "x"]},
    }

    found = {change.name: (change.proof, change.prod) for change in changes_of([source({"Conditions": conditions})])}

    assert found == {"IsProof": ("true", "false"), "Patient": ("false", "true"), "Small": ("true", "false")}
