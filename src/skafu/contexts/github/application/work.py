"""All work of the context."""

from skafu.contexts.github.application.deployment_work import deployment_work
from skafu.contexts.github.application.pull_request_work import pull_request_work
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.application.repository_work import repository_work
from skafu.contexts.github.ports import Trees
from skafu.storage.work import WorkKind


def works(reach: Reach, trees: Trees) -> tuple[WorkKind, ...]:
    """What events of the context ask for."""
    return (*repository_work(reach, trees), *pull_request_work(reach, trees), *deployment_work(reach))
