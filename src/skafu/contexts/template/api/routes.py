"""The routes of the template context."""

from fastapi import APIRouter

from skafu.contexts.template.api.changing import changing_routes
from skafu.contexts.template.api.looking import looking_routes
from skafu.contexts.template.api.previewing import previewing_routes
from skafu.contexts.template.api.selecting import selecting_routes
from skafu.contexts.template.api.uploading import uploading_routes
from skafu.contexts.template.application.library import Library
from skafu.contexts.template.ports import Repositories
from skafu.web_api.routing import router


def routes(library: Library, repositories: Repositories) -> APIRouter:
    """All routes below /templates."""
    found = router("templates")
    uploading_routes(found, library, repositories)
    previewing_routes(found, library)
    selecting_routes(found, library)
    looking_routes(found, library)
    changing_routes(found, library)
    return found
