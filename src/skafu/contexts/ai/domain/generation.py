"""The record that code was generated."""

from collections.abc import Sequence

import msgspec

from skafu.contexts.ai.domain.commands import RecordCodeGenerated
from skafu.contexts.ai.domain.events import CodeGenerated
from skafu.kernel.errors import Conflict


class GenerationIdTaken(Conflict):
    """The id belongs to the record of another tree."""


class Generation(msgspec.Struct, frozen=True):
    """What was generated, if it is on record."""

    generated: CodeGenerated | None = None


initial_state = Generation()


def decide(command: RecordCodeGenerated, state: Generation) -> Sequence[CodeGenerated]:
    """What a command leads to.

    Raises:
        GenerationIdTaken: another tree is on record under the id.
    """
    event = CodeGenerated(
        command.generation_id,
        command.project_id,
        command.draft_id,
        command.blueprint,
        command.files,
        command.digest,
    )
    if state.generated is None:
        return [event]
    if state.generated != event:
        raise GenerationIdTaken(
            f"generation {command.generation_id} is that of another tree", fix="record it under a new id"
        )
    return []


def evolve(_state: Generation, event: CodeGenerated) -> Generation:
    """The record after an event."""
    return Generation(event)
