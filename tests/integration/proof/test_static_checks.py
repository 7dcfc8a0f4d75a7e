"""Every static check can fail: one generated project is broken in many places, and each check names its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from generated_projects import EXAMPLES, generate
from proof_subjects import subject_of

from skafu.blueprint import resolve
from skafu.bootstrap import read_blueprint
from skafu.proof.checks import CheckResult, Problem
from skafu.proof.jobs import run_jobs
from skafu.proof.local_levels import LANES, static_jobs

SERVICE = "services/lists/stack.yaml"
WORKFLOW = ".github/workflows/broken.yaml"
CODE = "services/lists/src/lists/broken.py"

BROKEN_CODE = '''"""Broken."""
import os


def answer() -> int:
    """Give the answer."""
    return 'forty-two'
'''
BROKEN_WORKFLOW = """on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.head_commit.message }} ${{ vars.STAGE }}
"""
BROKEN_RESOURCES = """Resources:
  Careless:
    Type: AWS::SQS::Queue
    Properties:
      SqsManagedSseEnabled: false
      VisibilityTimeout: soon
  Loud:
    Type: AWS::SNS::Topic
  Mighty:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: dynamodb:DeleteItem
            Resource: "*"
"""
UNTRANSLATABLE = """Transform: AWS::Serverless-2016-10-31
Resources:
  Nameless:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
"""


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def break_everywhere(root: Path) -> None:
    (root / CODE).write_text(BROKEN_CODE)
    (root / WORKFLOW).write_text(BROKEN_WORKFLOW)
    (root / "services/nameless.yaml").write_text(UNTRANSLATABLE)
    (root / "settings.py").write_text(f'"""Settings."""\n\nKEY = "{"AKIA" + "IOSFODNN7EXAMPLE"}"\n')
    replace(root / SERVICE, "Resources:\n", BROKEN_RESOURCES)
    replace(root / "openapi.yaml", "paths:\n", "paths:\n  /broken:\n    get:\n      responses: {200: {}}\n")
    replace(root / "openapi.yaml", "  /my-lists:\n", "  /all-lists:\n")
    replace(root / "asyncapi.yaml", "name: TaskAdded\n", "name: TaskPut\n")
    replace(root / "asyncapi.yaml", "channels:\n", "channels:\n  broken: {messages: {X: {$ref: '#/nowhere'}}}\n")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CheckResult]:
    home = tmp_path_factory.mktemp("broken")
    root = generate("todo", home / "project")
    break_everywhere(root)
    subject = subject_of(root, home / "out")
    system = resolve(read_blueprint(EXAMPLES / "todo/skafu.yaml").blueprint)
    jobs = static_jobs(subject, system)
    return {one.name: one for one in run_jobs(jobs, workers=LANES, runs=subject.runs, progress=lambda _: None)}


Expectation = Callable[[Problem], bool]


def at(file: str, line: int, said: str) -> Expectation:
    return lambda problem: (problem.file, problem.line) == (file, line) and said in problem.message


def within(file: str, said: str) -> Expectation:
    return lambda problem: problem.file == file and problem.line > 0 and said in problem.message


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("static.ruff", at(CODE, 2, "F401")),
        ("static.format", within(CODE, "not laid out")),
        ("static.mypy", at(CODE, 7, "return-value")),
        ("static.cfn-lint", within(SERVICE, "'soon' is not of type 'integer'")),
        ("static.sam", within("services/nameless.yaml", "Nameless")),
        ("static.iam", within(SERVICE, "Mighty: dynamodb:DeleteItem on *")),
        ("static.checkov", within(SERVICE, "CKV_AWS_26: Loud")),
        ("static.checkov", within(SERVICE, "Careless: queues are encrypted")),
        ("static.workflows", at(WORKFLOW, 6, "actions/checkout@v4 is not pinned")),
        ("static.workflows", at(WORKFLOW, 7, "potentially untrusted")),
        ("static.workflows", lambda problem: "the job build has every permission" in problem.message),
        ("static.openapi", within("openapi.yaml", "'description' is a required property")),
        ("static.asyncapi", within("asyncapi.yaml", "#/nowhere points to nothing")),
        ("static.openapi", lambda problem: "GET /my-lists is not in the document" in problem.message),
        ("static.asyncapi", lambda problem: "TaskAdded is not in the document" in problem.message),
        ("static.secrets", at("settings.py", 3, "AWS access key")),
    ],
)
def test_a_check_names_what_is_broken(results: dict[str, CheckResult], check: str, expected: Expectation) -> None:
    assert results[check].verdict == "failed"
    assert any(expected(problem) for problem in results[check].problems), results[check].problems


def test_what_is_newer_than_actionlint_is_no_problem(results: dict[str, CheckResult]) -> None:
    said = " ".join(problem.message for problem in results["static.workflows"].problems)

    assert "ubuntu-24.04" not in said
    assert "vars" not in said


def test_the_record_names_each_tool_with_its_version(results: dict[str, CheckResult]) -> None:
    own = {"static.iam", "static.secrets"}
    assert all(result.tool.rpartition(" ")[2][:1].isdigit() for name, result in results.items() if name not in own)
