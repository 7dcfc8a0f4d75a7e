"""When processes begin: with a project that is to be provisioned, and with each change of one that is published."""

from collections.abc import Callable, Sequence

import msgspec

from skafu.contexts.project.domain import events as e
from skafu.kernel.events import Event
from skafu.processes.course.commands import BeginProcess
from skafu.processes.course.events import ProcessFinished
from skafu.processes.course.words import FROM_BLUEPRINT, FROM_DESCRIPTION, UPDATE, Known
from skafu.storage.documents import Body

Begin = Callable[[Body | None, Event], tuple[Body | None, Sequence[BeginProcess]]]
"""What is remembered of a project after an event, and the process that begins with it. Pure."""


def begin_provisioning(_memory: Body | None, event: Event) -> tuple[Body | None, Sequence[BeginProcess]]:
    """A project is provisioned when its first event says so."""
    if not isinstance(event, e.ProjectCreated) or event.provision_from == "nothing":
        return None, ()
    wishes = event.wishes
    known = Known(
        name=event.name,
        title=event.title,
        brief=event.brief,
        template=wishes.template,
        template_version=wishes.template_version,
        host=wishes.host,
        owner=wishes.owner,
        private=wishes.private,
        life=event.life,
    )
    steps = FROM_DESCRIPTION if event.provision_from == "description" else FROM_BLUEPRINT
    return None, (BeginProcess(event.project_id, "provisioning", steps, known),)


def begin_update(memory: Body | None, event: Event) -> tuple[Body | None, Sequence[BeginProcess]]:
    """A project that was provisioned is updated with each revision without errors, and with another template."""
    match event:
        case e.ProjectDeleted():
            return None, ()
        case ProcessFinished(kind="provisioning"):
            return msgspec.to_builtins(_home(event.known)), ()
        case e.BlueprintRevised(errors=0) | e.TemplateSelected() if memory is not None:
            known = msgspec.convert(memory, Known)
            return memory, (BeginProcess(event.project_id, "update", UPDATE, known),)
        case _:
            return memory, ()


def _home(known: Known) -> Known:
    """What of a provisioning an update builds upon."""
    return Known(
        name=known.name,
        title=known.title,
        repository_id=known.repository_id,
        repository=known.repository,
        address=known.address,
        branch=known.branch,
    )


BEGINNING: tuple[type[Event], ...] = (
    e.ProjectCreated,
    e.ProjectDeleted,
    e.BlueprintRevised,
    e.TemplateSelected,
    ProcessFinished,
)
"""The events that processes may begin with."""
