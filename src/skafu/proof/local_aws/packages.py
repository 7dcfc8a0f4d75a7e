"""Packages a project for deployment: builds functions and layers, uploads them, points the stacks to the uploads."""

import hashlib
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from skafu.proof.local_aws.bundles import (
    Target,
    function_contents,
    install_dependencies,
    layer_contents,
    zip_of,
)
from skafu.proof.local_aws.port import REGION
from skafu.proof.local_aws.stack_files import StackFile, is_local, read_document, read_project, resources_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_Content = Literal["function", "layer", "file"]
_POINTERS: dict[str, tuple[str, _Content]] = {
    "AWS::Serverless::Function": ("CodeUri", "function"),
    "AWS::Lambda::Function": ("Code", "function"),
    "AWS::Serverless::LayerVersion": ("ContentUri", "layer"),
    "AWS::Lambda::LayerVersion": ("Content", "layer"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "file"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "file"),
    "AWS::ApiGatewayV2::Api": ("BodyS3Location", "file"),
    "AWS::ApiGateway::RestApi": ("BodyS3Location", "file"),
}
_INLINE = {"AWS::Serverless::Api", "AWS::Serverless::HttpApi"}
THIS_MACHINE = Target(sys.executable)


@dataclass(frozen=True)
class Packaged:
    """A project that is ready to deploy.

    Attributes:
        template_url: the root stack in the bucket.
        uploads: how many different artifacts were uploaded, stacks included.
        seconds: wall time.
    """

    template_url: str
    uploads: int
    seconds: float


@dataclass
class Packaging:
    """One packaging of one project into one bucket.

    Attributes:
        s3: a client of the account that the project is deployed to.
        bucket: an existing bucket there.
        cache: the folder for installed dependencies.
    """

    s3: "S3Client"
    bucket: str
    cache: Path
    _uploaded: set[str] = field(default_factory=set)
    _bundles: dict[tuple[str, Path], str] = field(default_factory=dict)

    @classmethod
    def into(cls, s3: "S3Client", account: str, cache: Path) -> "Packaging":
        """Give a packaging into the account's bucket for artifacts, made if it is not there.

        Args:
            s3: a client of the account.
            account: its id; names of buckets are global over accounts.
            cache: the folder for installed dependencies.
        """
        bucket = f"skafu-artifacts-{account}"
        if all(found.get("Name") != bucket for found in s3.list_buckets()["Buckets"]):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        return cls(s3, bucket, cache)

    def package(self, root: Path) -> Packaged:
        """Package a root stack and everything that it points to.

        Args:
            root: the root stack file.

        Raises:
            Invalid: a stack can't be read, points to something missing, or its requirements can't be met.
            Unavailable: the package registry did not answer.
        """
        begun = time.monotonic()
        url = self._stack_url(read_project(root))
        return Packaged(url, len(self._uploaded), time.monotonic() - begun)

    def _stack_url(self, file: StackFile) -> str:
        for properties, key, nested in file.nested:
            properties[key] = self._stack_url(nested)
        self._point_to_uploads(file)
        key = self._upload(json.dumps(file.stack).encode(), ".json")
        return f"{self.s3.meta.endpoint_url}/{self.bucket}/{key}"

    def _point_to_uploads(self, file: StackFile) -> None:
        function_globals = file.stack.get("Globals", {}).get("Function", {})
        if is_local(function_globals.get("CodeUri")):
            source = file.pointed_at(function_globals["CodeUri"])
            function_globals["CodeUri"] = self._place("", self._bundle("function", source))
        for _logical_id, kind, properties in resources_of(file.stack):
            key, content = _POINTERS.get(kind, ("", "file"))
            if is_local(properties.get(key)):
                source = file.pointed_at(properties[key])
                uploaded = self._file(source) if content == "file" else self._bundle(content, source)
                properties[key] = self._place(kind, uploaded)
            if kind in _INLINE and is_local(properties.get("DefinitionUri")):
                properties["DefinitionBody"] = read_document(file.pointed_at(properties.pop("DefinitionUri")))
            properties.update({key: _with_includes(value, file) for key, value in properties.items()})

    def _place(self, kind: str, key: str) -> dict[str, str]:
        if kind.startswith("AWS::Lambda::"):
            return {"S3Bucket": self.bucket, "S3Key": key}
        return {"Bucket": self.bucket, "Key": key}

    def _file(self, path: Path) -> str:
        return self._upload(path.read_bytes(), path.suffix)

    def _bundle(self, kind: _Content, source: Path) -> str:
        """Zip and upload a folder once, however many functions point to it."""
        if (kind, source) not in self._bundles:
            contents = layer_contents if kind == "layer" else function_contents
            dependencies = install_dependencies(source, THIS_MACHINE, self.cache)
            self._bundles[kind, source] = self._upload(zip_of(contents(source, dependencies)), ".zip")
        return self._bundles[kind, source]

    def _upload(self, content: bytes, suffix: str) -> str:
        key = hashlib.sha256(content).hexdigest()[:32] + suffix
        if key not in self._uploaded:
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
            self._uploaded.add(key)
        return key


def _with_includes(value: object, file: StackFile) -> object:
    """Put the files of `Fn::Transform: AWS::Include` where they are included."""
    if isinstance(value, list):
        return [_with_includes(inner, file) for inner in value]
    if not isinstance(value, dict):
        return value
    if location := _local_include(value):
        return read_document(file.pointed_at(location))
    return {key: _with_includes(inner, file) for key, inner in value.items()}


def _local_include(value: dict[str, Any]) -> str:
    transform = value.get("Fn::Transform")
    if not isinstance(transform, dict) or transform.get("Name") != "AWS::Include":
        return ""
    location = transform.get("Parameters", {}).get("Location")
    return str(location) if is_local(location) else ""
