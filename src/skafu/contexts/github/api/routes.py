"""All routes of the context."""

from fastapi import APIRouter

from skafu.contexts.github.api.deployment_routes import add_deployment_routes, add_pull_request_routes
from skafu.contexts.github.api.github_routes import AppDesk, add_github_routes
from skafu.contexts.github.api.repository_routes import RepositoryDesk, add_repository_routes
from skafu.contexts.github.application.reach import Reach
from skafu.web_api.routing import router


def routes(reach: Reach, app: AppDesk | None) -> APIRouter:
    """The routes of repositories, pull requests, deployments, and of GitHub itself."""
    found = router("repositories")
    desk = RepositoryDesk(reach)
    add_repository_routes(found, desk)
    add_pull_request_routes(found, desk)
    add_deployment_routes(found, desk)
    add_github_routes(found, reach, app)
    return found
