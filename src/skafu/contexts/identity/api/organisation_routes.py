"""Routes of organisations: founding, names, tiers, and what is used of them."""

from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.identity.api.asked import asking_of, person_of
from skafu.contexts.identity.api.organisation_views import organisation_view
from skafu.contexts.identity.api.schemas import OrganisationBody, OrganisationView, RationView, TierBody
from skafu.contexts.identity.application.joining import found_organisation
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import (
    Membership,
    membership_of,
    memberships_of,
    organisation_of,
    owner_of,
    user_of,
)
from skafu.contexts.identity.application.quotas import StoredQuotas
from skafu.contexts.identity.domain.errors import NoSuchOrganisation, OperatorsOnly, TooManyOrganisations
from skafu.contexts.identity.domain.organisations import MOST_FREE, ChangeTier, RenameOrganisation
from skafu.kernel.identity import TenantId
from skafu.web_api.calls import AdminCall, Call, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.routing import router
from skafu.web_api.whole_lists import page_of


def organisation_routes(means: Means, quotas: StoredQuotas) -> APIRouter:
    """Found and read, change, and see what is used."""
    routes = router("organisations")
    _listing(routes, means)
    _reading(routes, means, quotas)
    _founding(routes, means)
    _changing(routes, means)
    return routes


def _listing(routes: APIRouter, means: Means) -> None:
    @routes.get(
        "/organisations",
        summary="My organisations",
        response_model=Listing[OrganisationView],
        responses=errors_documented(),
    )
    async def list_organisations(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """The organisations of the person who calls, by name; a token sees its own alone."""
        found = await memberships_of(means, await user_of(means, call.principal.user_id))
        person = call.principal.kind == "person"
        seen = [organisation_view(each) for each in found if person or _id(each) == call.tenant]
        rows, following = page_of(
            seen, page, key=lambda each: each.id, sorts={"name": lambda each: each.name}, default="name"
        )
        return listing(call, rows, limit=page.limit, following=following, fields=fields)


def _reading(routes: APIRouter, means: Means, quotas: StoredQuotas) -> None:
    @routes.get(
        "/organisations/{organisation_id}",
        summary="An organisation",
        response_model=Answer[OrganisationView],
        responses=errors_documented(404),
    )
    async def get_organisation(organisation_id: UUID, call: ViewerCall) -> Response:
        """The organisation that the caller is in."""
        _own(call, organisation_id)
        return await _shown(means, call, 200)

    @routes.get(
        "/organisations/{organisation_id}/quotas",
        summary="What an organisation uses",
        response_model=Answer[list[RationView]],
        responses=errors_documented(404),
    )
    async def get_quotas(organisation_id: UUID, call: ViewerCall) -> Response:
        """What is used of each measure, and how much the tier allows."""
        _own(call, organisation_id)
        rations = await quotas.rations(call.tenant, call.principal.tier)
        views = [
            RationView(measure=each.measure, used=each.used, limit=each.limit, period=each.period) for each in rations
        ]
        return answer(call, views)


def _founding(routes: APIRouter, means: Means) -> None:
    @routes.post(
        "/organisations",
        summary="Found an organisation",
        response_model=Answer[OrganisationView],
        status_code=201,
        responses=errors_documented(404),
    )
    async def create_organisation(body: OrganisationBody, call: ViewerCall) -> Response:
        """Found an organisation; the person who calls is its first admin. Switch to work there."""
        user = await user_of(means, person_of(call))
        identifier = str(call.id_for("organisation"))
        free = [each for each in await memberships_of(means, user) if _counts(each, user.user_id, identifier)]
        if len(free) >= MOST_FREE:
            raise TooManyOrganisations(MOST_FREE)
        session_id = call.principal.session_id
        await found_organisation(means, identifier, body.name, user.user_id, asking_of(call), session_id=session_id)
        membership = await membership_of(means, user.user_id, identifier)
        if membership is None:
            raise NoSuchOrganisation
        location = f"/api/v1/organisations/{identifier}"
        return answer(call, organisation_view(membership), status=201, location=location)


def _changing(routes: APIRouter, means: Means) -> None:
    @routes.patch(
        "/organisations/{organisation_id}",
        summary="Rename an organisation",
        response_model=Answer[OrganisationView],
        responses=errors_documented(404, 412),
    )
    async def rename_organisation(
        organisation_id: UUID, body: OrganisationBody, call: AdminCall, if_match: IfMatch
    ) -> Response:
        """Give the organisation another name."""
        _own(call, organisation_id)
        command = RenameOrganisation(call.tenant, body.name)
        await means.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key, if_version=if_match)
        return await _shown(means, call, 200)

    @routes.put(
        "/organisations/{organisation_id}/tier",
        summary="Change the tier of an organisation",
        status_code=204,
        responses=errors_documented(404),
    )
    async def change_tier(organisation_id: UUID, body: TierBody, call: ViewerCall) -> Response:
        """Give an organisation other quotas: only the owner of the installation may."""
        owner = await owner_of(means)
        if owner is None or owner.user_id != call.principal.user_id or call.principal.kind != "person":
            _own(call, organisation_id)
            raise OperatorsOnly
        await organisation_of(means, str(organisation_id))
        command = ChangeTier(str(organisation_id), body.tier)
        await means.ledger.commands.send(TenantId(str(organisation_id)), command, origin=call.origin)
        return Response(status_code=204)


def _own(call: Call, organisation_id: UUID) -> None:
    if str(organisation_id) != call.tenant:
        raise NoSuchOrganisation


def _id(membership: Membership) -> str:
    return membership.organisation.organisation_id


def _counts(membership: Membership, user_id: str, but: str) -> bool:
    """Whether it is one of the free organisations that a person leads; quotas must not be had many times over."""
    found = membership.organisation
    return found.tier == "free" and user_id in found.admins() and found.organisation_id != but


async def _shown(means: Means, call: Call, status: int) -> Response:
    organisation, version = await organisation_of(means, call.tenant)
    membership = Membership(organisation, call.principal.role)
    return answer(call, organisation_view(membership), status=status, version=version)
