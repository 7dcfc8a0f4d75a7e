"""Ways to tell people, and dashboards."""

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Response

from skafu.contexts.observability.api.schemas import (
    ChannelBody,
    ChannelView,
    DashboardBody,
    DashboardView,
    NewChannelView,
)
from skafu.contexts.observability.application.aggregates import DASHBOARD
from skafu.contexts.observability.application.alerts import CHANNELS, DASHBOARDS
from skafu.contexts.observability.application.notifying import CHANNEL_SECRETS
from skafu.contexts.observability.domain.commands import AddChannel, RemoveChannel, UpdateDashboard
from skafu.contexts.observability.domain.dashboard import Dashboard
from skafu.contexts.observability.domain.events import Widget
from skafu.kernel.errors import Invalid, NotFound
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import AdminCall, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Fields, Pages

DashboardId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,62}$", description="The dashboard.")]
NewSecret = Callable[[], str]


def channel_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Ways to tell people."""

    @routes.get(
        "/observability/channels",
        response_model=Listing[ChannelView],
        responses=errors_documented(),
        summary="Ways to tell people",
    )
    async def list_channels(call: DeveloperCall, page: Pages, fields: Fields) -> Response:
        """By title."""
        question = page.question(sorts={"title": ("title",)}, default="title")
        found = await ledger.documents.find(call.tenant, CHANNELS, question)
        rows = [ChannelView.model_validate({"id": each.key, **each.body}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def new_channel_routes(routes: APIRouter, ledger: Ledger, new_secret: NewSecret) -> None:
    """Adding and removing ways to tell people."""

    @routes.post(
        "/observability/channels",
        response_model=Answer[NewChannelView],
        status_code=201,
        responses=errors_documented(),
        summary="Add a way to tell people",
    )
    async def add_channel(call: AdminCall, body: ChannelBody) -> Response:
        """A mail address, or a webhook, whose messages are signed with the secret that is shown this once."""
        if ("@" in body.target.partition("//")[0]) != (body.kind == "mail"):
            raise Invalid(f"the target is no address for {body.kind}", fix="give a mail address, or an https address")
        identifier = f"c{call.id_for('channel').hex[:12]}"
        secret = new_secret() if body.kind == "webhook" else None
        if secret is not None:
            await ledger.documents.put(call.tenant, CHANNEL_SECRETS, identifier, {"secret": secret})
        command = AddChannel(identifier, body.kind, body.title, body.target)
        outcome = await ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)
        view = NewChannelView(id=identifier, kind=body.kind, title=body.title, target=body.target, secret=secret)
        return answer(call, view, status=201, version=outcome.version)

    @routes.delete(
        "/observability/channels/{channel_id}",
        status_code=204,
        responses=errors_documented(404),
        summary="Remove a way to tell people",
    )
    async def remove_channel(
        call: AdminCall, channel_id: Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    ) -> Response:
        """Rules that name it tell nobody that way any more."""
        await ledger.commands.send(call.tenant, RemoveChannel(channel_id), origin=call.origin, key=call.key)
        await ledger.documents.delete(call.tenant, CHANNEL_SECRETS, channel_id)
        return nothing()


def dashboard_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Dashboards of an organisation."""

    @routes.get(
        "/observability/dashboards",
        response_model=Listing[DashboardView],
        responses=errors_documented(),
        summary="Dashboards",
    )
    async def list_dashboards(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """By title."""
        question = page.question(sorts={"title": ("title",)}, default="title")
        found = await ledger.documents.find(call.tenant, DASHBOARDS, question)
        rows = [DashboardView.model_validate({"id": each.key, **each.body}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @routes.get(
        "/observability/dashboards/{dashboard}",
        response_model=Answer[DashboardView],
        responses=errors_documented(404),
        summary="A dashboard",
    )
    async def get_dashboard(call: ViewerCall, dashboard: DashboardId, fields: Fields) -> Response:
        """What it shows."""
        standing = await ledger.commands.state(call.tenant, DASHBOARD, f"dashboard-{dashboard}")
        if not standing.version:
            raise NotFound(f"there is no dashboard {dashboard}")
        return answer(call, _dashboard(dashboard, standing.state), version=standing.version, fields=fields)


def dashboard_change_routes(routes: APIRouter, ledger: Ledger) -> None:
    """Changing dashboards."""

    @routes.put(
        "/observability/dashboards/{dashboard}",
        response_model=Answer[DashboardView],
        responses=errors_documented(412),
        summary="Make a dashboard, or let it show other things",
    )
    async def update_dashboard(
        call: DeveloperCall, dashboard: DashboardId, body: DashboardBody, if_match: IfMatch
    ) -> Response:
        """Show these widgets, in this order."""
        widgets = tuple(Widget(each.title, each.metric, each.statistic) for each in body.widgets)
        command = UpdateDashboard(dashboard, body.title, widgets)
        outcome = await ledger.commands.send(
            call.tenant, command, origin=call.origin, key=call.key, if_version=if_match
        )
        return answer(call, _dashboard(dashboard, outcome.state), version=outcome.version)


def _dashboard(name: str, state: Dashboard) -> DashboardView:
    return DashboardView.model_validate({"id": name, **msgspec.to_builtins(state)})
