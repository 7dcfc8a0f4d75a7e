"""Routes of a person about themselves."""

from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.identity.api.asked import SecretCall, asking_of, person_of
from skafu.contexts.identity.api.organisation_views import organisation_view
from skafu.contexts.identity.api.schemas import (
    Acceptance,
    ChangedPassword,
    Erasure,
    Export,
    OrganisationView,
    PersonBody,
    PersonView,
    SessionView,
)
from skafu.contexts.identity.application.erasing import request_erasure
from skafu.contexts.identity.application.joining import accept_invitation
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.password_resets import change_password, confirm
from skafu.contexts.identity.application.people import membership_of, memberships_of, user_of
from skafu.contexts.identity.application.queries import exported
from skafu.contexts.identity.application.sessions import end_session, sessions_of
from skafu.contexts.identity.domain.errors import NoSuchOrganisation, NoSuchSession
from skafu.contexts.identity.domain.sessions import KeptSession
from skafu.contexts.identity.domain.users import RenameUser
from skafu.kernel.identity import SYSTEM
from skafu.web_api.calls import Call, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.routing import router
from skafu.web_api.whole_lists import Ranks, page_of

SESSION_SORTS: Ranks[KeptSession] = {
    "started_at": lambda each: each.started_at.timestamp(),
    "seen_at": lambda each: each.seen_at.timestamp(),
}


def me_routes(means: Means) -> APIRouter:
    """Who I am, my sessions, my password, and what is kept of me."""
    routes = router("me")
    _person(routes, means)
    _sessions(routes, means)
    _privacy(routes, means)
    return routes


def _person(routes: APIRouter, means: Means) -> None:
    @routes.get("/auth/me", summary="Who I am", response_model=Answer[PersonView], responses=errors_documented(404))
    async def get_me(call: ViewerCall) -> Response:
        """The person who calls, where they are, and where they could be."""
        return answer(call, await _view(means, call))

    @routes.patch(
        "/auth/me", summary="Change my name", response_model=Answer[PersonView], responses=errors_documented(404)
    )
    async def rename_me(body: PersonBody, call: ViewerCall) -> Response:
        """Give the person who calls another name."""
        command = RenameUser(person_of(call), body.name)
        await means.ledger.commands.send(SYSTEM, command, origin=call.origin, key=call.key)
        return answer(call, await _view(means, call))

    @routes.put("/auth/me/password", summary="Change my password", status_code=204, responses=errors_documented())
    async def change_my_password(body: ChangedPassword, call: SecretCall) -> Response:
        """Set a new password, and end the other sessions."""
        session_id = call.principal.session_id
        asking = asking_of(call)
        await change_password(means, person_of(call), body.present, body.password, asking, session_id=session_id)
        return nothing()

    @routes.post(
        "/auth/invitations",
        summary="Accept an invitation",
        response_model=Answer[OrganisationView],
        responses=errors_documented(404),
    )
    async def accept_an_invitation(body: Acceptance, call: SecretCall) -> Response:
        """Join an organisation, as who is known already; switch to work there."""
        user_id, session_id = person_of(call), call.principal.session_id
        joined = await accept_invitation(means, user_id, body.link, asking_of(call), session_id=session_id)
        membership = await membership_of(means, user_id, joined)
        if membership is None:
            raise NoSuchOrganisation
        return answer(call, organisation_view(membership))


def _sessions(routes: APIRouter, means: Means) -> None:
    @routes.get(
        "/auth/me/sessions",
        summary="My sessions",
        response_model=Listing[SessionView],
        responses=errors_documented(),
    )
    async def list_my_sessions(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """The sessions that last, the newest first."""
        lasting = await sessions_of(means, person_of(call), call.now)
        kept, following = page_of(
            lasting, page, key=lambda each: each.session_id, sorts=SESSION_SORTS, default="-started_at"
        )
        views = [
            SessionView(
                session_id=each.session_id,
                organisation_id=each.organisation_id,
                started_at=each.started_at,
                seen_at=each.seen_at,
                ends_at=each.ends_at(),
                addresses=list(each.addresses),
                this=each.session_id == call.principal.session_id,
            )
            for each in kept
        ]
        return listing(call, views, limit=page.limit, following=following, fields=fields)

    @routes.delete(
        "/auth/me/sessions/{session_id}",
        summary="End one of my sessions",
        status_code=204,
        responses=errors_documented(404),
    )
    async def end_my_session(session_id: UUID, call: ViewerCall) -> Response:
        """End a session, from now on."""
        own = {each.session_id for each in await sessions_of(means, person_of(call), call.now)}
        if str(session_id) not in own:
            raise NoSuchSession
        await end_session(means, str(session_id), "ended", asking_of(call))
        return nothing()


def _privacy(routes: APIRouter, means: Means) -> None:
    @routes.get(
        "/privacy/export",
        summary="All that is kept of me",
        response_model=Answer[Export],
        responses=errors_documented(),
    )
    async def export_me(call: ViewerCall) -> Response:
        """All that is kept of the person who calls, in all their organisations."""
        response = answer(call, Export(await exported(means, person_of(call), call.now)))
        response.headers["Content-Disposition"] = 'attachment; filename="skafu-export.json"'
        return response

    @routes.post(
        "/privacy/erase",
        summary="Forget me",
        status_code=202,
        response_class=Response,
        responses=errors_documented(404),
    )
    async def erase_me(body: Erasure, call: SecretCall) -> Response:
        """Take the person who calls out of everything, end their sessions, and destroy the keys of their data."""
        user = await user_of(means, person_of(call))
        if user.credential_id:
            await confirm(means, user, body.password, asking_of(call))
        await request_erasure(means, user.user_id, asking_of(call), session_id=call.principal.session_id)
        return Response(status_code=202)


async def _view(means: Means, call: Call) -> PersonView:
    user = await user_of(means, call.principal.user_id)
    only_here = call.principal.kind == "token"
    found = [
        each
        for each in await memberships_of(means, user)
        if not only_here or each.organisation.organisation_id == call.tenant
    ]
    return PersonView(
        user_id=user.user_id,
        name=user.name,
        mail=user.mail,
        password=bool(user.credential_id),
        providers=sorted({issuer for issuer, _ in user.outside}),
        organisation_id=call.tenant,
        role=call.principal.role,
        tier=call.principal.tier,
        organisations=[organisation_view(each) for each in found],
    )
