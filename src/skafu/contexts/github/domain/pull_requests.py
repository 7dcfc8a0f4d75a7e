"""The pull requests of a repository: proposed by us, ended by people at the host."""

from collections.abc import Sequence

import msgspec

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.repository_states import PullRequest, Standing
from skafu.contexts.github.domain.words import LONGEST_BODY, check_words
from skafu.kernel.errors import Conflict, Invalid, Refused
from skafu.kernel.events import Command, Event


class NothingPushed(Refused):
    """There is no commit of ours to propose a change upon."""


class PullRequestIdTaken(Conflict):
    """The id belongs to another pull request."""


def decide_pull_request(command: Command, state: Standing) -> Sequence[Event]:
    """What a command about a pull request leads to.

    Raises:
        SkafuError: a rule says no.
    """
    match command:
        case c.OpenPullRequest():
            return _open(command, state)
        case c.RecordPullRequestOpened() | c.RecordPullRequestFailed():
            return _answered(command, state)
        case c.RecordPullRequestSeen():
            return _seen(command, state)
        case _:
            return ()


def _open(command: c.OpenPullRequest, state: Standing) -> Sequence[Event]:
    if state.pull_request(command.pull_request_id) is not None:
        return ()
    if not state.commit:
        raise NothingPushed(f"{state.wish.name!r} holds no commit of ours yet", fix="push a tree first")
    check_words(command.title, "the title of a pull request")
    if len(command.title) > 200 or len(command.body) > LONGEST_BODY:
        raise Invalid(
            "the words of the pull request don't fit",
            fix=f"give it a title of at most 200 characters, and a body of at most {LONGEST_BODY:,}",
        )
    wish = state.wish
    return (
        e.PullRequestRequested(
            wish.repository_id, wish.project_id, command.pull_request_id, command.tree_id, command.title, command.body
        ),
    )


def _answered(command: c.RecordPullRequestOpened | c.RecordPullRequestFailed, state: Standing) -> Sequence[Event]:
    known = state.pull_request(command.pull_request_id)
    if known is None or known.now != "requested":
        return ()
    wish = state.wish
    place = (wish.repository_id, wish.project_id, command.pull_request_id)
    if isinstance(command, c.RecordPullRequestFailed):
        return (e.PullRequestFailed(*place, command.code, command.message, command.fix),)
    return (e.PullRequestOpened(*place, command.number, command.address, command.branch, command.commit),)


def _seen(command: c.RecordPullRequestSeen, state: Standing) -> Sequence[Event]:
    known = state.numbered(command.number)
    if known is None or known.now == command.now or known.now == "merged":
        return ()
    if known.seen_at is not None and command.seen_at < known.seen_at:
        return ()
    wish = state.wish
    place = (wish.repository_id, wish.project_id, known.pull_request_id, known.number)
    match command.now:
        case "merged":
            return (e.PullRequestMerged(*place, command.merge_commit, command.seen_at),)
        case "closed":
            return (e.PullRequestClosed(*place, command.seen_at),)
        case "open":
            return (e.PullRequestReopened(*place, command.seen_at),)


def evolve_pull_request(state: Standing, event: Event) -> Standing:
    """The repository after something happened to a pull request.

    A merged proposal is what the next one is made upon: its commit, not the merge, which may hold work of others
    that a tree of ours would take back.
    """
    if isinstance(event, e.PullRequestRequested):
        return state.with_pull_request(PullRequest(event.pull_request_id, "requested", state.commit))
    known = state.pull_request(event.pull_request_id) if isinstance(event, e.OfPullRequest) else None
    if known is None:
        return state
    changed = _after(known, event)
    after = state.with_pull_request(changed)
    return msgspec.structs.replace(after, commit=changed.commit) if changed.now == "merged" else after


def _after(known: PullRequest, event: Event) -> PullRequest:
    replace = msgspec.structs.replace
    match event:
        case e.PullRequestOpened():
            return replace(known, now="open", number=event.number, commit=event.commit)
        case e.PullRequestFailed():
            return replace(known, now="failed")
        case e.PullRequestMerged():
            return replace(known, now="merged", seen_at=event.seen_at)
        case e.PullRequestClosed():
            return replace(known, now="closed", seen_at=event.seen_at)
        case e.PullRequestReopened():
            return replace(known, now="open", seen_at=event.seen_at)
        case _:
            return known
