"""Workflows: the steps of a process, each of one kind."""

from skafu.blueprint.expressions import Root, Scope
from skafu.blueprint.findings import Location
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Choice, Event, Service, Step, Workflow
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import (
    Assignment,
    Reaction,
    ResolvedChoice,
    ResolvedOperation,
    ResolvedStep,
    ResolvedWorkflow,
)
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.resolving.mapping import assignments
from skafu.blueprint.resolving.reactions import Operations, event_ref, find_command, reaction, seconds_of
from skafu.blueprint.resolving.scopes import reaction_scope

KINDS = ("do", "call", "wait_for", "wait", "choose")


class WorkflowResolver:
    """Resolves the workflows of one service."""

    def __init__(self, context: Context, service: Service, operations: Operations) -> None:
        """Keep what steps refer to."""
        self._context = context
        self._service = service
        self._operations = operations
        self._place = context.service(service.name).location

    def resolve(self) -> tuple[ResolvedWorkflow, ...]:
        """Resolve the workflows; the ones that nothing starts are noted and left out."""
        found = (
            self._workflow(workflow, (*self._place, "workflows", at))
            for at, workflow in enumerate(self._service.workflows)
        )
        return tuple(filter(None, found))

    def _workflow(self, workflow: Workflow, place: Location) -> ResolvedWorkflow | None:
        event = self._context.event(workflow.starts, self._service.name, (*place, "starts"))
        if event is None:
            return None
        if not workflow.steps:
            self._context.note("empty_workflow", (*place, "steps"), f"{workflow.name} has no steps", fix="Add a step.")
        steps = _Steps(self._context, self._service, self._operations, event, express=workflow.express)
        return ResolvedWorkflow(
            names=names_of(workflow.name),
            summary=workflow.summary,
            starts=event_ref(event),
            express=workflow.express,
            steps=steps.resolve(workflow.steps, (*place, "steps")),
        )


class _Steps:
    """Resolves the steps of one workflow in order; the answer of the last call is what `result` is."""

    def __init__(
        self, context: Context, service: Service, operations: Operations, event: Entry[Event], *, express: bool
    ) -> None:
        self._context = context
        self._service = service
        self._operations = operations
        self._event = event
        self._express = express
        self._result: Types | None = None
        self._taken: set[str] = set()

    def resolve(self, steps: tuple[Step, ...], place: Location) -> tuple[ResolvedStep, ...]:
        found = (self._step(step, (*place, at)) for at, step in enumerate(steps))
        return tuple(filter(None, found))

    def _step(self, step: Step, place: Location) -> ResolvedStep | None:
        kinds = [kind for kind in KINDS if getattr(step, kind)]
        if len(kinds) != 1:
            said = f"this one has {' and '.join(kinds)}" if kinds else "this one has none"
            message = f"a step has one of {', '.join(KINDS)}; {said}"
            fix = "Keep one of them, and write the others as steps of their own."
            self._context.note("wrong_step", place, message, expected="do, call, wait_for, wait or choose", fix=fix)
            return None
        self._check_keys(step, kinds[0], place)
        names = names_of(self._name(step, kinds[0]))
        match kinds[0]:
            case "do":
                return ResolvedStep(names, "do", command=self._do(step, place), undo=self._undo(step, place))
            case "call":
                return self._call(step, names.snake, place)
            case "wait_for":
                return self._wait_for(step, names.snake, place)
            case "wait":
                seconds = seconds_of(self._context, step.wait or "", (*place, "wait"))
                return ResolvedStep(names, "wait", seconds=seconds)
            case _:
                return ResolvedStep(names, "choose", choices=self._choices(step.choose, (*place, "choose")))

    def _do(self, step: Step, place: Location) -> Reaction | None:
        command = find_command(self._context, step.do or "", self._service.name, (*place, "do"))
        if command is None:
            return None
        return reaction(self._context, command, step.with_, self._scope(), self._sources(), (*place, "with"))

    def _undo(self, step: Step, place: Location) -> Reaction | None:
        if step.undo is None:
            return None
        command = find_command(self._context, step.undo, self._service.name, (*place, "undo"))
        if command is None:
            return None
        return reaction(self._context, command, {}, self._scope(), self._sources(), (*place, "undo"))

    def _call(self, step: Step, name: str, place: Location) -> ResolvedStep:
        operation = self._operations.find(self._context, step.call or "", (*place, "call"))
        values = self._values(step, operation, place) if operation else ()
        undo = self._undo(step, place)
        if operation:
            self._result = {field.name: field.type for field in operation.returns}
        return ResolvedStep(names_of(name), "call", operation=operation, values=values, undo=undo)

    def _values(self, step: Step, operation: ResolvedOperation, place: Location) -> tuple[Assignment, ...]:
        types = {field.name: field.type for field in operation.fields}
        lacking = frozenset(field.name for field in operation.fields if not field.required)
        said = f"operation {step.call}"
        place = (*place, "with")
        return assignments(
            self._context, step.with_, types, self._scope(), self._sources(), place, of=said, may_lack=lacking
        )

    def _wait_for(self, step: Step, name: str, place: Location) -> ResolvedStep:
        event = self._context.event(step.wait_for or "", self._service.name, (*place, "wait_for"))
        seconds = seconds_of(self._context, step.within, (*place, "within")) if step.within else None
        if self._express:
            message = "an express workflow ends within 5 minutes and cannot wait for events"
            self._context.note("wrong_step", (*place, "wait_for"), message, fix="Remove express.")
        ref = event_ref(event) if event else None
        return ResolvedStep(names_of(name), "wait_for", event=ref, seconds=seconds, undo=self._undo(step, place))

    def _choices(self, choices: tuple[Choice, ...], place: Location) -> tuple[ResolvedChoice, ...]:
        found = []
        before = self._result
        for at, choice in enumerate(choices):
            self._result = before
            condition = self._context.condition(choice.if_, self._scope(), (*place, at, "if"))
            found.append(ResolvedChoice(condition, self.resolve(choice.steps, (*place, at, "steps"))))
            if choice.if_ is None and at < len(choices) - 1:
                message = "the branch without a condition is taken when no other is, so it comes last"
                self._context.note("wrong_choice", (*place, at), message, fix="Move it to the end, or add if.")
        self._result = before
        return tuple(found)

    def _check_keys(self, step: Step, kind: str, place: Location) -> None:
        """Note the keys that mean nothing for the kind of a step."""
        meant = {"do": {"with", "undo"}, "call": {"with", "undo"}, "wait_for": {"within", "undo"}}.get(kind, set())
        for key, value in (("with", step.with_), ("within", step.within), ("undo", step.undo)):
            if value and key not in meant:
                message = f"{key} says nothing about a step of kind {kind}"
                self._context.note("wrong_step", (*place, key), message, fix=f"Remove {key}.", at_key=True)

    def _scope(self) -> Scope:
        extra: dict[str, Root] = {} if self._result is None else {"result": self._result}
        return reaction_scope(self._context, self._service.name, self._event, extra)

    def _sources(self) -> tuple[str, ...]:
        return ("event",) if self._result is None else ("result", "event")

    def _name(self, step: Step, kind: str) -> str:
        """Give a step the name that it has, or one that says what it does, and that no other step has."""
        what = names_of((step.do or step.call or step.wait_for or "").replace(".", "_")).snake
        base = step.name or (what if kind in {"do", "call"} else f"wait_for_{what}" if kind == "wait_for" else kind)
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}_{number}", number + 1
        self._taken.add(name)
        return name
