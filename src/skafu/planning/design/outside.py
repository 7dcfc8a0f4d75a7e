"""Outside systems: what they are asked, how their answers are recorded, and what they send."""

from dataclasses import dataclass

from skafu.blueprint.naming import names_of
from skafu.planning.design.computed import EXTRACTOR
from skafu.planning.design.links import carry, instance_of
from skafu.planning.design.naming import pascal, snake
from skafu.planning.design.sheets import (
    CallSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    FieldSheet,
    InboundSheet,
    IntegrationKind,
    IntegrationSheet,
    MessageKind,
    OperationSheet,
    SystemSheet,
)
from skafu.planning.lexicon import outside
from skafu.planning.meaning.story import Act, Source, Trigger

ASKED = frozenset({"payment", "records", "reading"})
PAYING = frozenset({"capture", "charge", "pay", "collect", "debit"})
_SENDERS: dict[str, tuple[str, IntegrationKind, MessageKind]] = {
    "email": ("Mailbox", "email", "email"),
    "mqtt": ("Mqtt", "mqtt", "mqtt"),
    "sms": ("SmsInbox", "sms", "webhook"),
}
_SUBJECTS = frozenset({"subject", "number", "title", "description"})


def why(command: CommandSheet, rule: str) -> Source:
    """Name the rule, beside the words that the command comes from."""
    return Source(command.source.words, rule)


@dataclass(slots=True)
class Outside:
    """Builds the calls and messages of one system."""

    system: SystemSheet

    def ask(self, command: CommandSheet, act: Act) -> bool:
        """Ask the outside system whenever the cause happens; the command records the answer.

        Returns:
            Whether that is so; where no event is the cause, the command runs as all others do, and tells the system.
        """
        name, purpose = outside.BRANDS[act.outside]
        integration = self.system.integration(name, "http", why(command, "an outside system by name"))
        timed = [trigger for trigger in act.triggers if trigger.kind in {"schedule", "deadline", "moment"}]
        causes = [trigger for trigger in act.triggers if trigger.kind == "act" and trigger.act is not None]
        event = self._cause_event(command, causes)
        known, query = (False, None) if event is None else instance_of(self.system, event, command, command.source)
        if timed or event is None or not known or query is not None or event.aggregate.store == "log":
            self._call_after(command, integration)
            return False
        operation = self._operation(integration, command, event)
        call = CallSheet(event, integration, operation.name, why(command, "an outside system does it"), ok=command)
        self.system.calls.append(call)
        for trigger in causes[1:]:
            self._again(call, trigger)
        if integration.name != EXTRACTOR:
            _keep_reference(command)
        command.by_system, command.roles, command.allow, command.owner = True, [], "", ""
        self._free_owner(command)
        if purpose == "payment" and command.creates:
            with_failure(self.system, command, call)
        return True

    def _again(self, call: CallSheet, trigger: Trigger) -> None:
        """Ask the same for another cause, where that event says as much."""
        cause = self.system.command(trigger.act) if trigger.act is not None else None
        operation = next(each for each in call.integration.operations if each.name == call.operation)
        if cause is None or call.ok is None or not instance_of(self.system, cause.event, call.ok, call.source)[0]:
            return
        if all(name == cause.aggregate.id_name or carry(cause.event, name) for name in operation.fields):
            self.system.calls.append(CallSheet(cause.event, call.integration, call.operation, call.source, ok=call.ok))

    def _free_owner(self, command: CommandSheet) -> None:
        """What an outside system answers comes from no caller."""
        sheet = command.aggregate
        if command.creates and sheet.owner and sheet.owner not in command.fields:
            for fields in (sheet.fields, command.event.fields):
                fields.pop(sheet.owner, None)
            sheet.owner = ""

    def _cause_event(self, command: CommandSheet, causes: list[Trigger]) -> EventSheet | None:
        for trigger in causes:
            cause = self.system.command(trigger.act) if trigger.act is not None else None
            if cause is not None and cause is not command:
                return cause.event
        creating = command.aggregate.creating
        if creating is not None and creating is not command and command.verb in PAYING:
            return creating.event
        return None

    def _operation(self, integration: IntegrationSheet, command: CommandSheet, event: EventSheet) -> OperationSheet:
        name = snake(names_of(command.name).words)
        fields = {event.aggregate.id_name: FieldSheet("id")}
        amount = next((each for each in ("amount", "total", "price", "fee", "fare") if carry(event, each)), "")
        if amount and event.fields[amount].type == "money":
            fields[amount] = FieldSheet("money")
        returns = {"reference": FieldSheet("text")}
        if integration.name == EXTRACTOR:
            fields = {event.aggregate.id_name: FieldSheet("id")}
            fields |= {each: entry.copy() for each, entry in event.fields.items() if entry.type == "file"}
            returns = {
                each: FieldSheet("id" if entry.type.startswith("ref ") else entry.type)
                for each, entry in command.fields.items()
            }
        operation = OperationSheet(name, fields, returns)
        integration.operations.append(operation)
        return operation

    def _call_after(self, command: CommandSheet, integration: IntegrationSheet) -> None:
        """Tell the outside system once the command is done, where no answer is waited for."""
        if command.aggregate.store == "log":
            return
        operation = self._operation(integration, command, command.event)
        self.system.calls.append(
            CallSheet(command.event, integration, operation.name, why(command, "an outside system is told"))
        )

    def receive(self, command: CommandSheet, act: Act) -> None:
        """Let a message from outside become the command."""
        name, kind, channel = _SENDERS.get(act.inbound, ("Sender", "http", "webhook"))
        integration = self.system.integration(name, kind, why(command, "what comes from outside"))
        inbound = InboundSheet(
            snake(f"{act.thing} {'arrived' if act.verb == 'receive' else 'sent'}"),
            channel,
            command,
            why(command, "what comes from outside"),
        )
        for name, entry in command.fields.items():
            if channel == "email":
                _from_mail(inbound, name, entry)
            else:
                inbound.fields[name] = entry.copy()
        integration.inbound.append(inbound)
        command.by_system = True
        command.roles = []


