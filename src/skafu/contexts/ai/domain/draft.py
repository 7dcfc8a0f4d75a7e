"""A draft: a proposed blueprint, accepted or discarded."""

from collections.abc import Sequence
from typing import assert_never

import msgspec

from skafu.contexts.ai.domain.commands import AcceptDraft, DiscardDraft, ProposeDraft
from skafu.contexts.ai.domain.events import DraftAccepted, DraftDiscarded, DraftProposed
from skafu.kernel.errors import Conflict, NotFound

Commands = ProposeDraft | AcceptDraft | DiscardDraft
Events = DraftProposed | DraftAccepted | DraftDiscarded


class NoDraft(NotFound):
    """There is no such draft."""


class DraftIdTaken(Conflict):
    """The id belongs to another proposal."""


class DraftDecided(Conflict):
    """The draft was decided otherwise before."""


class NotProposed(msgspec.Struct, frozen=True):
    """There is none."""


class Proposed(msgspec.Struct, frozen=True):
    """It waits for somebody to decide."""

    proposed: DraftProposed


class Accepted(msgspec.Struct, frozen=True):
    """It is to become the blueprint."""

    proposed: DraftProposed


class Discarded(msgspec.Struct, frozen=True):
    """It is of no use."""

    proposed: DraftProposed
    reason: str


Draft = NotProposed | Proposed | Accepted | Discarded

initial_state: Draft = NotProposed()


def decide(command: Commands, state: Draft) -> Sequence[Events]:
    """What a command leads to.

    Raises:
        NoDraft: there is none of this id.
        DraftIdTaken: the id belongs to another proposal.
        DraftDecided: it was decided otherwise before.
    """
    if isinstance(command, ProposeDraft):
        return _proposed(command, state)
    match state:
        case NotProposed():
            raise NoDraft(f"there is no draft {command.draft_id}")
        case Proposed(proposed):
            return [_decided(command, proposed)]
        case Accepted() | Discarded():
            if isinstance(state, Accepted) == isinstance(command, AcceptDraft):
                return []
            said = "accepted" if isinstance(state, Accepted) else "discarded"
            raise DraftDecided(f"draft {command.draft_id} was {said} before", fix="make a new draft")
        case _:
            assert_never(state)


def evolve(state: Draft, event: Events) -> Draft:
    """The draft after an event."""
    match event:
        case DraftProposed():
            return Proposed(event)
        case DraftAccepted():
            return state if isinstance(state, NotProposed) else Accepted(state.proposed)
        case DraftDiscarded(_, reason):
            return state if isinstance(state, NotProposed) else Discarded(state.proposed, reason)
        case _:
            assert_never(event)


def _proposed(command: ProposeDraft, state: Draft) -> Sequence[Events]:
    event = DraftProposed(
        command.draft_id,
        command.project_id,
        command.base,
        command.blueprint,
        command.analysis_id,
        command.recommendations,
    )
    if isinstance(state, NotProposed):
        return [event]
    if state.proposed != event:
        raise DraftIdTaken(f"draft {command.draft_id} is another proposal", fix="propose it with a new id")
    return []


def _decided(command: AcceptDraft | DiscardDraft, proposed: DraftProposed) -> Events:
    match command:
        case AcceptDraft(draft_id):
            return DraftAccepted(draft_id, proposed.project_id, proposed.blueprint)
        case DiscardDraft(draft_id, reason):
            return DraftDiscarded(draft_id, reason)
        case _:
            assert_never(command)
