"""What the template sees of messages from outside: how they come in, what is read of them, and what they lead to."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from skafu.blueprint.expressions import Checked, nodes, walk
from skafu.blueprint.expressions.nodes import path_of
from skafu.blueprint.expressions.python import safe_name
from skafu.blueprint.files import WITH_FILES
from skafu.blueprint.resolved import ResolvedCommand, ResolvedField, ResolvedInbound, ResolvedService, System
from skafu.blueprint.types import Maybe
from skafu.generation.aggregate_view import View, constant, sentence
from skafu.generation.features import is_signed
from skafu.generation.python_types import checked_annotation, field_checks, quoted
from skafu.generation.reaction_view import NAMES, command_of, function_view, reaction_names, run_view
from skafu.generation.statements import right

DECORATORS = {"email": "mail_inbox", "file": "file_inbox"}
"""Kinds of messages that come with files -> what makes their handlers."""
Path = tuple[str, ...]


class Leaf(msgspec.Struct, frozen=True):
    """A value that is read of a message."""

    annotation: str
    default: str = ""
    field: ResolvedField | None = None


Tree = dict[str, "Leaf | Tree"]


def inbound_view(inbound: ResolvedInbound, service: ResolvedService, system: System) -> View:
    """A message with its route or its queue, and its function."""
    _, command = command_of(inbound.then, service)
    names = reaction_names(inbound.names)
    integration = next(one for one in system.integrations if one.names.pascal == inbound.integration)
    signed = is_signed(inbound)
    variable = f"{constant(integration.names.snake)}_SECRET"
    secret = f"!Ref {integration.names.pascal}Secret"
    renamed, tree = _read(inbound, command)
    is_route = inbound.kind == "webhook"
    path = route_of(inbound)
    title = f"POST /api/v1{path}" if is_route else f"A message of {integration.names.pascal}"
    words = f"take a message of {integration.names.pascal}, and run `{command.names.pascal}`"
    return {
        **names,
        "kind": inbound.kind,
        "integration": integration.names.pascal,
        "title": f"{title}: {command.names.words}.",
        "summary": sentence("", words),
        "description": sentence("", f"runs {command.names.pascal} when {integration.names.pascal} says so"),
        "route": {"method": "POST", "path": path} if is_route else None,
        "topic": f"{inbound.names.kebab}/#",
        "decorator": DECORATORS.get(inbound.kind, "outside_queue"),
        "inbox": inbox_of(inbound) if inbound.kind in WITH_FILES else None,
        "public": True,
        "secret": variable if signed else None,
        "records": list(_records(names["pascal"], tree, f"What is read of a message of {integration.names.pascal}.")),
        "dedup": _attribute(tuple(inbound.dedup.split("."))),
        "command": run_view(inbound.then, service, {**NAMES, **renamed}),
        "function": _function(inbound, service, {variable: secret} if signed else {}),
        "rule": False,
    }


def _function(inbound: ResolvedInbound, service: ResolvedService, secrets: dict[str, str]) -> View:
    """The function with what it needs for secrets and files."""
    function = function_view(inbound.names, None, service)
    environment = {**function["environment"], **secrets}
    rights = [*function["rights"], *(right("secretsmanager:GetSecretValue", one) for one in secrets.values())]
    if inbound.kind in WITH_FILES:
        environment["FILES_BUCKET"] = "!Ref Files"
        rights.append(right("s3:GetObject", f"!Sub ${{Files.Arn}}/{inbox_of(inbound)}*"))
        rights.append(right("s3:PutObject", "!Sub ${Files.Arn}/files/*"))
    return {**function, "environment": environment, "rights": rights}


def route_of(inbound: ResolvedInbound) -> str:
    """The path below `/api/v1` that an outside system calls."""
    return f"/webhooks/{inbound.names.kebab}"


def inbox_of(inbound: ResolvedInbound) -> str:
    """Where an outside system puts its files or letters in the bucket of the service."""
    return f"inbox/{inbound.names.kebab}/"


def _read(inbound: ResolvedInbound, command: ResolvedCommand) -> tuple[dict[str, str], Tree]:
    """What is read of a message: paths with their Python, and the types of the values."""
    declared = {field.name: field for field in inbound.fields}
    fields = {field.name: field for field in command.fields}
    given = [(fields[one.field], one.value) for one in inbound.then.values]
    found: dict[Path, Leaf] = {tuple(inbound.dedup.split(".")): Leaf("str | int")}
    for target, checked in given:
        found |= _leaves(checked, _leaf(target))
    if inbound.then.id:
        found |= _leaves(inbound.then.id, Leaf("IdText"))
    tree: Tree = {}
    for path, leaf in sorted(found.items()):
        field = declared.get(path[0])
        _put(tree, path[:1] if field else path, _leaf(field) if field else leaf)
    renamed = {".".join(("message", *path)): _attribute(path) for path in found}
    return renamed, tree


def _leaf(field: ResolvedField) -> Leaf:
    optional = isinstance(field.type, Maybe)
    return Leaf(checked_annotation(field), " = None" if optional else "", field)


def _leaves(checked: Checked, leaf: Leaf) -> dict[Path, Leaf]:
    """The values of a message that an expression reads; one that is the whole expression has the type of its target."""
    whole = _message_path(checked.node)
    return {one: leaf if whole and whole[1:] == one else Leaf("Any", " = None") for one in message_paths(checked)}


def message_paths(checked: Checked | None) -> list[Path]:
    """The values of a message that an expression reads: `("data", "id")` of `message.data.id`."""
    paths = {path[1:] for node in walk(checked.node) if (path := _message_path(node))} if checked else set()
    return sorted(one for one in paths if not any(other[: len(one)] == one and other != one for other in paths))


def _message_path(node: nodes.Node) -> Path | None:
    path = path_of(node) if isinstance(node, nodes.Member) else None
    return tuple(path) if path and path[0] == "message" else None


def _put(tree: Tree, path: Path, leaf: Leaf) -> None:
    for name in path[:-1]:
        inner = tree.setdefault(name, {})
        if isinstance(inner, Leaf):
            return
        tree = inner
    if not isinstance(tree.get(path[-1]), dict):
        tree[path[-1]] = leaf


def _records(pascal: str, tree: Tree, summary: str) -> Iterable[View]:
    """The classes of a message, the inner ones first."""
    fields, checked = [], []
    for name, inner in tree.items():
        own = safe_name(name)
        if isinstance(inner, Leaf):
            checked += [replace(inner.field, name=own)] if inner.field else []
            fields.append({"name": own, "annotation": inner.annotation, "default": _default(name, own, inner.default)})
            continue
        kind = pascal + "".join(part.capitalize() for part in name.split("_"))
        yield from _records(kind, inner, "A part of the message.")
        fields.append({"name": own, "annotation": kind, "default": _default(name, own, "")})
    yield {"pascal": pascal, "summary": summary, "fields": fields, "checks": field_checks(checked)}


def _default(name: str, own: str, default: str) -> str:
    """What follows the annotation: the default, and the name in the message where Python does not allow it."""
    if name == own:
        return default
    return f" = field(name={quoted(name)}{', default=None' if default else ''})"


def _attribute(path: Path) -> str:
    return ".".join(("message", *(safe_name(name) for name in path)))
