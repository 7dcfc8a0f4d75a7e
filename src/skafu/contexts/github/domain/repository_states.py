"""What a repository can be: one frozen type for each state."""

from datetime import datetime
from typing import Literal

import msgspec

from skafu.contexts.github.domain.words import Provider


class Wish(msgspec.Struct, frozen=True):
    """What was asked for."""

    repository_id: str
    project_id: str
    provider: Provider
    owner: str
    name: str
    private: bool
    description: str
    tree_id: str


class Absent(msgspec.Struct, frozen=True, tag="absent"):
    """Nobody has asked for it."""


class Wanted(msgspec.Struct, frozen=True, tag="wanted"):
    """It was asked for, and its host is not heard of yet."""

    wish: Wish


class Unmade(msgspec.Struct, frozen=True, tag="unmade"):
    """It could not be made."""

    wish: Wish
    code: str
    message: str
    fix: str


class PullRequest(msgspec.Struct, frozen=True):
    """A proposed change.

    Attributes:
        pull_request_id: our id of it.
        now: where it stands.
        base: the commit of ours that it was made upon.
        seen_at: the host's time of the last news.
    """

    pull_request_id: str
    now: Literal["requested", "open", "merged", "closed", "failed"]
    base: str
    number: int = 0
    commit: str = ""
    seen_at: datetime | None = None


class Standing(msgspec.Struct, frozen=True, tag="standing"):
    """Its host has it.

    Attributes:
        wish: what was asked for.
        commit: the last one of ours, upon which the next is made; empty before the first.
        waiting: the tree that is on its way, empty when none is.
    """

    wish: Wish
    remote_id: str
    address: str
    clone_address: str
    branch: str
    commit: str = ""
    waiting: str = ""
    protected: bool = False
    variables: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    pull_requests: tuple[PullRequest, ...] = ()

    def pull_request(self, pull_request_id: str) -> PullRequest | None:
        """The pull request with this id of ours."""
        return next((each for each in self.pull_requests if each.pull_request_id == pull_request_id), None)

    def numbered(self, number: int) -> PullRequest | None:
        """The pull request with this number at the host."""
        return next((each for each in self.pull_requests if number and each.number == number), None)

    def with_pull_request(self, changed: PullRequest) -> "Standing":
        """The same with one pull request added or changed."""
        others = tuple(each for each in self.pull_requests if each.pull_request_id != changed.pull_request_id)
        return msgspec.structs.replace(self, pull_requests=(*others, changed))


class Leaving(msgspec.Struct, frozen=True, tag="leaving"):
    """It is to go; `before` is what it was."""

    wish: Wish
    before: Wanted | Unmade | Standing


class Removed(msgspec.Struct, frozen=True, tag="removed"):
    """It is gone."""

    wish: Wish


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    """It was to go and had to stay."""

    wish: Wish
    address: str
    reason: str


State = Absent | Wanted | Unmade | Standing | Leaving | Removed | Kept
