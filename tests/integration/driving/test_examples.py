from pathlib import Path

import pytest
from driven_project import deploy, said, system_of, write_project

from skafu.proof.checks import CheckResult
from skafu.proof.driving import CHECKS, NOT_DRIVEN, drive
from skafu.proof.driving.outside import OutsideSystems
from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.progress import Started, Step


@pytest.mark.parametrize("example", ["errands"])
def test_an_example_does_what_its_blueprint_says(aws: MiniStack, tmp_path: Path, example: str) -> None:
    write_project(example, tmp_path)
    heard: list[Step] = []

    with OutsideSystems(system_of(example), aws) as outside:
        deployed = deploy(aws, tmp_path, outside)
        results = drive(system_of(example), deployed, aws, heard.append)

    failed = {one.name: said(one) for one in results if one.verdict == "failed"}
    assert failed == {}
    assert [one.name for one in results if one.name != NOT_DRIVEN] == list(CHECKS)
    assert [one for one in heard if isinstance(one, CheckResult)] == results
    assert {one.name for one in heard if isinstance(one, Started)} == set(CHECKS)
    assert list(aws.report(deployed.account).denials) == []
    assert list(aws.report(deployed.account).lost) == []
    aws.forget(deployed.account)
