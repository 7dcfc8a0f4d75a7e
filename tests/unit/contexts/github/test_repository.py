"""The rules of a repository, told as stories."""

import pytest
from decider_scenarios import given
from github_stories import (
    CREATED,
    ID,
    OPENED,
    PROJECT,
    PROPOSED,
    PUSH_REQUESTED,
    PUSHED,
    REQUEST,
    REQUESTED,
    STANDING,
    later,
)

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain import repository
from skafu.contexts.github.domain.pull_requests import NothingPushed
from skafu.contexts.github.domain.repository import (
    PushUnderWay,
    RepositoryIdTaken,
    RepositoryNotThere,
    RepositoryUnknown,
)
from skafu.contexts.github.domain.repository_states import Standing
from skafu.contexts.github.domain.words import Protection
from skafu.kernel.errors import Invalid
from skafu.kernel.events import Command, Event

MADE = c.RecordRepositoryCreated(ID, "77", CREATED.address, CREATED.clone_address, "main")
PROPOSE = c.OpenPullRequest(ID, "pr1", "t2", "Two more commands", "PROVEN: 33 checks")


def test_a_repository_is_asked_for_once() -> None:
    given(repository).when(REQUEST).then(REQUESTED)
    given(repository, REQUESTED).when(REQUEST).then()
    other = c.RequestRepository(ID, PROJECT, "store")
    given(repository, REQUESTED).when(other).then_refused(RepositoryIdTaken, "other words")


@pytest.mark.parametrize("name", ["", "a b", "..", ".", "shop.git", "shop.WIKI", "ä", "x" * 101, "a/b", "a\n"])
def test_names_that_a_host_refuses_are_refused_before(name: str) -> None:
    given(repository).when(c.RequestRepository(ID, PROJECT, name)).then_refused(Invalid, "name a repository")


@pytest.mark.parametrize("owner", ["", "-acme", "acme-", "a--b", "a/b", "x" * 40, "a.b"])
def test_owners_that_cannot_be_at_github_are_refused(owner: str) -> None:
    wanted = c.RequestRepository(ID, PROJECT, "shop", "github", owner)
    given(repository).when(wanted).then_refused(Invalid, "account at GitHub")


def test_local_repositories_have_no_owner() -> None:
    given(repository).when(c.RequestRepository(ID, PROJECT, "shop", owner="acme")).then_refused(Invalid, "no owner")


def test_the_first_tree_is_pushed_when_the_host_has_the_repository() -> None:
    given(repository, REQUESTED).when(MADE).then(CREATED, PUSH_REQUESTED)
    given(repository, *STANDING).when(MADE).then()


def test_a_repository_without_a_tree_is_only_made() -> None:
    empty = e.RepositoryRequested(ID, PROJECT, "github", "acme", "shop", True, "A shop", "")
    given(repository, empty).when(MADE).then(CREATED)


def test_a_late_answer_of_the_host_mends_a_creation_that_was_given_up() -> None:
    failed = e.RepositoryFailed(ID, PROJECT, "create", "GITHUB_DOWN", "no answer", "")
    given(repository, REQUESTED, failed).when(MADE).then(CREATED, PUSH_REQUESTED)


def test_failures_are_told_by_step() -> None:
    create = c.RecordRepositoryFailed(ID, "create", "TAKEN", "the name is taken", "choose another")
    failed = e.RepositoryFailed(ID, PROJECT, "create", "TAKEN", "the name is taken", "choose another")
    given(repository, REQUESTED).when(create).then(failed)
    given(repository, *STANDING).when(create).then()
    push = c.RecordRepositoryFailed(ID, "push", "TAKEN", "somebody pushed")
    given(repository, REQUESTED).when(push).then()
    given(repository).when(create).then()


