"""Work on pull requests: open them, and see what people do with them."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from skafu.contexts.github.application.doing import LIMIT, RETRIES, UNHURRIED, field_of, patient, record
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.repository_states import Standing
from skafu.contexts.github.ports import Commit, Proposal, Trees
from skafu.storage.work import GivenUp, Later, Work, WorkKind

LOOKS_EVERY: Final = {"github": 900.0, "local": 60.0}
"""Seconds between two looks; webhooks tell it sooner where they come through."""

PATIENCE: Final = 90 * 86_400.0
"""Seconds after which an open pull request is followed no more."""


def pull_request_work(reach: Reach, trees: Trees) -> tuple[WorkKind, ...]:
    """The work on pull requests."""
    return (
        WorkKind(
            "github.open_pull_request",
            (e.PullRequestRequested,),
            patient(_opening(reach, trees)),
            _failing(reach),
            field_of("pull_request_id"),
            limit_seconds=LIMIT,
            retries=RETRIES,
        ),
        WorkKind(
            "github.follow_pull_request",
            (e.PullRequestOpened, e.PullRequestReopened),
            patient(_following(reach)),
            _letting_go,
            field_of("pull_request_id"),
            cancelled_by=(e.PullRequestMerged, e.PullRequestClosed),
            retries=UNHURRIED,
            patience_seconds=PATIENCE,
        ),
    )


def branch_of(pull_request_id: str) -> str:
    """The branch that holds a proposal."""
    return f"skafu/update-{hashlib.sha256(pull_request_id.encode()).hexdigest()[:12]}"


def _opening(reach: Reach, trees: Trees) -> Callable[[Work], Awaitable[None]]:
    async def open_it(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.PullRequestRequested):
            return
        host, remote, there = await reach.standing(work.tenant, asked.repository_id)
        known = there.pull_request(asked.pull_request_id)
        if known is None or known.now != "requested":
            return
        files = await trees.files(work.tenant, asked.tree_id)
        commit = Commit(asked.title, work.event.recorded_at, known.base)
        proposal = Proposal(branch_of(asked.pull_request_id), asked.title, asked.body, commit)
        opened = await host.pull_requests.open(remote, there.branch, files, proposal)
        command = c.RecordPullRequestOpened(
            asked.repository_id,
            asked.pull_request_id,
            opened.number,
            opened.address,
            proposal.branch,
            opened.commit,
        )
        await record(reach, work, command)

    return open_it


def _failing(reach: Reach) -> Callable[[Work, GivenUp], Awaitable[None]]:
    async def gave_up(work: Work, error: GivenUp) -> None:
        repository_id = field_of("repository_id")(work.event)
        identifier = field_of("pull_request_id")(work.event)
        command = c.RecordPullRequestFailed(repository_id, identifier, error.code, error.message, error.fix)
        await record(reach, work, command)

    return gave_up


def _following(reach: Reach) -> Callable[[Work], Awaitable[None]]:
    async def follow(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.PullRequestOpened | e.PullRequestReopened):
            return
        there, _ = await reach.repository(work.tenant, asked.repository_id)
        known = there.pull_request(asked.pull_request_id) if isinstance(there, Standing) else None
        if not isinstance(there, Standing) or known is None or known.now != "open":
            return
        host, remote = await reach.of(work.tenant, there.wish)
        seen = await host.pull_requests.look(remote, asked.number)
        if seen.now == "open":
            raise Later(LOOKS_EVERY[there.wish.provider])
        command = c.RecordPullRequestSeen(asked.repository_id, asked.number, seen.now, seen.seen_at, seen.merge_commit)
        await record(reach, work, command)

    return follow


async def _letting_go(_work: Work, _error: GivenUp) -> None:
    """The pull request is where it is; people and webhooks may still tell more."""
