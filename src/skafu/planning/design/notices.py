"""Tells people: a call of the mail, text message or chat operation for each notice."""

from skafu.blueprint.naming import names_of
from skafu.planning.design.links import carry
from skafu.planning.design.naming import pascal, snake
from skafu.planning.design.reactions import Reactions
from skafu.planning.design.sheets import (
    CallSheet,
    CommandSheet,
    EmitSheet,
    EventSheet,
    FieldSheet,
    IntegrationKind,
    IntegrationSheet,
    SystemSheet,
)
from skafu.planning.lexicon import outside
from skafu.planning.meaning.story import Act, Notice, Question, Source, Story

_KINDS: dict[str, IntegrationKind] = {"email": "email", "sms": "sms", "chat": "chat"}
_ADDRESS = {"email": ("email", "email"), "sms": ("phone", "phone")}


def add_notices(story: Story, system: SystemSheet, reactions: Reactions) -> None:
    """Add what tells people; notices without a cause become questions."""
    for notice in story.notices:
        told = False
        for trigger in notice.triggers:
            if trigger.kind in {"act", "failed"} and trigger.act is not None:
                command = system.command(trigger.act)
                told |= command is not None and _tell(system, notice, command.event)
            elif trigger.kind in {"schedule", "moment", "deadline"}:
                reminding = _reminder(system, notice)
                if reminding is not None:
                    notice.act = notice.act or reminding.act
                    if reminding.act is not None:
                        reminding.act.triggers.append(trigger)
                    reactions.react(reminding, trigger)
                    told |= _tell(system, notice, reminding.event)
        if not told:
            story.questions.append(Question(f"When exactly is the {notice.recipient} told: {notice.source.words}"))


def _reminder(system: SystemSheet, notice: Notice) -> CommandSheet | None:
    """Make the command that a timer runs so that somebody is reminded."""
    sheet = system.aggregate(notice.about)
    if sheet is None or sheet.store == "log":
        return None
    verb = "remind" if notice.clause.verb.base not in {"ask", "invite", "inform", "notify"} else notice.clause.verb.base
    source = Source(notice.source.words, "somebody is told at a time")
    name = pascal(f"{verb} {notice.recipient}")
    known = next((command for command in sheet.commands if command.name == name), None)
    if known is not None:
        return known
    act = Act(verb, sheet.thing, source, named=notice.recipient)
    done = {"remind": "reminded", "ask": "asked", "invite": "invited", "inform": "informed", "notify": "notified"}[verb]
    words = f"{notice.recipient} {done}"
    event = EventSheet(system.free(pascal(words), pascal(f"{sheet.thing} {words}")), sheet, source, words)
    command = CommandSheet(
        system.free(name, pascal(f"{verb} {notice.recipient} of {sheet.thing}")),
        sheet,
        source,
        verb,
        act,
        emits=[EmitSheet(event)],
    )
    sheet.commands.append(command)
    sheet.events.append(event)
    open_states = [
        state
        for state in sheet.states
        if state not in {"cancelled", "rejected", "closed", "completed", "returned", "expired", "paid"}
    ]
    command.states = open_states if 0 < len(open_states) < len(sheet.states) else []
    return command


def _tell(system: SystemSheet, notice: Notice, event: EventSheet) -> bool:
    if event.aggregate.store == "log":
        return False
    integration = _integration(system, notice)
    call = CallSheet(event, integration, "send", Source(notice.source.words, "somebody is told"))
    if not _address(call, notice, event):
        if not integration.operations and not any(each.integration is integration for each in system.calls):
            system.integrations.remove(integration)
        return False
    words = names_of(event.name).words.capitalize()
    if integration.kind == "email":
        call.given["subject"] = f'"{words}"'
    said = f"{words}: {event.aggregate.thing}"
    call.given["body"] = f'"{said} " + event.{event.aggregate.id_name}'
    if any(each.when is event and each.integration is integration for each in system.calls):
        return True
    system.calls.append(call)
    return True


def _integration(system: SystemSheet, notice: Notice) -> IntegrationSheet:
    source = Source(notice.source.words, "somebody is told")
    if notice.channel in outside.BRANDS:
        name, channel = outside.BRANDS[notice.channel]
        return system.integration(name, _KINDS[channel], source)
    return system.integration(outside.CHANNEL_NAMES.get(notice.channel, "Mail"), _KINDS[notice.channel], source)


def _address(call: CallSheet, notice: Notice, event: EventSheet) -> bool:
    """Find the address: a field of the thing that whoever begins it gives."""
    kind = call.integration.kind
    if kind == "chat":
        call.given["to"] = f'"{snake(notice.recipient).replace("_", "-")}s"'
        return True
    field_kind, type_ = _ADDRESS[kind]
    sheet, creating = event.aggregate, event.aggregate.creating
    if creating is None:
        return False
    own = sheet.owner == snake(f"{notice.recipient} id") or sheet.thing == notice.recipient
    name = field_kind if own or _has(sheet.fields, field_kind) else snake(f"{notice.recipient} {field_kind}")
    if name not in sheet.fields:
        optional = creating.by_system or not creating.roles
        for fields in (sheet.fields, creating.fields, creating.event.fields):
            fields[name] = FieldSheet(type_, optional=optional, personal=True)
    _give(event, name)
    call.given["to"] = f"event.{name}"
    if event.fields[name].optional:
        call.condition = f"has(event.{name})"
    return True


def _has(fields: dict[str, FieldSheet], name: str) -> bool:
    return name in fields


def _give(event: EventSheet, name: str) -> None:
    if name not in event.fields and not carry(event, name):
        event.fields[name] = event.aggregate.fields[name].copy()
