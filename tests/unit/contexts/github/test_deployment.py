"""The rules of deployments and installations, told as stories."""

from itertools import permutations

import pytest
from decider_scenarios import given
from github_stories import ID, PROJECT, RUN, TRIGGER, TRIGGERED, WORKFLOW_REQUESTED, later

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import deployment, installation
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.deployment import DeploymentIdTaken, Followed, is_over
from skafu.contexts.github.domain.installation import InstallationTaken, InstallationUnknown
from skafu.contexts.github.domain.words import Sighting
from skafu.kernel.deciders import fold
from skafu.kernel.errors import Invalid

URL = "https://host/run/900"
STARTED = e.DeploymentStarted(ID, PROJECT, RUN, "dev", 1, URL, "c1", later(1))
COMPLETED = e.DeploymentCompleted(ID, PROJECT, RUN, "dev", 1, URL, "c1", later(5))
CONNECT = c.ConnectInstallation(42, "org-1", "acme", "Organization", {"contents": "write"})
CONNECTED = e.InstallationConnected(42, "org-1", "acme", "Organization", {"contents": "write"})


def _saw(status: str, minute: int, attempt: int = 1, conclusion: str = "") -> c.RecordSighting:
    return c.RecordSighting(RUN, Sighting(status, later(minute), attempt, conclusion, URL, "c1"))  # type: ignore[arg-type]


def test_a_workflow_is_asked_for_and_triggered_once() -> None:
    given(deployment).when(TRIGGER).then(WORKFLOW_REQUESTED)
    given(deployment, WORKFLOW_REQUESTED).when(TRIGGER).then()
    other = c.TriggerWorkflow(RUN, ID, PROJECT, "other.yml", "main")
    given(deployment, WORKFLOW_REQUESTED).when(other).then_refused(DeploymentIdTaken)
    run = c.RecordWorkflowTriggered(RUN, 900, URL)
    given(deployment, WORKFLOW_REQUESTED).when(run).then(TRIGGERED)
    given(deployment, WORKFLOW_REQUESTED, TRIGGERED).when(run).then()


@pytest.mark.parametrize("workflow", ["", "deploy", "../deploy.yml", "a/b.yml", "deploy.yml\n"])
def test_workflows_are_files(workflow: str) -> None:
    given(deployment).when(c.TriggerWorkflow(RUN, ID, PROJECT, workflow, "main")).then_refused(Invalid, "workflow")


@pytest.mark.parametrize("ref", ["", "a..b", "-x", "a b", "a~1", "x.lock", "a//b", "a/", "a@{1}", "x" * 201])
def test_refs_are_names_that_git_takes(ref: str) -> None:
    given(deployment).when(c.TriggerWorkflow(RUN, ID, PROJECT, "d.yml", ref)).then_refused(Invalid, "branch or tag")


def test_a_workflow_takes_25_inputs() -> None:
    inputs = {f"i{number}": "" for number in range(26)}
    given(deployment).when(c.TriggerWorkflow(RUN, ID, PROJECT, "d.yml", "main", inputs)).then_refused(Invalid, "25")


def test_a_run_starts_and_ends() -> None:
    before = (WORKFLOW_REQUESTED, TRIGGERED)
    given(deployment, *before).when(_saw("waiting", 0)).then()
    given(deployment, *before).when(_saw("running", 1)).then(STARTED)
    given(deployment, *before, STARTED).when(_saw("running", 2)).then()
    given(deployment, *before, STARTED).when(_saw("succeeded", 5)).then(COMPLETED)
    given(deployment, *before, STARTED, COMPLETED).when(_saw("succeeded", 6)).then()
    given(deployment, *before, STARTED, COMPLETED).when(_saw("failed", 6)).then()


def test_an_end_that_is_heard_of_first_has_a_start() -> None:
    start = e.DeploymentStarted(ID, PROJECT, RUN, "dev", 1, URL, "c1", later(5))
    given(deployment, WORKFLOW_REQUESTED, TRIGGERED).when(_saw("succeeded", 5)).then(start, COMPLETED)


def test_a_failure_says_how_the_host_calls_it_and_can_be_run_again() -> None:
    before = (WORKFLOW_REQUESTED, TRIGGERED, STARTED)
    failed = e.DeploymentFailed(
        ID,
        PROJECT,
        RUN,
        "dev",
        1,
        "RUN_FAILED",
        "deploy.yml ended with 'timed_out' at its host",
        "read its log at the host, mend the cause, and run it again",
        URL,
        later(5),
    )
    given(deployment, *before).when(_saw("failed", 5, conclusion="timed_out")).then(failed)
    second = e.DeploymentStarted(ID, PROJECT, RUN, "dev", 2, URL, "c1", later(9))
    given(deployment, *before, failed).when(_saw("running", 9, attempt=2)).then(second)
    given(deployment, *before, failed, second).when(_saw("failed", 5, attempt=1)).then()


