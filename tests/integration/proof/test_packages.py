import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from skafu.kernel.errors import Invalid, Refused
from skafu.proof.local_aws import declared_build
from skafu.proof.local_aws.declared_build import build_as_declared
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.local_aws.packages import Packaging
from skafu.proof.toolbox import Toolbox

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOTES = Path(__file__).parent / "note_system"
ACCOUNT = "888888888888"


@pytest.fixture(scope="module")
def s3() -> Iterator["S3Client"]:
    with MiniStack(Toolbox.default()) as aws:
        yield boto3.Session().client("s3", **aws.wiring(ACCOUNT))


@pytest.fixture
def cache() -> Path:
    return Toolbox.default().home / "dependencies"


def project(folder: Path, stack: str, **files: str) -> Path:
    """Write a stack and files; `__` in a name stands for a slash."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "stack.yaml").write_text(stack)
    return folder / "stack.yaml"


def fetched(s3: "S3Client", place: dict[str, str]) -> bytes:
    bucket, key = place.get("Bucket") or place["S3Bucket"], place.get("Key") or place["S3Key"]
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def packaged_resources(s3: "S3Client", cache: Path, stack: Path) -> dict[str, Any]:
    url = Packaging.into(s3, ACCOUNT, cache).package(stack).template_url
    place = dict(zip(("Bucket", "Key"), url.split("/")[-2:], strict=True))
    return {name: one["Properties"] for name, one in json.loads(fetched(s3, place))["Resources"].items()}


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return bundle.namelist()


def test_packaging_again_gives_the_same_stack_and_uploads_once_per_content(s3: "S3Client", cache: Path) -> None:
    first = Packaging.into(s3, ACCOUNT, cache).package(NOTES / "stack.yaml")
    second = Packaging.into(s3, ACCOUNT, cache).package(NOTES / "stack.yaml")
    assert first.template_url == second.template_url
    assert first.uploads == 6


def test_plain_cloudformation_and_sam_resources_get_the_shape_that_each_wants(
    s3: "S3Client", cache: Path, tmp_path: Path
) -> None:
    stack = project(
        tmp_path,
        """
Resources:
  Sam: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}
  Plain: {Type: AWS::Lambda::Function, Properties: {Code: src}}
  Elsewhere: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}}}
  Machine: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionS3Location: w.asl.json}}
""",
        src__a_dot_py="A = 1\n",
        w_dot_asl_dot_json='{"StartAt": "A"}',
    )
    found = packaged_resources(s3, cache, stack)
    assert names_in(fetched(s3, found["Sam"]["CodeUri"])) == ["a.py"]
    assert found["Plain"]["Code"] == {
        "S3Bucket": found["Sam"]["CodeUri"]["Bucket"],
        "S3Key": found["Sam"]["CodeUri"]["Key"],
    }
    assert found["Elsewhere"]["Code"] == {"S3Bucket": "b", "S3Key": "k"}
    assert fetched(s3, found["Machine"]["DefinitionS3Location"]) == b'{"StartAt": "A"}'


def test_documents_of_apis_and_includes_are_put_in_place(s3: "S3Client", cache: Path, tmp_path: Path) -> None:
    stack = project(
        tmp_path,
        """
Resources:
  Api: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionUri: openapi.yaml}}
  Included:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Body: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: openapi.yaml}}}}
""",
        openapi_dot_yaml="openapi: 3.0.1\npaths: {/a: {get: {x: !GetAtt F.Arn}}}\n",
    )
    document = {"openapi": "3.0.1", "paths": {"/a": {"get": {"x": {"Fn::GetAtt": ["F", "Arn"]}}}}}
    found = packaged_resources(s3, cache, stack)
    assert found["Api"] == {"DefinitionBody": document}
    assert found["Included"] == {"Body": document}


def test_a_function_with_requirements_of_its_own_carries_them(s3: "S3Client", cache: Path, tmp_path: Path) -> None:
    stack = project(
        tmp_path,
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}}",
        src__a_dot_py="import iniconfig\n",
        src__requirements_dot_txt="iniconfig==2.3.0\n",
    )
    names = names_in(fetched(s3, packaged_resources(s3, cache, stack)["F"]["CodeUri"]))
    assert {"a.py", "iniconfig/__init__.py"} <= set(names)


def test_something_missing_is_named(s3: "S3Client", cache: Path, tmp_path: Path) -> None:
    stack = project(tmp_path, "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}}")
    with pytest.raises(Invalid, match=r"stack\.yaml points to src, which does not exist"):
        Packaging.into(s3, ACCOUNT, cache).package(stack)


def test_requirements_that_cannot_be_met_are_the_project_s_fault(s3: "S3Client", tmp_path: Path) -> None:
    stack = project(
        tmp_path,
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: src}}}",
        src__requirements_dot_txt="iniconfig==2.3.0\niniconfig==2.0.0\n",
    )
    with pytest.raises(Invalid, match=r"src/requirements\.txt can't be installed for this machine's Python"):
        Packaging.into(s3, ACCOUNT, tmp_path / "cache").package(stack)


def test_the_declared_build_is_resolved_and_measured(cache: Path) -> None:
    (build,) = build_as_declared(NOTES / "stack.yaml", cache)
    assert (build.runtime, build.architecture) == ("python3.13", "arm64")
    assert 100_000 < build.unzipped_bytes < 5_000_000
    (wheels,) = {path.name.rsplit("-", 2)[-2] for path in cache.glob("*/msgspec/_core.cpython-313-aarch64-*")}
    assert wheels.endswith("linux")


def test_a_dependency_without_a_wheel_for_the_declared_runtime_is_refused(tmp_path: Path) -> None:
    stack = project(
        tmp_path,
        "Resources: {F: {Type: AWS::Serverless::Function, "
        "Properties: {CodeUri: src, Runtime: python3.14, Architectures: [arm64]}}}",
        src__requirements_dot_txt="msgspec==0.18.6\n",
    )
    with pytest.raises(Invalid, match=r"(?s)for Python 3\.14 on aarch64-manylinux_2_28.*msgspec"):
        build_as_declared(stack, tmp_path / "cache")


def test_a_bundle_that_lambda_does_not_take_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared_build, "UNZIPPED_LIMIT_BYTES", 100_000)
    with pytest.raises(Refused, match="Lambda takes"):
        build_as_declared(NOTES / "stack.yaml", cache)
