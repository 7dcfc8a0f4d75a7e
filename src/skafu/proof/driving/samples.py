"""Requests made of the samples of the resolved form: valid ones, and ones that no system may take."""

import uuid
from collections.abc import Mapping
from typing import Any

from skafu.blueprint.resolved import ResolvedField
from skafu.proof.driving.http import Request
from skafu.proof.driving.landscape import CommandAt, QueryAt

STRANGE_FIELD = "unheard_of"


def strange_body() -> dict[str, Any]:
    """Give a body that every command refuses as it stands."""
    return {STRANGE_FIELD: 1}


def sample_fields(at: CommandAt) -> dict[str, Any]:
    """Give a valid value for every field of a command."""
    return {field.name: field.valid for field in at.command.fields}


def body_fields(at: CommandAt) -> list[ResolvedField]:
    """Give the fields that come in the body, not in the path."""
    return [field for field in at.command.fields if field.name not in at.route.parameters]


def command_request(at: CommandAt, fields: Mapping[str, Any], instance: str = "", **more: Any) -> Request:  # noqa: ANN401
    """Make the request for a command.

    Args:
        at: the command.
        fields: the values of its fields (JSON).
        instance: the id of the instance that it is for; a made-up one by default.
        more: token and headers.
    """
    parameters = {name: str(fields[name]) for name in at.route.parameters if name in fields}
    parameters.setdefault(at.aggregate.id_name, instance or str(uuid.uuid4()))
    body = {name: value for name, value in fields.items() if name not in at.route.parameters}
    return Request(at.route.method, at.route.path, parameters, body=body, **more)


def query_request(at: QueryAt, values: Mapping[str, Any], **more: Any) -> Request:  # noqa: ANN401
    """Make the request for a query.

    Args:
        at: the query.
        values: of its parameters, those of paging among them; None leaves one out.
        more: token and headers.
    """
    parameters = {name: str(values[name]) for name in at.route.parameters}
    asked = {name: _as_text(value) for name, value in values.items() if name not in at.route.parameters}
    return Request(at.route.method, at.route.path, parameters, asked, **more)


def _as_text(value: Any) -> Any:  # noqa: ANN401
    return str(value).lower() if isinstance(value, bool) else value


def valid_request(at: CommandAt | QueryAt) -> Request:
    """Make a request of samples alone: well formed, for an instance that need not exist."""
    if isinstance(at, CommandAt):
        return command_request(at, sample_fields(at))
    path = {one.name: one.valid if one.valid is not None else str(uuid.uuid4()) for one in at.query.parameters}
    return query_request(at, {name: path[name] for name in path if name in at.route.parameters})
