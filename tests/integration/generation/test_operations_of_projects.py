"""What a generated project says about running it holds together: stacks, runbooks, documents, pipeline."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from generated_projects import generate

from skafu.proof.local_aws.stack_files import read_stack

EXAMPLES = ("todo", "bookstore", "cold-chain")
Resources = dict[str, Any]


@pytest.fixture(scope="module", params=EXAMPLES)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(request.param, tmp_path_factory.mktemp("generated") / request.param)


def stacks(project: Path) -> Iterator[Resources]:
    for path in (project / "shared/stack.yaml", *sorted(project.glob("services/*/stack.yaml"))):
        yield read_stack(path)["Resources"]


def of_kind(project: Path, kind: str) -> list[Any]:
    return [one for resources in stacks(project) for one in resources.values() if one["Type"] == kind]


def documents(project: Path) -> list[Path]:
    return [*project.glob("*.md"), *project.glob("docs/**/*.md")]


def test_alarms_cost_nothing_in_dev_and_name_a_runbook(project: Path) -> None:
    alarms = of_kind(project, "AWS::CloudWatch::Alarm")
    assert len(alarms) >= 5
    for alarm in alarms:
        assert alarm["Condition"] == "HasAlarms"
        (runbook,) = re.findall(r"docs/runbooks/[\w-]+\.md", alarm["Properties"]["AlarmDescription"])
        assert (project / runbook).is_file()
        assert alarm["Properties"]["AlarmActions"]
        assert len(alarm["Properties"].get("Metrics", [])) <= 11


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("AWS::CloudWatch::Dashboard", "LikeProduction"),
        ("AWS::KMS::Key", "LikeProduction"),
        ("AWS::CodeDeploy::Application", "HasCanary"),
        ("AWS::CodeDeploy::DeploymentGroup", "HasCanary"),
        ("AWS::Lambda::Alias", "HasCanary"),
        ("AWS::Lambda::Version", "HasCanary"),
    ],
)
def test_what_costs_or_waits_is_not_in_every_stage(project: Path, kind: str, condition: str) -> None:
    found = of_kind(project, kind)
    assert found
    assert {one["Condition"] for one in found} == {condition}


def test_the_dashboard_is_json(project: Path) -> None:
    (dashboard,) = of_kind(project, "AWS::CloudWatch::Dashboard")
    body = json.loads(dashboard["Properties"]["DashboardBody"]["Fn::Sub"])
    assert body["widgets"][0]["properties"]["title"] == "API"


def test_personal_data_is_encrypted_with_a_key_of_its_own_where_there_is_some(project: Path) -> None:
    for resources in stacks(project):
        personal = "PERSONAL_FIELDS" in json.dumps([one for one in resources.values() if "Function" in one["Type"]])
        tables = [one for one in resources.values() if one["Type"] == "AWS::DynamoDB::Table"]
        if "KeyRights" in resources:
            roles = {one["Ref"] for one in resources["KeyRights"]["Properties"]["Roles"]}
            functions = {name for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"}
            assert {f"{name}Role" for name in functions} <= roles
        for table in tables:
            key = table["Properties"]["SSESpecification"].get("KMSMasterKeyId")
            assert (key is not None) == ("KeyRights" in resources) or personal


def test_links_between_documents_lead_somewhere(project: Path) -> None:
    for path in documents(project):
        for target in re.findall(r"\]\(([^)]+)\)", path.read_text()):
            if not target.startswith("http"):
                assert (path.parent / target).is_file(), f"{path.name}: {target}"


def test_every_decision_is_listed(project: Path) -> None:
    index = (project / "docs/adr/README.md").read_text()
    listed = set(re.findall(r"\(([\w-]+\.md)\)", index))
    assert listed == {path.name for path in (project / "docs/adr").glob("*.md")} - {"README.md"}


def test_examples_of_the_api_fit_their_schemas(project: Path) -> None:
    document = yaml.safe_load((project / "openapi.yaml").read_text())
    bodies = 0
    for path in document["paths"].values():
        for operation in path.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if "example" in content:
                bodies += 1
                jsonschema.validate(content["example"], {**document, **content["schema"]})
            for answer in operation["responses"].values():
                told = answer.get("content", {}).get("application/json", {})
                for example in told.get("examples", {}).values():
                    jsonschema.validate(example["value"], {**document, **told["schema"]})
    assert bodies


def test_every_event_is_in_the_catalogue(project: Path) -> None:
    events = yaml.safe_load((project / "asyncapi.yaml").read_text())["components"]["messages"].values()
    catalogue = (project / "docs/events.md").read_text()
    assert all(f"### {event['name']}\n" in catalogue for event in events)


def test_the_pipeline_goes_from_checks_to_production(project: Path) -> None:
    jobs = yaml.safe_load((project / ".github/workflows/deliver.yaml").read_text())["jobs"]
    way, name = ["production"], "production"
    while needed := jobs[name].get("needs"):
        way.insert(0, needed)
        name = needed
    assert way == ["check", "build", "dev", "integration", "staging", "e2e", "production"]
    assert jobs["production"]["steps"][-1]["run"] == "make smoke STAGE=prod"
    uses = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert all(re.search(r"@[0-9a-f]{40}$", one) for one in uses)
    deploying = [job for job in jobs.values() if "environment" in job]
    assert all(job["permissions"] == {"contents": "read", "id-token": "write"} for job in deploying)


def test_the_pipeline_takes_its_role_for_one_repository_and_stage(project: Path) -> None:
    roles = read_stack(project / "bootstrap/stack.yaml")["Resources"]
    trust = roles["DeployRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]
    assert trust["token.actions.githubusercontent.com:sub"] == {"Fn::Sub": "repo:${Repository}:environment:${Stage}"}
    passed = roles["ExecutionRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert passed == {"Service": "cloudformation.amazonaws.com"}