def test_one_tree_at_a_time_is_pushed() -> None:
    on_its_way = (REQUESTED, CREATED, PUSH_REQUESTED)
    given(repository, *on_its_way).when(c.PushTree(ID, "t1", "again")).then()
    given(repository, *on_its_way).when(c.PushTree(ID, "t2", "next")).then_refused(PushUnderWay)
    given(repository, *STANDING).when(c.PushTree(ID, "t2", "next")).then(e.TreePushRequested(ID, PROJECT, "t2", "next"))
    failed = e.RepositoryFailed(ID, PROJECT, "push", "GONE", "no answer", "")
    again = e.TreePushRequested(ID, PROJECT, "t1", "again")
    given(repository, *on_its_way, failed).when(c.PushTree(ID, "t1", "again")).then(again)


@pytest.mark.parametrize("message", ["", "  ", "a\0b"])
def test_a_commit_has_words(message: str) -> None:
    given(repository, *STANDING).when(c.PushTree(ID, "t2", message)).then_refused(Invalid)
    given(repository, *STANDING).when(c.OpenPullRequest(ID, "pr2", "t2", message, "b")).then_refused(Invalid)


def test_only_the_push_that_is_awaited_is_recorded() -> None:
    given(repository, REQUESTED, CREATED, PUSH_REQUESTED).when(c.RecordTreePushed(ID, "t1", "c1", 3)).then(PUSHED)
    given(repository, *STANDING).when(c.RecordTreePushed(ID, "t1", "c1", 3)).then()
    given(repository, *STANDING).when(c.RecordTreePushed(ID, "t9", "c9", 3)).then()


@pytest.mark.parametrize(
    "command", [c.PushTree(ID, "t1", "m"), c.ConfigureRepository(ID), c.RecordSecretConfigured(ID, "KEY"), PROPOSE]
)
def test_nothing_can_be_done_with_a_repository_that_is_not_there(command: Command) -> None:
    given(repository).when(command).then_refused(RepositoryUnknown)
    given(repository, REQUESTED).when(command).then_refused(RepositoryNotThere, "'shop' is wanted")


def test_configuration_is_told_with_what_the_host_does_not_offer() -> None:
    asked = c.ConfigureRepository(ID, Protection(("test",)), {"AWS_REGION": "eu-central-1"})
    given(repository, *STANDING).when(asked).then(
        e.RepositoryConfigurationRequested(ID, PROJECT, Protection(("test",)), {"AWS_REGION": "eu-central-1"})
    )
    done = c.RecordRepositoryConfigured(ID, False, ("AWS_REGION",))
    state = given(repository, *STANDING).when(done).then(e.RepositoryConfigured(ID, PROJECT, False, ("AWS_REGION",)))
    assert isinstance(state, Standing)
    assert state.variables == ("AWS_REGION",)
    given(repository, REQUESTED).when(done).then()


@pytest.mark.parametrize("name", ["", "lower", "1KEY", "GITHUB_TOKEN", "A-B", "K" * 101])
def test_names_of_variables_and_secrets_that_github_refuses_are_refused_before(name: str) -> None:
    given(repository, *STANDING).when(c.ConfigureRepository(ID, None, {name: "v"})).then_refused(Invalid)
    given(repository, *STANDING).when(c.RecordSecretConfigured(ID, name)).then_refused(Invalid)


def test_a_secret_is_on_record_by_its_name() -> None:
    configured = e.SecretConfigured(ID, PROJECT, "API_KEY")
    state = given(repository, *STANDING).when(c.RecordSecretConfigured(ID, "API_KEY")).then(configured)
    assert isinstance(state, Standing)
    assert state.secrets == ("API_KEY",)


def test_a_removal_says_whether_the_creation_may_still_be_under_way() -> None:
    remove = c.RemoveRepository(ID, "the project failed")
    sure = e.RepositoryRemovalRequested(ID, PROJECT, "the project failed", False)
    unsure = e.RepositoryRemovalRequested(ID, PROJECT, "the project failed", True)
    given(repository).when(remove).then_refused(RepositoryUnknown)
    given(repository, REQUESTED).when(remove).then(unsure)
    given(repository, *STANDING).when(remove).then(sure)
    given(repository, *STANDING, sure).when(remove).then()


