"""What the template sees of files: which services keep some, and who may upload and download them."""

from collections.abc import Iterable

from skafu.blueprint.resolved import ResolvedRoute, ResolvedService, System
from skafu.blueprint.types import ListOf, Maybe, Record, Scalar, Type
from skafu.generation.aggregate_view import View
from skafu.generation.statements import right

WITH_FILES = frozenset({"email", "file"})
"""Kinds of messages from outside that come with files."""


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


def files_view(service: ResolvedService) -> View:
    """The bucket of a service and its routes; there is no bucket where there are no files."""
    uploading = [
        command.access.roles
        for aggregate in service.aggregates
        for command in aggregate.commands
        if command.route and any(holds_files(field.type, service) for field in command.fields)
    ]
    downloading = [
        query.access.roles
        for query in service.queries
        if query.route and any(holds_files(column.type, service) for column in query.columns)
    ]
    upload = _route("upload", upload_route(service), _roles(uploading), service) if uploading else None
    both = [*uploading, *downloading]
    download = _route("download", download_route(service), _roles(both), service) if both else None
    return {
        "kept": has_files(service),
        "upload": upload,
        "download": download,
        "routes": [one for one in (upload, download) if one],
    }


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


def upload_route(service: ResolvedService) -> ResolvedRoute:
    """Where links to upload files with are had."""
    return ResolvedRoute("POST", f"/{service.names.kebab}/files", ())


def download_route(service: ResolvedService) -> ResolvedRoute:
    """Where links to download files with are had."""
    return ResolvedRoute("GET", f"/{service.names.kebab}/files/{{file_id}}", ("file_id",))


def _roles(of: Iterable[tuple[str, ...]]) -> list[str]:
    """The roles that may use one of some routes; none where one of these is for everybody who is signed in."""
    found = list(of)
    return sorted({role for roles in found for role in roles}) if all(found) else []


def _route(kind: str, route: ResolvedRoute, roles: list[str], service: ResolvedService) -> View:
    action = "s3:PutObject" if kind == "upload" else "s3:GetObject"
    return {
        "pascal": f"File{kind.capitalize()}",
        "snake": f"file_{kind}",
        "kebab": f"file-{kind}",
        "description": f"Gives links to {kind} files of {service.names.words} with.",
        "summary": f"Give a link to {kind} a file with.",
        "route": {"method": route.method, "path": route.path},
        "public": False,
        "roles": roles,
        "function": {
            "environment": {"FILES_BUCKET": "!Ref Files"},
            "rights": [right(action, "!Sub ${Files.Arn}/files/*")],
            "writes": False,
        },
    }
