"""What must hold for the stack, whatever it does."""

from pathlib import Path
from typing import Any

import pytest
import yaml

STACK = Path(__file__).parent.parent / "stack.yaml"
WITHOUT_RESOURCE = {"xray:PutTraceSegments"}
"""Actions that can't be narrowed to a resource."""


class Loader(yaml.SafeLoader):
    """Reads CloudFormation: `!Ref x` becomes `{"Ref": "x"}`."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _intrinsic)  # type: ignore[no-untyped-call]
RESOURCES: dict[str, Any] = yaml.load(STACK.read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader


def every(kind: str) -> list[Any]:
    found = {name: one for name, one in RESOURCES.items() if one["Type"] == kind}
    return [pytest.param(one["Properties"], id=name) for name, one in found.items()]


def statements(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [found for item in value for found in statements(item)]
    if not isinstance(value, dict):
        return []
    # The policy of a key is about that key alone.
    value = {name: one for name, one in value.items() if name != "KeyPolicy"}
    own = [value] if value.get("Effect") == "Allow" and "Action" in value else []
    return own + [found for item in value.values() for found in statements(item)]


@pytest.mark.parametrize("statement", statements(RESOURCES))
def test_rights_are_named_one_by_one(statement: dict[str, Any]) -> None:
    actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
    assert not [action for action in actions if "*" in action]
    assert statement.get("Resource") != "*" or set(actions) <= WITHOUT_RESOURCE


@pytest.mark.parametrize("log", every("AWS::Logs::LogGroup"))
def test_logs_do_not_stay_for_ever(log: dict[str, Any]) -> None:
    assert log["RetentionInDays"]


@pytest.mark.parametrize("function", every("AWS::Serverless::Function"))
def test_functions_write_to_a_log_group_of_their_own(function: dict[str, Any]) -> None:
    assert function["LoggingConfig"]["LogGroup"]


@pytest.mark.parametrize("table", every("AWS::DynamoDB::Table"))
def test_tables_are_encrypted_and_can_be_restored(table: dict[str, Any]) -> None:
    assert table["SSESpecification"]["SSEEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


@pytest.mark.parametrize("queue", every("AWS::SQS::Queue"))
def test_queues_are_encrypted_and_keep_their_messages(queue: dict[str, Any]) -> None:
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600
