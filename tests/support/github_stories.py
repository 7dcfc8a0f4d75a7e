"""What has happened to the repository of a shop, a deployment and an installation, for stories about them."""

from datetime import UTC, datetime, timedelta

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e

ID, PROJECT = "0197-r", "0197-p"
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

REQUEST = c.RequestRepository(ID, PROJECT, "shop", provider="github", owner="acme", description="A shop", tree_id="t1")
REQUESTED = e.RepositoryRequested(ID, PROJECT, "github", "acme", "shop", True, "A shop", "t1")
CREATED = e.RepositoryCreated(
    ID, PROJECT, "github", "acme", "shop", "77", "https://host/acme/shop", "https://host/acme/shop.git", "main"
)
PUSH_REQUESTED = e.TreePushRequested(ID, PROJECT, "t1", "Start of the project")
PUSHED = e.TreePushed(ID, PROJECT, "t1", "c1", "main", 3)
STANDING = (REQUESTED, CREATED, PUSH_REQUESTED, PUSHED)
PROPOSED = e.PullRequestRequested(ID, PROJECT, "pr1", "t2", "Two more commands", "PROVEN: 33 checks")
OPENED = e.PullRequestOpened(ID, PROJECT, "pr1", 5, "https://host/acme/shop/pull/5", "skafu/pr1", "c2")

RUN = "0197-d"
TRIGGER = c.TriggerWorkflow(RUN, ID, PROJECT, "deploy.yml", "main", {"stage": "dev"}, "dev")
WORKFLOW_REQUESTED = e.WorkflowRequested(ID, PROJECT, RUN, "deploy.yml", "main", {"stage": "dev"}, "dev")
TRIGGERED = e.WorkflowTriggered(ID, PROJECT, RUN, "deploy.yml", 900, "https://host/run/900", "dev")


def later(minutes: int) -> datetime:
    """So many minutes after the morning."""
    return MORNING + timedelta(minutes=minutes)
