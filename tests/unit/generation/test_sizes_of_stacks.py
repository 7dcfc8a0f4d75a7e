"""What the check of a blueprint says of the size of a stack is nearly what is generated."""

import pytest
from driven_project import system_of
from generated_projects import tree_of
from stack_documents import stacks_of

from skafu.blueprint.checking.stacks import resources_of


@pytest.mark.parametrize("example", ["todo", "bookstore", "gym", "auction", "invoices", "cold-chain"])
def test_the_estimate_is_near(example: str) -> None:
    system, stacks = system_of(example), stacks_of(tree_of(example))
    for service in system.services:
        resources = stacks[f"services/{service.names.kebab}/stack.yaml"]["Resources"].values()
        # SAM makes a role of the policies of each function.
        roles = sum(one["Type"] == "AWS::Serverless::Function" for one in resources)
        assert resources_of(service, system.api) == pytest.approx(len(resources) + roles, rel=0.12)