def test_news_in_any_order_lead_to_the_same_end() -> None:
    news = [_saw("waiting", 0), _saw("running", 1), _saw("succeeded", 5), _saw("running", 1), _saw("succeeded", 5)]
    for order in permutations(news):
        state = fold(deployment, (WORKFLOW_REQUESTED, TRIGGERED))
        heard: list[object] = []
        for each in order:
            events = deployment.decide(each, state)
            heard += events
            state = fold(deployment, events, state)
        assert isinstance(state, Followed)
        assert (state.status, is_over(state)) == ("succeeded", True)
        assert [type(each) for each in heard] == [e.DeploymentStarted, e.DeploymentCompleted]


def test_news_from_before_the_last_news_are_old() -> None:
    running = e.DeploymentStarted(ID, PROJECT, RUN, "dev", 1, URL, "c1", later(8))
    given(deployment, WORKFLOW_REQUESTED, TRIGGERED, running).when(_saw("succeeded", 5)).then()


def test_what_is_lost_from_sight_has_failed_until_there_is_news() -> None:
    lost = c.RecordDeploymentLost(RUN, "TIMED_OUT", "not seen for an hour", "look at the host")
    failed = e.DeploymentFailed(ID, PROJECT, RUN, "dev", 1, "TIMED_OUT", "not seen for an hour", "look at the host")
    given(deployment, WORKFLOW_REQUESTED).when(lost).then(failed)
    given(deployment, WORKFLOW_REQUESTED, TRIGGERED, STARTED, COMPLETED).when(lost).then()
    given(deployment, WORKFLOW_REQUESTED, TRIGGERED, STARTED, failed).when(lost).then()
    given(deployment, WORKFLOW_REQUESTED, TRIGGERED, STARTED, failed).when(_saw("succeeded", 5)).then(COMPLETED)
    given(deployment, WORKFLOW_REQUESTED, failed).when(_saw("succeeded", 5)).then()


def test_deployments_of_others_are_followed() -> None:
    follow = c.FollowDeployment(RUN, ID, PROJECT, 12, "prod")
    followed = e.DeploymentFollowed(ID, PROJECT, RUN, 12, "prod")
    given(deployment).when(follow).then(followed)
    given(deployment, followed).when(follow).then()
    given(deployment).when(c.FollowDeployment(RUN, ID, PROJECT, 0, "prod")).then_refused(Invalid)


def test_an_installation_belongs_to_the_first_that_shows_it() -> None:
    given(installation).when(CONNECT).then(CONNECTED)
    given(installation, CONNECTED).when(CONNECT).then()
    other = c.ConnectInstallation(42, "org-2", "acme", "Organization", {})
    given(installation, CONNECTED).when(other).then_refused(InstallationTaken, "another organisation")
    more = c.ConnectInstallation(42, "org-1", "acme", "Organization", {"contents": "write", "workflows": "write"})
    given(installation, CONNECTED).when(more).then(
        e.InstallationConnected(42, "org-1", "acme", "Organization", more.permissions)
    )


def test_only_its_organisation_or_github_takes_it_away() -> None:
    gone = e.InstallationDisconnected(42, "org-1", "not needed")
    given(installation, CONNECTED).when(c.DisconnectInstallation(42, "org-1", "not needed")).then(gone)
    given(installation, CONNECTED).when(c.DisconnectInstallation(42, "", "not needed")).then(gone)
    given(installation, CONNECTED).when(c.DisconnectInstallation(42, "org-2", "x")).then_refused(InstallationUnknown)
    given(installation).when(c.DisconnectInstallation(42, "", "x")).then()
    given(installation, CONNECTED, gone).when(
        c.ConnectInstallation(42, "org-2", "acme", "Organization", {"contents": "write"})
    ).then(e.InstallationConnected(42, "org-2", "acme", "Organization", {"contents": "write"}))


def test_suspensions_are_taken_in_the_order_of_the_host() -> None:
    suspended = e.InstallationSuspended(42, "org-1", later(5))
    resumed = e.InstallationResumed(42, "org-1", later(9))
    given(installation, CONNECTED).when(c.RecordInstallationSuspended(42, later(5))).then(suspended)
    given(installation, CONNECTED, suspended).when(c.RecordInstallationSuspended(42, later(6))).then()
    given(installation, CONNECTED, suspended).when(c.RecordInstallationResumed(42, later(1))).then()
    given(installation, CONNECTED, suspended).when(c.RecordInstallationResumed(42, later(9))).then(resumed)
    given(installation, CONNECTED, suspended, resumed).when(c.RecordInstallationSuspended(42, later(7))).then()
    given(installation, CONNECTED).when(c.RecordInstallationResumed(42, later(9))).then()
    given(installation).when(c.RecordInstallationSuspended(42, later(9))).then()
