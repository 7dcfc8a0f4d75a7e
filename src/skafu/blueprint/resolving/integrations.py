"""Outside systems: what they do for us, and the messages that they send."""

import re
from collections.abc import Mapping
from typing import Any

from skafu.blueprint.expressions import AnyType, Checked, Root, walk
from skafu.blueprint.expressions.nodes import Member, path_of
from skafu.blueprint.findings import Location
from skafu.blueprint.index import Entry
from skafu.blueprint.model import Inbound, Integration, Operation
from skafu.blueprint.naming import names_of
from skafu.blueprint.resolved import (
    Reaction,
    ResolvedField,
    ResolvedInbound,
    ResolvedIntegration,
    ResolvedOperation,
)
from skafu.blueprint.resolving.context import Context, Types
from skafu.blueprint.resolving.fields import FieldResolver
from skafu.blueprint.resolving.reactions import find_command, reaction
from skafu.blueprint.resolving.scopes import reaction_scope
from skafu.blueprint.samples import Limits, sample_id, valid
from skafu.blueprint.types import ListOf, Scalar, Type

OWN_SERVICE = ""
_PARAMETER = re.compile(r"(?<=/):([a-z][a-z0-9_]*)")
TEXT, EMAIL, PHONE, FILE = Scalar("text"), Scalar("email"), Scalar("phone"), Scalar("file")
BUILT_IN: Mapping[str, Mapping[str, Types]] = {
    "email": {"send": {"to": EMAIL, "subject": TEXT, "body": TEXT}},
    "sms": {"send": {"to": PHONE, "body": TEXT}},
    "chat": {"send": {"to": TEXT, "body": TEXT}},
}
"""Operations that kinds of integrations have without declaring them."""
ALWAYS: Mapping[str, Types] = {
    "webhook": {},
    "queue": {},
    "mqtt": {"topic": TEXT},
    "email": {"sender": EMAIL, "subject": TEXT, "body": TEXT, "attachments": ListOf(FILE)},
    "file": {"file": FILE, "file_name": TEXT},
}
"""What messages of each kind hold besides the declared fields."""
INBOUND_KINDS: Mapping[str, tuple[str, ...]] = {
    "http": ("webhook",),
    "email": ("email",),
    "sms": ("webhook",),
    "chat": ("webhook",),
    "queue": ("queue",),
    "mqtt": ("mqtt",),
    "files": ("file",),
}
"""Which messages each kind of integration can send."""


def resolve_integration(context: Context, entry: Entry[Integration]) -> ResolvedIntegration:
    """Give an outside system with its operations, the built-in ones first."""
    integration = entry.element
    declared = (
        operation_of(context, entry, operation, (*entry.location, "operations", at))
        for at, operation in enumerate(integration.operations)
    )
    operations = {operation.names.snake: operation for operation in (*_built_in(context, integration), *declared)}
    return ResolvedIntegration(
        names=names_of(integration.name),
        summary=integration.summary,
        kind=integration.kind,
        secret=integration.secret,
        operations=tuple(operations.values()),
    )


def operation_of(
    context: Context, entry: Entry[Integration], operation: Operation, location: Location
) -> ResolvedOperation:
    """Give a declared operation."""
    fields = FieldResolver(context, OWN_SERVICE)
    for name in _PARAMETER.findall(operation.path):
        if name not in operation.fields:
            context.unknown("parameter", name, operation.fields, (*location, "path"))
    return ResolvedOperation(
        integration=entry.element.name,
        names=names_of(operation.name),
        method=operation.method,
        path=_PARAMETER.sub(r"{\1}", operation.path),
        fields=fields.resolve(operation.fields, (*location, "fields")),
        returns=fields.resolve(operation.returns, (*location, "returns")),
    )


def resolve_inbound(
    context: Context, entry: Entry[Integration], inbound: Inbound, location: Location
) -> tuple[str, ResolvedInbound] | None:
    """Give a message from outside and the service whose command it becomes; nothing when there is no such command."""
    integration = entry.element
    kinds = INBOUND_KINDS[integration.kind]
    if inbound.kind not in kinds:
        message = f"{integration.name} is of kind {integration.kind}, which sends no {inbound.kind}"
        context.note("wrong_inbound", (*location, "kind"), message, expected=kinds[0], fix=f"Write {kinds[0]}.")
    command = find_command(context, inbound.then, OWN_SERVICE, (*location, "then"))
    if command is None:
        return None
    fields = FieldResolver(context, OWN_SERVICE)
    declared = context.types(inbound.fields, OWN_SERVICE, (*location, "fields"))
    known = {**ALWAYS[inbound.kind], **declared}
    top = inbound.dedup.partition(".")[0]
    if known and top not in known:
        known[top] = Scalar("text")
    message_root: Root = known or AnyType()
    scope = reaction_scope(context, command.service, None, {"message": message_root})
    then = reaction(context, command, inbound.with_, scope, ("message",), (*location, "with"))
    if then is None:
        return None
    resolved = (*fields.plain(ALWAYS[inbound.kind]), *fields.resolve(inbound.fields, (*location, "fields")))
    return command.service, ResolvedInbound(
        names=names_of(f"{names_of(integration.name).snake}_{inbound.name}"),
        integration=integration.name,
        kind=inbound.kind,
        signature=inbound.signature,
        dedup=inbound.dedup,
        fields=resolved,
        sample=_sample(context, command, then, resolved, inbound.dedup),
        then=then,
    )


def _built_in(context: Context, integration: Integration) -> list[ResolvedOperation]:
    fields = FieldResolver(context, OWN_SERVICE)
    return [
        ResolvedOperation(integration.name, names_of(name), "POST", "/", fields.plain(types), ())
        for name, types in BUILT_IN.get(integration.kind, {}).items()
    ]


def _sample(
    context: Context, command: Entry[Any], then: Reaction, fields: tuple[ResolvedField, ...], dedup: str
) -> dict[str, Any]:
    """Make a whole message: the declared fields, whatever the mapping reads besides, and the name of the message."""
    message: dict[str, Any] = {field.name: field.valid for field in fields}
    samples = FieldResolver(context, command.service).samples
    values = [(value.field, value.value) for value in then.values]
    if then.id is not None:
        values.append((f"{names_of(then.command.aggregate).snake}_id", then.id))
    for field, checked in values:
        for path in _message_paths(checked):
            _put(message, path, valid(field, _type_for(checked), Limits(), samples))
    _put(message, tuple(dedup.split(".")), sample_id(f"message {dedup}"))
    return message


def _message_paths(checked: Checked) -> list[tuple[str, ...]]:
    """Give the longest chains of names that start at the message."""
    chains = (path_of(node) for node in walk(checked.node) if isinstance(node, Member))
    paths = [chain[1:] for chain in chains if chain and chain[0] == "message"]
    return [path for path in paths if not any(other[: len(path)] == path and other != path for other in paths)]


def _type_for(checked: Checked) -> Type:
    return Scalar("text") if isinstance(checked.type, AnyType) or not isinstance(checked.type, Type) else checked.type


def _put(message: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    here = message
    for name in path[:-1]:
        inner = here.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        here = inner
    here.setdefault(path[-1], value)
