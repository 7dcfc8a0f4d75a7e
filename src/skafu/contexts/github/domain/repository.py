"""The repository of a project: asked for, made, pushed to, configured, and taken back while nobody else works in it.

What outside systems answer may come twice or late: who records it again changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain import events as e
from skafu.contexts.github.domain.pull_requests import (
    decide_pull_request,
    evolve_pull_request,
)
from skafu.contexts.github.domain.repository_states import (
    Absent,
    Kept,
    Leaving,
    Removed,
    Standing,
    State,
    Unmade,
    Wanted,
    Wish,
)
from skafu.contexts.github.domain.words import check_name, check_owner, check_setting, check_words
from skafu.kernel.errors import Conflict, Invalid, NotFound, Refused
from skafu.kernel.events import Command, Event

initial_state: State = Absent()


class RepositoryUnknown(NotFound):
    """There is no repository with this id."""


class RepositoryIdTaken(Conflict):
    """The id belongs to another repository."""


class RepositoryNotThere(Refused):
    """The repository can't take this now."""


class PushUnderWay(Conflict):
    """Another tree is on its way."""


def standing(state: State, repository_id: str) -> Standing:
    """The repository, if its host has it.

    Raises:
        RepositoryUnknown: nobody asked for it.
        RepositoryNotThere: it is not made yet, or not there any more.
    """
    match state:
        case Standing():
            return state
        case Absent():
            raise RepositoryUnknown(f"there is no repository {repository_id}")
        case _:
            now = type(state).__name__.lower()
            raise RepositoryNotThere(
                f"repository {state.wish.name!r} is {now}", fix="wait until it is created, or ask for a new one"
            )


def _request(command: c.RequestRepository, state: State) -> Sequence[Event]:
    wish = Wish(**{name: getattr(command, name) for name in Wish.__struct_fields__})
    if not isinstance(state, Absent):
        if state.wish == wish:
            return ()
        raise RepositoryIdTaken(f"repository {command.repository_id} was asked for in other words", fix="use a new id")
    check_name(command.name)
    if command.provider == "github":
        check_owner(command.owner)
    elif command.owner:
        raise Invalid("a local repository has no owner", fix="leave `owner` out, or choose the provider github")
    return (e.RepositoryRequested(**msgspec.structs.asdict(wish)),)


def _created(command: c.RecordRepositoryCreated, state: State) -> Sequence[Event]:
    if not isinstance(state, Wanted | Unmade):
        return ()
    wish = state.wish
    made = e.RepositoryCreated(
        wish.repository_id,
        wish.project_id,
        wish.provider,
        wish.owner,
        wish.name,
        command.remote_id,
        command.address,
        command.clone_address,
        command.branch,
    )
    if not wish.tree_id:
        return (made,)
    return made, e.TreePushRequested(wish.repository_id, wish.project_id, wish.tree_id, FIRST_MESSAGE)


FIRST_MESSAGE: Final = "Start of the project"


def _failed(command: c.RecordRepositoryFailed, state: State) -> Sequence[Event]:
    if command.step == "create" and not isinstance(state, Wanted):
        return ()
    if command.step != "create" and not isinstance(state, Standing):
        return ()
    wish = state.wish  # type: ignore[union-attr]  # Absent is neither
    return (
        e.RepositoryFailed(
            wish.repository_id, wish.project_id, command.step, command.code, command.message, command.fix
        ),
    )


def _push(command: c.PushTree, state: State) -> Sequence[Event]:
    now = standing(state, command.repository_id)
    if now.waiting == command.tree_id:
        return ()
    check_words(command.message, "the message of a commit")
    if now.waiting:
        raise PushUnderWay(f"{now.wish.name!r} is being pushed to", fix="wait until that push has ended")
    return (e.TreePushRequested(now.wish.repository_id, now.wish.project_id, command.tree_id, command.message),)


def _pushed(command: c.RecordTreePushed, state: State) -> Sequence[Event]:
    if not isinstance(state, Standing) or state.waiting != command.tree_id:
        return ()
    wish = state.wish
    return (
        e.TreePushed(
            wish.repository_id, wish.project_id, command.tree_id, command.commit, state.branch, command.changed
        ),
    )


def _configure(command: c.ConfigureRepository, state: State) -> Sequence[Event]:
    wish = standing(state, command.repository_id).wish
    for name in command.variables:
        check_setting(name)
    return (
        e.RepositoryConfigurationRequested(wish.repository_id, wish.project_id, command.protection, command.variables),
    )


