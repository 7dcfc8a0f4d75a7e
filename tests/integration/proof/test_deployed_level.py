import json
from pathlib import Path

import pytest
from generated_projects import EXAMPLES, generate
from http_calls import call
from proof_subjects import subject_of

from skafu.blueprint import System, resolve
from skafu.bootstrap import read_blueprint
from skafu.proof.checks import CheckResult
from skafu.proof.deployed_level import prove_deployed
from skafu.proof.kept import Kept

STACK = "services/lists/stack.yaml"
LONELY_MAPPING = """Resources:
  LonelyQueue:
    Type: AWS::SQS::Queue
  LonelyMapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref AddTask
      EventSourceArn: !GetAtt LonelyQueue.Arn
"""


@pytest.fixture(scope="module")
def system() -> System:
    return resolve(read_blueprint(EXAMPLES / "todo/skafu.yaml").blueprint)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return generate("todo", tmp_path / "project")


def deployed(project: Path, system: System, *, keep: bool = False) -> tuple[dict[str, CheckResult], Kept | None]:
    heard: list[object] = []
    subject = subject_of(project, project.parent / "out")
    kept = prove_deployed(subject, system, (), keep=keep, progress=heard.append)
    return {one.name: one for one in heard if isinstance(one, CheckResult)}, kept


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_missing_permission_is_named_with_role_action_and_resource(project: Path, system: System) -> None:
    replace(project / STACK, "Action: [dynamodb:Query, dynamodb:PutItem]", "Action: [dynamodb:Query]")

    results, _kept = deployed(project, system)

    (problem,) = (
        one
        for one in results["deployed.permissions"].problems
        if "may not dynamodb:PutItem on arn:" in one.message and "CreateListRole" in one.message
    )
    assert (problem.file, problem.element) == (STACK, "services.lists.aggregates.TodoList.commands.CreateList")
    assert (project / STACK).read_text().splitlines()[problem.line - 1] == "  CreateList:"
    assert "(used by todo-proof-lists-create-list)" in problem.message
    assert "table/todo-proof-lists-events: no statement allows it" in problem.message
    assert problem.fix.startswith("Allow dynamodb:PutItem")
    assert results["deployed.stacks"].verdict == "passed"
    assert results["deployed.cleanup"].verdict == "passed"


def test_a_stack_that_can_not_be_made_is_named_and_taken_away(project: Path, system: System) -> None:
    replace(project / STACK, "Resources:\n", LONELY_MAPPING)

    results, kept = deployed(project, system, keep=True)

    (problem,) = results["deployed.stacks"].problems
    assert (project / STACK).read_text().splitlines()[problem.line - 1] == "  LonelyMapping:"
    assert "LonelyMapping (AWS::Lambda::EventSourceMapping)" in problem.message
    assert "sqs:ReceiveMessage" in problem.message
    assert kept is None
    assert results["deployed.cleanup"].verdict == "passed"
    assert "deployed.access" not in results


def test_a_kept_system_answers_every_route_until_it_is_stopped(project: Path, system: System) -> None:
    results, kept = deployed(project, system, keep=True)

    assert kept is not None
    try:
        assert {token.role for token in kept.tokens} == {"", *system.roles}
        routes = {one.route for one in kept.calls}
        assert len(routes) == len(kept.calls) == 8
        answers = {}
        for one in kept.calls:
            headers = {"Authorization": f"Bearer {one.token}"} if one.token else {}
            answers[one.route] = call(one.method, one.url, json.loads(one.body or "null"), headers).status
        assert set(answers.values()) <= {200, 201}, answers
    finally:
        kept.stop()
    assert "deployed.cleanup" not in results
    with pytest.raises(OSError, match="refused"):
        call("GET", kept.endpoint)