def _keep_reference(command: CommandSheet) -> None:
    """Keep what the other side calls it."""
    for fields in (command.fields, command.event.fields, command.aggregate.fields):
        fields.setdefault("reference", FieldSheet("text", optional=True))


def _from_mail(inbound: InboundSheet, name: str, entry: FieldSheet) -> None:
    if entry.type == "file":
        inbound.given[name] = "message.attachments[0]"
    elif entry.type == "text" and name == "content":
        inbound.given[name] = "message.body"
    elif entry.type == "text" and name in _SUBJECTS:
        inbound.given[name] = "message.subject"
    else:
        entry.optional = True


def with_failure(system: SystemSheet, command: CommandSheet, call: CallSheet) -> EventSheet | None:
    """Let one command record the answer, whichever it is; each answer has its event."""
    failed = next((emit.event for emit in command.emits if emit.event.words.endswith("failed")), None)
    if failed is not None:
        return failed
    sheet = command.aggregate
    words = f"{sheet.thing} failed" if command.creates else f"{sheet.thing} {command.verb.replace('_', ' ')} failed"
    event = EventSheet(system.free(pascal(words), pascal(f"{words} again")), sheet, call.source, words)
    flag = snake(command.event.words.split()[-1])
    flag = flag if flag not in command.fields else "succeeded"
    command.fields[flag] = FieldSheet("boolean")
    first = command.emits[0]
    if command.creates:
        event.fields = {name: entry.copy() for name, entry in first.event.fields.items()}
        event.to = "failed" if sheet.states or first.event.to else ""
    sheet.events.append(event)
    command.emits = [
        EmitSheet(first.event, f"command.{flag}", given=first.given),
        EmitSheet(event, otherwise=True, given=dict(first.given) if command.creates else {}),
    ]
    if command.creates:
        first.event.to = first.event.to or snake(first.event.words.split()[-1])
        event.to = "failed"
        for state in (first.event.to, event.to):
            if state not in sheet.states:
                sheet.states.append(state)
    call.ok, call.failed = command, command
    call.ok_given[flag], call.failed_given[flag] = True, False
    return event
