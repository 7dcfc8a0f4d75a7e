"""However long the names of a blueprint are, what its stacks name is not too long for AWS, and never twice the same."""

from collections import Counter

import pytest
from long_names import TEXT
from stack_documents import resources_of

from skafu.blueprint import read
from skafu.blueprint.aws_limits import LONGEST_HANDLER, NAME_LIMITS
from skafu.bootstrap import project_of
from skafu.scaffold import FileTree

FUNCTION = "AWS::Serverless::Function"
KINDS = {FUNCTION: "AWS::Lambda::Function", "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine"}
KINDS |= {"AWS::Serverless::LayerVersion": "AWS::Lambda::LayerVersion"}
NAMES = (
    *("Name", "FunctionName", "QueueName", "RuleName", "BucketName", "TopicName", "LogGroupName", "TableName"),
    *("AlarmName", "ApplicationName", "RuleSetName", "RoleName", "ArchiveName", "LayerName"),
)
FILLED = {"${Stage}": "staging", "${AWS::AccountId}": "123456789012"}


@pytest.fixture(scope="module")
def project() -> FileTree:
    """The project of a system with long names."""
    return project_of(read(TEXT), TEXT)


def _name(properties: dict[str, object]) -> str | None:
    name = next((str(properties[key]) for key in NAMES if key in properties), None)
    for variable, value in FILLED.items():
        name = name.replace(variable, value) if name else None
    return name


def test_names_keep_to_the_limits(project: FileTree) -> None:
    seen = []
    for logical_id, type_, properties in resources_of(project):
        kind, name = KINDS.get(type_, type_), _name(properties)
        if kind in NAME_LIMITS and name:
            assert len(name) <= NAME_LIMITS[kind], (logical_id, name)
            seen.append((kind, name))
    assert {kind for kind, _ in seen} >= NAME_LIMITS.keys() - {"AWS::SES::ReceiptRule", "AWS::SES::ReceiptRuleSet"}
    assert Counter(seen).most_common(1)[0][1] == 1


def test_handlers_and_paths_keep_to_the_limits(project: FileTree) -> None:
    handlers = [properties["Handler"] for _, type_, properties in resources_of(project) if type_ == FUNCTION]
    assert max(len(one) for one in handlers) <= LONGEST_HANDLER
    assert len(set(handlers)) >= 12
    assert max(len(path) for path in project) <= 240
    for handler in handlers:
        module = handler.rpartition(".")[0].replace(".", "/")
        assert any(path.endswith(f"/{module}.py") for path in project), handler
