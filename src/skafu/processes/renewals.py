"""When a template has a new version that can be used, the projects that are made from it are updated."""

from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.contexts.project.domain import events as p
from skafu.contexts.project.domain.commands import TakeNewVersion
from skafu.contexts.template.domain.events import TemplateValidated
from skafu.processes.managing import Dispatching
from skafu.processes.translating.translation import Quietly
from skafu.storage.checkpoints import ReadModels
from skafu.storage.documents import Body, Collection
from skafu.storage.ledger import Ledger
from skafu.storage.projections import ProcessManager, Recorded

MEMORY: Final = Collection("renewals memory")


class MadeFrom(msgspec.Struct, frozen=True):
    """The projects that are made from a template."""

    projects: tuple[str, ...] = ()


def keys_of(recorded: Recorded) -> tuple[str, ...]:
    """The template that an event is about."""
    match recorded.event:
        case p.TemplateSelected():
            return (recorded.event.template,)
        case TemplateValidated():
            return (recorded.event.template_id,)
        case _:
            return ()


def coordinate(memory: Body | None, recorded: Recorded) -> tuple[Body | None, Sequence[object]]:
    """Remember who uses a template, and have them take its new version.

    A project that has turned to another template, or is gone, is still remembered: it does not take the version then.
    """
    made = msgspec.convert(memory or {}, MadeFrom)
    match recorded.event:
        case p.TemplateSelected():
            known = tuple(dict.fromkeys((*made.projects, recorded.event.project_id)))
            return msgspec.to_builtins(MadeFrom(known)), ()
        case TemplateValidated():
            newest = [
                Quietly(TakeNewVersion(each, recorded.event.template_id, str(recorded.event.version)))
                for each in made.projects
            ]
            return memory, newest
        case _:
            return memory, ()


def renewals(ledger: Ledger, read_models: ReadModels) -> ProcessManager:
    """The manager that has projects take new versions of their templates."""
    send = Dispatching(ledger).send
    return ProcessManager("processes.renewals", MEMORY, keys_of, coordinate, send, read_models)
