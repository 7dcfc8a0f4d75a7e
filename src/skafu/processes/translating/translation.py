"""The shape of a translation, one for each context."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from skafu.kernel.events import Command, Event
from skafu.processes.course.commands import ProcessCommand
from skafu.processes.course.events import ProcessCancelled, ProcessStepStarted
from skafu.processes.course.words import Kind


class Ask(msgspec.Struct, frozen=True):
    """A command that carries out a step; when a context says no, the step has failed with its words.

    Attributes:
        started: the step.
        command: of a context.
        settled: that there is nothing to do means that the step is done.
        texts: fields of the command that take the text of a content, by the name of that content.
    """

    started: ProcessStepStarted
    command: Command
    settled: bool = False
    texts: Mapping[str, str] = MappingProxyType({})


class Quietly(msgspec.Struct, frozen=True):
    """A command that a context may refuse without any harm: what it is to undo may be gone already.

    Attributes:
        absent: what is told when there is nothing of the kind.
    """

    command: Command
    absent: Command | None = None


class Translation(msgspec.Struct, frozen=True):
    """Between processes and one context.

    Attributes:
        wants: the events of the context that tell something about steps.
        hear: what an event of the context means for the process of a kind.
        ask: the commands that carry out a step; none when another context does.
        undo: the commands that take back what a cancelled process has under way in the context.
    """

    wants: tuple[type[Event], ...]
    hear: Callable[[Kind, Event], Sequence[ProcessCommand]]
    ask: Callable[[ProcessStepStarted], Sequence[Ask | Quietly]]
    undo: Callable[[ProcessCancelled], Sequence[Quietly]]
