"""Looks into planned blueprints by short names, so that tests read like sentences."""

from skafu.blueprint.model import Aggregate, Call, Command, Emit, Policy, Query, Timer
from skafu.planning import plan


class Planned:
    """A planned description."""

    def __init__(self, text: str) -> None:
        """Plan it."""
        self.plan = plan(text)
        self.blueprint = self.plan.blueprint

    @property
    def aggregates(self) -> dict[str, Aggregate]:
        return {found.name: found for service in self.blueprint.services for found in service.aggregates}

    @property
    def commands(self) -> dict[str, Command]:
        return {found.name: found for aggregate in self.aggregates.values() for found in aggregate.commands}

    @property
    def events(self) -> set[str]:
        return {found.name for aggregate in self.aggregates.values() for found in aggregate.events}

    @property
    def queries(self) -> dict[str, Query]:
        return {found.name: found for service in self.blueprint.services for found in service.queries}

    @property
    def policies(self) -> dict[tuple[str, str], Policy]:
        found = [each for service in self.blueprint.services for each in service.policies]
        return {(each.when.rpartition(".")[2], each.then): each for each in found}

    @property
    def timers(self) -> dict[str, Timer]:
        return {found.then: found for service in self.blueprint.services for found in service.timers}

    @property
    def calls(self) -> dict[tuple[str, str], Call]:
        found = [each for service in self.blueprint.services for each in service.calls]
        return {(each.when.rpartition(".")[2], each.call): each for each in found}

    @property
    def questions(self) -> str:
        return "\n".join(question.text for question in self.plan.questions)

    def emit(self, command: str, event: str) -> Emit:
        """Give an emit of a command in its long form."""
        for emit in self.commands[command].emits:
            long = emit if isinstance(emit, Emit) else Emit(event=emit)
            if long.event == event:
                return long
        raise AssertionError(f"{command} does not emit {event}")
