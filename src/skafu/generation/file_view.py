"""What the template sees of files: the bucket of a service, and the routes for links."""

from skafu.blueprint.files import FileRoute, download_of, has_files, upload_of
from skafu.blueprint.resolved import ResolvedService
from skafu.generation.aggregate_view import View
from skafu.generation.statements import right


def files_view(service: ResolvedService) -> View:
    """The bucket of a service and its routes; there is no bucket where there are no files."""
    upload, download = upload_of(service), download_of(service)
    views = {
        "upload": _route("upload", upload, service) if upload else None,
        "download": _route("download", download, service) if download else None,
    }
    return {"kept": has_files(service), **views, "routes": [one for one in views.values() if one]}


def _route(kind: str, of: FileRoute, service: ResolvedService) -> View:
    action = "s3:PutObject" if kind == "upload" else "s3:GetObject"
    return {
        "pascal": f"File{kind.capitalize()}",
        "snake": f"file_{kind}",
        "kebab": f"file-{kind}",
        "description": f"Gives links to {kind} files of {service.names.words} with.",
        "summary": f"Give a link to {kind} a file with.",
        "route": {"method": of.route.method, "path": of.route.path},
        "public": False,
        "roles": list(of.roles),
        "function": {
            "environment": {"FILES_BUCKET": "!Ref Files"},
            "rights": [right(action, "!Sub ${Files.Arn}/files/*")],
            "writes": False,
        },
    }
