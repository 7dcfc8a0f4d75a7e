"""Routes of repositories: ask for them, look at them, push, configure, and take them back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from skafu.contexts.github.api.schemas import (
    ConfigurationIn,
    NewRepository,
    Push,
    RepositoryOut,
    RepositoryRow,
    SecretIn,
)
from skafu.contexts.github.api.views import repository_out, repository_row
from skafu.contexts.github.application.projections import REPOSITORIES
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.domain.repository import RepositoryUnknown
from skafu.contexts.github.domain.words import Protection, check_setting
from skafu.contexts.github.ports import Secret
from skafu.kernel.errors import NotFound
from skafu.kernel.events import Command
from skafu.storage.blobs import BlobId
from skafu.web_api.calls import AdminCall, Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages

AT = "/api/v1/repositories"
SORTS: dict[str, tuple[str, ...]] = {"created_at": ("created_at",)}
ProjectFilter = Annotated[str | None, Query(description="Only those of this project.", max_length=100)]


class TreeUnknown(NotFound):
    """The organisation has no tree with this id."""


class RepositoryDesk:
    """What the routes of repositories have in common."""

    def __init__(self, reach: Reach) -> None:
        """Know the store and the hosts."""
        self.reach = reach

    async def send(self, call: Call, command: Command, *, if_version: int | None = None, status: int = 202) -> Response:
        """Let a command take effect, and show the repository."""
        outcome = await self.reach.ledger.commands.send(
            call.tenant, command, origin=call.origin, key=call.key, if_version=if_version
        )
        shown = repository_out(outcome.state)
        if shown is None:
            raise RepositoryUnknown("there is no such repository")
        return answer(call, shown, status=status, version=outcome.version, location=f"{AT}/{shown.id}")

    async def check_tree(self, call: Call, tree_id: str) -> None:
        """Refuse a tree that the organisation does not have.

        Raises:
            TreeUnknown: it does not.
        """
        if not await self.reach.ledger.blobs.has(call.tenant, BlobId(tree_id)):
            raise TreeUnknown(f"there is no tree {tree_id}", fix="generate the files of a project first")


def add_repository_routes(routes: APIRouter, desk: RepositoryDesk) -> None:
    """Routes of repositories."""
    _request(routes, desk)
    _list(routes, desk)
    _look(routes, desk)
    _push(routes, desk)
    _configure(routes, desk)
    _secret(routes, desk)
    _remove(routes, desk)


def _request(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.post(
        "/repositories",
        summary="Ask for a repository",
        status_code=202,
        response_model=Answer[RepositoryOut],
        responses=errors_documented(404, 409),
    )
    async def request_repository(body: NewRepository, call: DeveloperCall) -> Response:
        """Have a repository made for a project, and its first tree pushed. Look at it to see how far it is."""
        desk.reach.check_provider(body.provider)
        if body.provider == "github":
            await desk.reach.installation_for(call.tenant, body.owner)
        if body.tree_id:
            await desk.check_tree(call, body.tree_id)
        given = body.model_dump() | {"tree_id": body.tree_id or ""}
        return await desk.send(call, c.RequestRepository(str(call.id_for("repository")), **given))


def _list(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.get(
        "/repositories",
        summary="List repositories",
        response_model=Listing[RepositoryRow],
        responses=errors_documented(),
    )
    async def list_repositories(
        call: ViewerCall, page: Pages, fields: Fields, project_id: ProjectFilter = None
    ) -> Response:
        """The repositories of the organisation, the newest first."""
        question = page.question(sorts=SORTS, default="-created_at", project_id=project_id)
        found = await desk.reach.ledger.documents.find(call.tenant, REPOSITORIES, question)
        rows = [repository_row(each) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _look(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.get(
        "/repositories/{repository_id}",
        summary="Look at a repository",
        response_model=Answer[RepositoryOut],
        responses=errors_documented(404),
    )
    async def get_repository(repository_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """A repository as it stands."""
        state, version = await desk.reach.repository(call.tenant, str(repository_id))
        shown = repository_out(state)
        if shown is None:
            raise RepositoryUnknown(f"there is no repository {repository_id}")
        return answer(call, shown, version=version, fields=fields)


def _push(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.post(
        "/repositories/{repository_id}/pushes",
        summary="Push a tree",
        status_code=202,
        response_model=Answer[RepositoryOut],
        responses=errors_documented(404, 409, 412),
    )
    async def push_tree(repository_id: UUID, body: Push, call: DeveloperCall, if_match: IfMatch) -> Response:
        """Make a tree of files the next commit of the main branch. Work of others is never pushed over."""
        await desk.reach.standing(call.tenant, str(repository_id))
        await desk.check_tree(call, body.tree_id)
        return await desk.send(call, c.PushTree(str(repository_id), body.tree_id, body.message), if_version=if_match)


def _configure(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.put(
        "/repositories/{repository_id}/configuration",
        summary="Configure a repository",
        status_code=202,
        response_model=Answer[RepositoryOut],
        responses=errors_documented(404, 409, 412),
    )
    async def configure_repository(
        repository_id: UUID, body: ConfigurationIn, call: AdminCall, if_match: IfMatch
    ) -> Response:
        """Protect the main branch, and set variables. What the host does not offer here is told by the event."""
        guard = body.protection
        protection = Protection(tuple(guard.checks), guard.approvals, guard.admins_too) if guard else None
        command = c.ConfigureRepository(str(repository_id), protection, dict(body.variables))
        return await desk.send(call, command, if_version=if_match)


def _secret(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.put(
        "/repositories/{repository_id}/secrets/{name}",
        summary="Set a secret",
        response_model=Answer[RepositoryOut],
        responses=errors_documented(404, 503),
    )
    async def set_secret(
        repository_id: UUID,
        name: Annotated[str, Path(description="The name of the secret.", max_length=100)],
        body: SecretIn,
        call: AdminCall,
    ) -> Response:
        """Seal a secret for the repository and hand it to the host at once. It is kept nowhere else."""
        host, remote, _ = await desk.reach.standing(call.tenant, str(repository_id))
        check_setting(name)
        await host.configuration.set_secret(remote, name, Secret(body.value.get_secret_value()))
        return await desk.send(call, c.RecordSecretConfigured(str(repository_id), name), status=200)


def _remove(routes: APIRouter, desk: RepositoryDesk) -> None:
    @routes.delete(
        "/repositories/{repository_id}",
        summary="Take a repository back",
        status_code=202,
        response_model=Answer[RepositoryOut],
        responses=errors_documented(404, 409, 412),
    )
    async def remove_repository(repository_id: UUID, call: AdminCall, if_match: IfMatch) -> Response:
        """Remove a repository that we made, if it holds nothing but our commits; otherwise it stays, on record."""
        command = c.RemoveRepository(str(repository_id), "somebody asked for it")
        return await desk.send(call, command, if_version=if_match)
