"""Routes of members and invitations."""

from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.identity.api.asked import asking_of, person_of
from skafu.contexts.identity.api.schemas import InvitationBody, InvitationView, MemberView, RoleBody
from skafu.contexts.identity.application.links import INVITATION_LASTS
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import organisation_of
from skafu.contexts.identity.application.projections import INVITATIONS, MEMBERS
from skafu.contexts.identity.application.queries import Named, names_of
from skafu.contexts.identity.application.sessions import end_session, sessions_of
from skafu.contexts.identity.domain.errors import NoSuchInvitation
from skafu.contexts.identity.domain.mailboxes import checked_mail
from skafu.contexts.identity.domain.organisations import (
    ChangeMemberRole,
    InviteMember,
    RemoveMember,
    RevokeInvitation,
)
from skafu.contexts.identity.domain.users import LeaveOrganisation
from skafu.kernel.identity import SYSTEM
from skafu.web_api.calls import AdminCall, Call, DeveloperCall, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.routing import router


def member_routes(means: Means) -> APIRouter:
    """See, change and remove members; invite, and take back."""
    routes = router("members")
    _members(routes, means)
    _leaving(routes, means)
    _invitations(routes, means)
    _inviting(routes, means)
    return routes


def _members(routes: APIRouter, means: Means) -> None:
    @routes.get("/members", summary="Members", response_model=Listing[MemberView], responses=errors_documented())
    async def list_members(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """Who works in the organisation."""
        question = page.question(sorts={"joined_at": ("joined_at",)}, default="joined_at")
        found = await means.ledger.documents.find(call.tenant, MEMBERS, question)
        names = await names_of(means, [each.key for each in found.documents])
        rows = [MemberView.model_validate({**each.body, **_named(names.get(each.key))}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @routes.patch("/members/{user_id}", summary="Change a role", status_code=204, responses=errors_documented(404))
    async def change_role(user_id: UUID, body: RoleBody, call: AdminCall) -> Response:
        """Let a member do more, or less; the last admin stays one."""
        command = ChangeMemberRole(call.tenant, str(user_id), body.role)
        await means.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        return nothing()

    @routes.delete("/members/{user_id}", summary="Remove a member", status_code=204, responses=errors_documented(404))
    async def remove_member(user_id: UUID, call: AdminCall) -> Response:
        """Let a person not work here any more: their sessions here end, their tokens stop."""
        await _removed(means, call, str(user_id))
        return nothing()


def _leaving(routes: APIRouter, means: Means) -> None:
    @routes.post("/members/leave", summary="Leave", status_code=204, responses=errors_documented(404))
    async def leave(call: ViewerCall) -> Response:
        """Leave the organisation; its last admin cannot."""
        await _removed(means, call, person_of(call))
        return nothing()


async def _removed(means: Means, call: Call, user_id: str) -> None:
    send = means.ledger.commands.send
    await send(call.tenant, RemoveMember(call.tenant, user_id), origin=call.origin, key=call.key)
    await send(SYSTEM, LeaveOrganisation(user_id, call.tenant), origin=call.origin)
    for kept in await sessions_of(means, user_id, call.now):
        if kept.organisation_id == call.tenant:
            await end_session(means, kept.session_id, "ended", asking_of(call))


def _invitations(routes: APIRouter, means: Means) -> None:
    @routes.get(
        "/invitations",
        summary="Invitations that wait",
        response_model=Listing[InvitationView],
        responses=errors_documented(),
    )
    async def list_invitations(call: DeveloperCall, page: Pages, fields: Fields) -> Response:
        """Who was asked to join and has not answered."""
        question = page.question(sorts={"invited_at": ("invited_at",)}, default="-invited_at")
        found = await means.ledger.documents.find(call.tenant, INVITATIONS, question)
        rows = [InvitationView.model_validate(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _inviting(routes: APIRouter, means: Means) -> None:
    @routes.post(
        "/invitations",
        summary="Invite somebody",
        response_model=Answer[InvitationView],
        status_code=201,
        responses=errors_documented(404),
    )
    async def invite(body: InvitationBody, call: DeveloperCall) -> Response:
        """Send a link by mail that works once, for this address; the role cannot be higher than your own."""
        identifier, mail = str(call.id_for("invitation")), checked_mail(body.mail)
        inviter, until = call.principal.user_id, call.now + INVITATION_LASTS
        command = InviteMember(call.tenant, identifier, mail, body.role, inviter, call.now, until)
        await means.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        view = InvitationView(
            invitation_id=identifier,
            mail=mail,
            role=body.role,
            invited_by=inviter,
            invited_at=call.now,
            expires_at=until,
        )
        return answer(call, view, status=201)

    @routes.delete(
        "/invitations/{invitation_id}",
        summary="Take an invitation back",
        status_code=204,
        responses=errors_documented(404),
    )
    async def revoke_invitation(invitation_id: UUID, call: DeveloperCall) -> Response:
        """Let an invitation not work any more: an admin any, others their own."""
        organisation, _ = await organisation_of(means, call.tenant)
        waiting = organisation.invitations.get(str(invitation_id))
        own = waiting is not None and waiting.invited_by == call.principal.user_id
        if waiting is None or not (own or call.principal.role == "admin"):
            raise NoSuchInvitation(str(invitation_id))
        command = RevokeInvitation(call.tenant, str(invitation_id))
        await means.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        return nothing()


def _named(named: Named | None) -> dict[str, str]:
    found = named or Named()
    return {"name": found.name, "mail": found.mail}
