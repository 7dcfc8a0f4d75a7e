"""Routes of administrators."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.identity.api.asked import asking_of
from skafu.contexts.identity.api.schemas import UserView
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import membership_of, organisation_of, owner_of
from skafu.contexts.identity.application.projections import MEMBERS, PEOPLE
from skafu.contexts.identity.application.sessions import end_session, sessions_of
from skafu.contexts.identity.domain.errors import NoSuchMember, OperatorsOnly
from skafu.contexts.identity.domain.roles import Role
from skafu.kernel.identity import SYSTEM
from skafu.storage.documents import Document, Found
from skafu.web_api.calls import AdminCall, Call
from skafu.web_api.envelope import Listing, errors_documented, listing, nothing
from skafu.web_api.paging import Fields, Pages, Paging
from skafu.web_api.routing import router


def admin_routes(means: Means) -> APIRouter:
    """People, as admins see them."""
    routes = router("admin")

    @routes.get("/admin/users", summary="People", response_model=Listing[UserView], responses=errors_documented())
    async def list_users(
        call: AdminCall,
        page: Pages,
        fields: Fields,
        scope: Annotated[
            Literal["organisation", "installation"],
            Query(description="Those of the organisation; or all, for the owner of the installation."),
        ] = "organisation",
    ) -> Response:
        """People with the ways in which they sign in."""
        found = await _all(means, call, page) if scope == "installation" else await _members(means, call, page)
        organisation, _ = await organisation_of(means, call.tenant)
        rows = [_view(each, organisation.members.get(each.key)) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @routes.post(
        "/admin/users/{user_id}/sign-out",
        summary="Sign somebody out",
        status_code=204,
        responses=errors_documented(404),
    )
    async def sign_user_out(user_id: UUID, call: AdminCall) -> Response:
        """End the sessions of a member in this organisation."""
        if await membership_of(means, str(user_id), call.tenant) is None:
            raise NoSuchMember(str(user_id))
        for kept in await sessions_of(means, str(user_id), call.now):
            if kept.organisation_id == call.tenant:
                await end_session(means, kept.session_id, "ended", asking_of(call))
        return nothing()

    return routes


async def _all(means: Means, call: Call, page: Paging) -> Found:
    owner = await owner_of(means)
    if owner is None or owner.user_id != call.principal.user_id or call.principal.kind != "person":
        raise OperatorsOnly
    question = page.question(sorts={"registered_at": ("registered_at",)}, default="registered_at")
    return await means.ledger.documents.find(SYSTEM, PEOPLE, question)


async def _members(means: Means, call: Call, page: Paging) -> Found:
    question = page.question(sorts={"joined_at": ("joined_at",)}, default="joined_at")
    members = await means.ledger.documents.find(call.tenant, MEMBERS, question)
    people = await means.ledger.documents.get(SYSTEM, PEOPLE, [each.key for each in members.documents])
    return Found(tuple(people[each.key] for each in members.documents if each.key in people), members.next)


def _view(person: Document, role: Role | None) -> UserView:
    return UserView.model_validate({**person.body, "role": role})
