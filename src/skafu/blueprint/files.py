"""Which services keep files, and who may upload and download them: generation makes the routes, the proof uses them."""

from collections.abc import Iterable

import msgspec

from skafu.blueprint.resolved import ResolvedRoute, ResolvedService, System
from skafu.blueprint.types import ListOf, Maybe, Record, Scalar, Type

WITH_FILES = frozenset({"email", "file"})
"""Kinds of messages from outside that come with files."""


class FileRoute(msgspec.Struct, frozen=True):
    """Where links to files are had.

    Attributes:
        route: below `/api/v1`.
        roles: who may ask; everybody who is signed in where it is empty.
    """

    route: ResolvedRoute
    roles: tuple[str, ...]


def holds_files(type_: Type, service: ResolvedService) -> bool:
    """Whether a field of a service holds files, by itself or in a value type."""
    match type_:
        case ListOf(item) | Maybe(item):
            return holds_files(item, service)
        case Record(name):
            record = next(one for one in service.value_types if one.names.pascal == name)
            return any(holds_files(field.type, service) for field in record.fields)
        case _:
            return type_ == Scalar("file")


def has_files(service: ResolvedService) -> bool:
    """Whether a service keeps files."""
    fields = (field.type for aggregate in service.aggregates for field in aggregate.fields)
    sent = (field.type for one in service.aggregates for command in one.commands for field in command.fields)
    return any(holds_files(one, service) for one in (*fields, *sent)) or any(
        one.kind in WITH_FILES for one in service.inbound
    )


def any_files(system: System) -> bool:
    """Whether some service keeps files."""
    return any(has_files(service) for service in system.services)


def upload_of(service: ResolvedService) -> FileRoute | None:
    """Give the route for links to upload files with; nothing where no routed command takes a file."""
    if uploading := _uploading(service):
        return FileRoute(ResolvedRoute("POST", f"/{service.names.kebab}/files", ()), _roles(uploading))
    return None


def download_of(service: ResolvedService) -> FileRoute | None:
    """Give the route for links to download files with; nothing where nobody uploads files or is shown any."""
    route = ResolvedRoute("GET", f"/{service.names.kebab}/files/{{file_id}}", ("file_id",))
    if both := [*_uploading(service), *_downloading(service)]:
        return FileRoute(route, _roles(both))
    return None


def _uploading(service: ResolvedService) -> list[tuple[str, ...]]:
    return [
        command.access.roles
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.route and any(holds_files(field.type, service) for field in command.fields)
    ]


def _downloading(service: ResolvedService) -> list[tuple[str, ...]]:
    return [
        query.access.roles
        for query in service.queries
        if query.route and any(holds_files(column.type, service) for column in query.columns)
    ]


def _roles(of: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The roles that may use one of some routes; none where one of these is for everybody who is signed in."""
    found = list(of)
    return tuple(sorted({role for roles in found for role in roles})) if all(found) else ()
