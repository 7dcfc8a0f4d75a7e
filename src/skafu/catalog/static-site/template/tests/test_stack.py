"""What must hold for the stack, whatever it does."""

from pathlib import Path
from typing import Any

import pytest
import yaml

STACK = Path(__file__).parent.parent / "stack.yaml"


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


@pytest.mark.parametrize("bucket", every("AWS::S3::Bucket"))
def test_nothing_in_the_bucket_is_public(bucket: dict[str, Any]) -> None:
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]


@pytest.mark.parametrize("distribution", every("AWS::CloudFront::Distribution"))
def test_everything_is_encrypted_on_its_way(distribution: dict[str, Any]) -> None:
    behaviour = distribution["DistributionConfig"]["DefaultCacheBehavior"]
    assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behaviour["ResponseHeadersPolicyId"]


def test_only_the_distribution_reads_the_bucket() -> None:
    policy = RESOURCES["FilesPolicy"]["Properties"]["PolicyDocument"]
    (allowed,) = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"]["AWS:SourceArn"]
