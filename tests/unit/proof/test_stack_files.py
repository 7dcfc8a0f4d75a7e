from pathlib import Path

import pytest

from skafu.kernel.errors import Invalid
from skafu.proof.local_aws.stack_files import is_local, read_document, read_project, read_stack


def written(folder: Path, text: str) -> Path:
    path = folder / "stack.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Table.Arn", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!GetAtt Shared.Outputs.BusArn", {"Fn::GetAtt": ["Shared", "Outputs.BusArn"]}),
        ("!GetAtt [Table, Arn]", {"Fn::GetAtt": ["Table", "Arn"]}),
        ("!Sub '${A}-b'", {"Fn::Sub": "${A}-b"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!If [IsProd, !Ref A, !Ref 'AWS::NoValue']", {"Fn::If": ["IsProd", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("2012-10-17", "2012-10-17"),
        ("'007'", "007"),
        ("true", True),
        ("30", 30),
    ],
)
def test_short_tags_become_long_forms(tmp_path: Path, short: str, long: object) -> None:
    stack = read_stack(written(tmp_path, f"Resources:\n  Table:\n    Type: T\n    Properties:\n      Value: {short}\n"))
    assert stack["Resources"]["Table"]["Properties"]["Value"] == long


def test_json_is_read_too(tmp_path: Path) -> None:
    assert read_document(written(tmp_path, '{"StartAt": "Done", "States": {}}')) == {"StartAt": "Done", "States": {}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Resources: [", r"stack\.yaml is not YAML: .*line 2, column 1"),
        ("a: 1", "has no Resources"),
        ("- a", "has no Resources"),
        ("Resources: !!python/object/apply:os.system [ls]", "is not YAML"),
    ],
)
def test_what_is_no_stack_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Invalid, match=f"(?s){says}"):
        read_stack(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.yaml can't be read"):
        read_stack(tmp_path / "none.yaml")


def project(folder: Path, **stacks: str) -> Path:
    for name, text in stacks.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder / "root.yaml"


NO_RESOURCES = "Resources: {}"


def test_nested_stacks_of_both_kinds_are_followed_but_not_those_elsewhere(tmp_path: Path) -> None:
    root = """
Resources:
  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./a.yaml}}
  B: {Type: AWS::Serverless::Application, Properties: {Location: b.yaml}}
  C: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://example.com/c.yaml}}
  D: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: d}}}
  E: {Type: AWS::SQS::Queue}
  F: {Type: AWS::SNS::Topic, Properties: }
"""
    read = read_project(project(tmp_path, root=root, a=NO_RESOURCES, b=NO_RESOURCES))
    found = [(key, nested.path.name) for _properties, key, nested in read.nested]
    assert found == [("TemplateURL", "a.yaml"), ("Location", "b.yaml")]


@pytest.mark.parametrize(
    ("pointer", "says"),
    [
        ("root.yaml", r"root\.yaml is nested in itself"),
        ("../other/stack.yaml", "which is outside of the project"),
        ("/etc/passwd", "which is outside of the project"),
        ("none.yaml", "which does not exist"),
    ],
)
def test_a_stack_that_leads_nowhere_good_is_refused(tmp_path: Path, pointer: str, says: str) -> None:
    root = f"Resources: {{A: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {pointer}}}}}}}"
    with pytest.raises(Invalid, match=says):
        read_project(project(tmp_path, root=root))


def test_what_is_local() -> None:
    assert is_local("src/")
    assert not is_local("s3://bucket/key")
    assert not is_local({"Ref": "Code"})
    assert not is_local(None)