def _configured(command: c.RecordRepositoryConfigured, state: State) -> Sequence[Event]:
    if not isinstance(state, Standing):
        return ()
    wish = state.wish
    return (
        e.RepositoryConfigured(
            wish.repository_id, wish.project_id, command.protected, command.variables, command.left_out
        ),
    )


def _secret(command: c.RecordSecretConfigured, state: State) -> Sequence[Event]:
    wish = standing(state, command.repository_id).wish
    check_setting(command.name)
    return (e.SecretConfigured(wish.repository_id, wish.project_id, command.name),)


def _remove(command: c.RemoveRepository, state: State) -> Sequence[Event]:
    match state:
        case Absent():
            raise RepositoryUnknown(f"there is no repository {command.repository_id}")
        case Leaving() | Removed() | Kept():
            return ()
        case Wanted() | Unmade():
            return (_removal(state.wish, command.reason, unsure=True),)
        case Standing():
            return (_removal(state.wish, command.reason, unsure=False),)


def _removal(wish: Wish, reason: str, *, unsure: bool) -> Event:
    return e.RepositoryRemovalRequested(wish.repository_id, wish.project_id, reason, unsure)


def _removed(_: c.RecordRepositoryRemoved, state: State) -> Sequence[Event]:
    if not isinstance(state, Leaving):
        return ()
    return (e.RepositoryRemoved(state.wish.repository_id, state.wish.project_id),)


def _kept(command: c.RecordRepositoryKept, state: State) -> Sequence[Event]:
    if not isinstance(state, Leaving):
        return ()
    address = state.before.address if isinstance(state.before, Standing) else ""
    return (e.RepositoryKept(state.wish.repository_id, state.wish.project_id, command.reason, address),)


_RULES: Mapping[type[Command], Callable[[Any, State], Sequence[Event]]] = {
    c.RequestRepository: _request,
    c.RecordRepositoryCreated: _created,
    c.RecordRepositoryFailed: _failed,
    c.PushTree: _push,
    c.RecordTreePushed: _pushed,
    c.ConfigureRepository: _configure,
    c.RecordRepositoryConfigured: _configured,
    c.RecordSecretConfigured: _secret,
    c.RemoveRepository: _remove,
    c.RecordRepositoryRemoved: _removed,
    c.RecordRepositoryKept: _kept,
}


def decide(command: Command, state: State) -> Sequence[Event]:
    """What a command leads to.

    Raises:
        SkafuError: a rule says no.
    """
    rule = _RULES.get(type(command))
    if rule is not None:
        return rule(command, state)
    if isinstance(state, Standing):
        return decide_pull_request(command, state)
    if isinstance(command, c.OpenPullRequest):
        standing(state, command.repository_id)
    return ()


def evolve(state: State, event: Event) -> State:
    """The state after an event."""
    match state, event:
        case _, e.RepositoryRequested():
            return Wanted(Wish(**{name: getattr(event, name) for name in Wish.__struct_fields__}))
        case Wanted() | Unmade(), e.RepositoryCreated():
            return Standing(state.wish, event.remote_id, event.address, event.clone_address, event.branch)
        case Wanted(), e.RepositoryFailed():
            return Unmade(state.wish, event.code, event.message, event.fix)
        case Wanted() | Unmade() | Standing(), e.RepositoryRemovalRequested():
            return Leaving(state.wish, state)
        case Leaving(), e.RepositoryRemoved():
            return Removed(state.wish)
        case Leaving(), e.RepositoryKept():
            return Kept(state.wish, event.address, event.reason)
        case Standing(), _:
            return _standing_after(state, event)
        case _:
            return state


def _standing_after(state: Standing, event: Event) -> Standing:
    replace = msgspec.structs.replace
    match event:
        case e.TreePushRequested():
            return replace(state, waiting=event.tree_id)
        case e.TreePushed():
            return replace(state, waiting="", commit=event.commit)
        case e.RepositoryFailed(step="push"):
            return replace(state, waiting="")
        case e.RepositoryConfigured():
            variables = tuple(sorted({*state.variables, *event.variables}))
            return replace(state, protected=state.protected or event.protected, variables=variables)
        case e.SecretConfigured():
            return replace(state, secrets=tuple(sorted({*state.secrets, event.name})))
        case _:
            return evolve_pull_request(state, event)
