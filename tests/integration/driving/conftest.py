from collections.abc import Iterator

import pytest

from skafu.proof.local_aws.emulated import MiniStack
from skafu.proof.toolbox import Toolbox


@pytest.fixture(scope="session")
def aws() -> Iterator[MiniStack]:
    with MiniStack(Toolbox.default()) as running:
        yield running