@pytest.mark.parametrize("before", [(REQUESTED,), STANDING])
def test_a_repository_that_is_to_go_goes_or_stays_on_record(before: tuple[Event, ...]) -> None:
    leaving = (*before, e.RepositoryRemovalRequested(ID, PROJECT, "failed"))
    given(repository, *leaving).when(c.RecordRepositoryRemoved(ID)).then(e.RepositoryRemoved(ID, PROJECT))
    address = CREATED.address if before is STANDING else ""
    kept = e.RepositoryKept(ID, PROJECT, "others work there", address)
    given(repository, *leaving).when(c.RecordRepositoryKept(ID, "others work there")).then(kept)
    given(repository, *leaving).when(MADE).then()
    given(repository, *before).when(c.RecordRepositoryRemoved(ID)).then()
    given(repository, *before).when(c.RecordRepositoryKept(ID, "x")).then()
    given(repository, *leaving, kept).when(c.PushTree(ID, "t2", "m")).then_refused(RepositoryNotThere, "kept")


def test_a_change_is_proposed_once_and_upon_a_commit_of_ours() -> None:
    given(repository, REQUESTED, CREATED).when(PROPOSE).then_refused(NothingPushed)
    state = given(repository, *STANDING).when(PROPOSE).then(PROPOSED)
    assert isinstance(state, Standing)
    assert state.pull_request("pr1") is not None
    assert state.pull_requests[0].base == "c1"
    given(repository, *STANDING, PROPOSED).when(PROPOSE).then()
    for title, body in (("", "b"), ("t" * 201, "b"), ("t", "b" * 60_001)):
        given(repository, *STANDING).when(c.OpenPullRequest(ID, "pr2", "t2", title, body)).then_refused(Invalid)


def test_what_became_of_a_proposal_is_recorded_once() -> None:
    opened = c.RecordPullRequestOpened(ID, "pr1", 5, OPENED.address, "skafu/pr1", "c2")
    failed = c.RecordPullRequestFailed(ID, "pr1", "CODE", "no", "fix")
    given(repository, *STANDING, PROPOSED).when(opened).then(OPENED)
    given(repository, *STANDING, PROPOSED).when(failed).then(
        e.PullRequestFailed(ID, PROJECT, "pr1", "CODE", "no", "fix")
    )
    given(repository, *STANDING, PROPOSED, OPENED).when(opened).then()
    given(repository, *STANDING, PROPOSED, OPENED).when(failed).then()
    given(repository, *STANDING).when(opened).then()


def test_news_of_a_pull_request_are_taken_in_the_order_of_the_host() -> None:
    before = (*STANDING, PROPOSED, OPENED)
    closed = e.PullRequestClosed(ID, PROJECT, "pr1", 5, later(10))
    given(repository, *before).when(c.RecordPullRequestSeen(ID, 5, "closed", later(10))).then(closed)
    given(repository, *before, closed).when(c.RecordPullRequestSeen(ID, 5, "open", later(5))).then()
    given(repository, *before, closed).when(c.RecordPullRequestSeen(ID, 5, "closed", later(20))).then()
    reopened = e.PullRequestReopened(ID, PROJECT, "pr1", 5, later(20))
    given(repository, *before, closed).when(c.RecordPullRequestSeen(ID, 5, "open", later(20))).then(reopened)
    given(repository, *before).when(c.RecordPullRequestSeen(ID, 6, "closed", later(10))).then()


def test_a_merged_proposal_is_what_the_next_one_is_made_upon() -> None:
    seen = c.RecordPullRequestSeen(ID, 5, "merged", later(10), "m1")
    merged = e.PullRequestMerged(ID, PROJECT, "pr1", 5, "m1", later(10))
    state = given(repository, *STANDING, PROPOSED, OPENED).when(seen).then(merged)
    assert isinstance(state, Standing)
    assert state.commit == "c2"
    given(repository, *STANDING, PROPOSED, OPENED, merged).when(seen).then()
    again = c.RecordPullRequestSeen(ID, 5, "open", later(30))
    given(repository, *STANDING, PROPOSED, OPENED, merged).when(again).then()
