"""What one context is told of another, event by event, without any memory."""

from collections.abc import Callable, Sequence
from typing import Final

from skafu.contexts.ai.domain.commands import RecordCodeGenerated
from skafu.contexts.github.domain import events as g
from skafu.contexts.project.domain import commands as c
from skafu.contexts.project.domain.events import ProjectGenerated
from skafu.contexts.template.domain.events import TemplateSelected
from skafu.kernel.events import Event
from skafu.processes.managing import Dispatching
from skafu.processes.translating.translation import Quietly
from skafu.storage.checkpoints import ReadModels
from skafu.storage.documents import Body, Collection
from skafu.storage.ledger import Ledger
from skafu.storage.projections import ProcessManager, Recorded

Told = Callable[[Event], Sequence[Quietly]]


def of_deployments(event: Event) -> Sequence[Quietly]:
    """A project is told how it is deployed."""
    match event:
        case g.DeploymentStarted():
            started = c.RecordDeploymentStart(event.project_id, event.deployment_id, event.environment, event.commit)
            return (Quietly(started),)
        case g.DeploymentCompleted():
            deployed = c.RecordDeployment(
                event.project_id, event.deployment_id, event.environment, event.commit, event.address
            )
            return (Quietly(deployed),)
        case g.DeploymentFailed():
            reason = f"{event.message} ({event.fix})" if event.fix else event.message
            failed = c.RecordDeploymentFailure(
                event.project_id, event.deployment_id, event.environment, commit="", reason=reason
            )
            return (Quietly(failed),)
        case _:
            return ()


def of_generations(event: Event) -> Sequence[Quietly]:
    """What was generated counts among what was made from blueprints."""
    if not isinstance(event, ProjectGenerated):
        return ()
    made = RecordCodeGenerated(
        event.run_id, event.project_id, draft_id="", blueprint="", files=event.files, digest=event.tree
    )
    return (Quietly(made),)


def of_selections(event: Event) -> Sequence[Quietly]:
    """A project is told which template it is made from."""
    if not isinstance(event, TemplateSelected):
        return ()
    return (Quietly(c.SelectTemplate(event.project_id, event.template_id, str(event.version))),)


_WANTS: Final[tuple[type[Event], ...]] = (
    g.DeploymentStarted,
    g.DeploymentCompleted,
    g.DeploymentFailed,
    ProjectGenerated,
    TemplateSelected,
)


def tellers(ledger: Ledger, read_models: ReadModels) -> tuple[ProcessManager, ...]:
    """The managers that pass on what one context has to know of another."""
    return (
        _teller("deployments", of_deployments, ledger, read_models),
        _teller("generations", of_generations, ledger, read_models),
        _teller("selections", of_selections, ledger, read_models),
    )


def _teller(name: str, told: Told, ledger: Ledger, read_models: ReadModels) -> ProcessManager:
    def coordinate(_memory: Body | None, recorded: Recorded) -> tuple[Body | None, Sequence[object]]:
        return None, told(recorded.event)

    memory = Collection(f"{name} memory")
    send = Dispatching(ledger).send
    return ProcessManager(f"processes.{name}", memory, _keys_of, coordinate, send, read_models)


def _keys_of(recorded: Recorded) -> tuple[str, ...]:
    return (recorded.stream,) if isinstance(recorded.event, _WANTS) else ()
