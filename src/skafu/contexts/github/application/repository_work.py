"""Work on repositories: make, push, configure, and take back."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from skafu.contexts.github.application.doing import LIMIT, RETRIES, UNHURRIED, field_of, patient, record
from skafu.contexts.github.application.reach import HostNotSetUp, OwnerNotConnected, Reach
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.repository_states import Leaving, Standing, Unmade
from skafu.contexts.github.domain.words import LeftOut, Step
from skafu.contexts.github.ports import Commit, Trees
from skafu.kernel.errors import code_of
from skafu.kernel.events import Event
from skafu.storage.work import GivenUp, Later, Work, WorkKind

SURE_AFTER: Final = timedelta(seconds=30)
"""A creation that was under way when its removal was asked for shows up within this time."""

NEVER_BEGUN: Final = frozenset({code_of(HostNotSetUp), code_of(OwnerNotConnected)})
"""Why a creation has failed before its host was asked."""

FAILED: Final = "it could not be removed: "


def repository_work(reach: Reach, trees: Trees) -> tuple[WorkKind, ...]:
    """The work on repositories."""
    return (
        _kind("create", (e.RepositoryRequested,), _creating(reach), _failing(reach, "create")),
        _kind("push", (e.TreePushRequested,), _pushing(reach, trees), _failing(reach, "push")),
        _kind("configure", (e.RepositoryConfigurationRequested,), _configuring(reach), _failing(reach, "configure")),
        WorkKind(
            "github.remove_repository",
            (e.RepositoryRemovalRequested,),
            patient(_removing(reach)),
            _keeping(reach),
            field_of("repository_id"),
            limit_seconds=LIMIT,
            retries=UNHURRIED,
        ),
    )


def _kind(
    step: Step,
    wants: tuple[type[Event], ...],
    perform: Callable[[Work], Awaitable[None]],
    gave_up: Callable[[Work, GivenUp], Awaitable[None]],
) -> WorkKind:
    return WorkKind(
        "github.create_repository" if step == "create" else f"github.{step}",
        wants,
        patient(perform),
        gave_up,
        field_of("repository_id"),
        cancelled_by=(e.RepositoryRemovalRequested,),
        limit_seconds=LIMIT,
        retries=RETRIES,
    )


def _failing(reach: Reach, step: Step) -> Callable[[Work, GivenUp], Awaitable[None]]:
    async def gave_up(work: Work, error: GivenUp) -> None:
        identifier = field_of("repository_id")(work.event)
        await record(reach, work, c.RecordRepositoryFailed(identifier, step, error.code, error.message, error.fix))

    return gave_up


def _creating(reach: Reach) -> Callable[[Work], Awaitable[None]]:
    async def create(work: Work) -> None:
        state, _ = await reach.repository(work.tenant, field_of("repository_id")(work.event))
        wish = state.wish  # type: ignore[union-attr]  # it was asked for
        host, remote = await reach.of(work.tenant, wish)
        made = await host.repositories.create(remote, private=wish.private, description=wish.description)
        command = c.RecordRepositoryCreated(
            wish.repository_id, made.remote_id, made.address, made.clone_address, made.branch
        )
        after = await record(reach, work, command)
        if not isinstance(after, Standing):
            await host.repositories.remove(remote)

    return create


def _pushing(reach: Reach, trees: Trees) -> Callable[[Work], Awaitable[None]]:
    async def push(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.TreePushRequested):
            return
        host, remote, there = await reach.standing(work.tenant, asked.repository_id)
        if there.waiting != asked.tree_id:
            return
        files = await trees.files(work.tenant, asked.tree_id)
        commit = Commit(asked.message, work.event.recorded_at, there.commit)
        pushed = await host.contents.push(remote, there.branch, files, commit)
        command = c.RecordTreePushed(asked.repository_id, asked.tree_id, pushed.commit, pushed.changed)
        await record(reach, work, command)

    return push


def _configuring(reach: Reach) -> Callable[[Work], Awaitable[None]]:
    async def configure(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.RepositoryConfigurationRequested):
            return
        host, remote, there = await reach.standing(work.tenant, asked.repository_id)
        left_out: list[LeftOut] = []
        kept: list[str] = []
        for name, value in asked.variables.items():
            missing = await host.configuration.set_variable(remote, name, value)
            if missing is None:
                kept.append(name)
            else:
                left_out.append(missing)
        missing = None
        if asked.protection is not None:
            missing = await host.configuration.protect(remote, there.branch, asked.protection)
        left_out += [missing] if missing is not None else []
        protected = asked.protection is not None and missing is None
        command = c.RecordRepositoryConfigured(asked.repository_id, protected, tuple(kept), tuple(left_out))
        await record(reach, work, command)

    return configure


def _removing(reach: Reach) -> Callable[[Work], Awaitable[None]]:
    async def remove(work: Work) -> None:
        asked = work.event.event
        if not isinstance(asked, e.RepositoryRemovalRequested):
            return
        state, _ = await reach.repository(work.tenant, asked.repository_id)
        if not isinstance(state, Leaving):
            return
        if isinstance(state.before, Unmade) and state.before.code in NEVER_BEGUN:
            await record(reach, work, c.RecordRepositoryRemoved(asked.repository_id))
            return
        host, remote = await reach.of(work.tenant, state.wish)
        may_still_come = asked.unsure and reach.ledger.clock() - work.event.recorded_at < SURE_AFTER
        if may_still_come and await host.repositories.find(remote) is None:
            raise Later(SURE_AFTER.total_seconds())
        removal = await host.repositories.remove(remote)
        if removal.gone or not (removal.ours or isinstance(state.before, Standing)):
            await record(reach, work, c.RecordRepositoryRemoved(asked.repository_id))
        else:
            await record(reach, work, c.RecordRepositoryKept(asked.repository_id, removal.reason))

    return remove


def _keeping(reach: Reach) -> Callable[[Work, GivenUp], Awaitable[None]]:
    async def gave_up(work: Work, error: GivenUp) -> None:
        identifier = field_of("repository_id")(work.event)
        await record(reach, work, c.RecordRepositoryKept(identifier, f"{FAILED}{error.message}"))

    return gave_up
