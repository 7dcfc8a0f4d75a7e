"""Routes about GitHub itself: connect an account, and hear what GitHub tells."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Path, Request, Response

from skafu.contexts.github.adapters.github.states import LIFE, States
from skafu.contexts.github.adapters.github.webhooks import is_signed, news_of
from skafu.contexts.github.api.schemas import Connecting, Delivery, InstallationOut, Link
from skafu.contexts.github.api.views import installation_out, installation_row
from skafu.contexts.github.application.news import Newsroom
from skafu.contexts.github.application.projections import INSTALLATIONS
from skafu.contexts.github.application.reach import HostNotSetUp, Reach
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.ports import Installations, Secret
from skafu.kernel.errors import Forbidden, Invalid
from skafu.kernel.identity import SYSTEM
from skafu.web_api.calls import AdminCall, AnyonesCall, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Fields, Pages
from skafu.web_api.principal import NotSignedIn

AT = "/api/v1/github/installations"


class InstallationNotSeen(Forbidden):
    """GitHub does not show this installation to the person."""


class AppDesk(msgspec.Struct, frozen=True):
    """What the routes about GitHub need; without an App, they say so.

    Attributes:
        installations: GitHub's word on who has which installation.
        states: the texts that go there and back.
        hooks: the secrets that deliveries may be signed with: the new one, and the old one while it is replaced.
    """

    installations: Installations
    states: States
    hooks: tuple[Secret, ...]


def add_github_routes(routes: APIRouter, reach: Reach, app: AppDesk | None) -> None:
    """Routes about GitHub itself."""
    _list(routes, reach)
    _link(routes, app)
    _connect(routes, reach, app)
    _disconnect(routes, reach)
    _hear(routes, Newsroom(reach), app)


def _set_up(app: AppDesk | None) -> AppDesk:
    if app is None:
        raise HostNotSetUp
    return app


def _list(routes: APIRouter, reach: Reach) -> None:
    @routes.get(
        "/github/installations",
        summary="List connected accounts",
        response_model=Listing[InstallationOut],
        responses=errors_documented(),
    )
    async def list_installations(call: ViewerCall, page: Pages, fields: Fields) -> Response:
        """The accounts of GitHub that the organisation has connected, by name."""
        question = page.question(sorts={"account": ("account",)}, default="account", org_id=call.tenant)
        found = await reach.ledger.documents.find(SYSTEM, INSTALLATIONS, question)
        rows = [installation_row(each) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)


def _link(routes: APIRouter, app: AppDesk | None) -> None:
    @routes.post(
        "/github/installations/link",
        summary="Begin to connect an account",
        response_model=Answer[Link],
        responses=errors_documented(),
    )
    async def link_installation(call: AdminCall) -> Response:
        """The address at GitHub where the App is installed; it leads back with a code and the state."""
        desk = _set_up(app)
        state = desk.states.make(call.tenant, call.principal.user_id, call.now)
        return answer(call, Link(address=desk.installations.address(state), ends_at=call.now + LIFE))


def _connect(routes: APIRouter, reach: Reach, app: AppDesk | None) -> None:
    @routes.post(
        "/github/installations",
        summary="Connect an account",
        status_code=201,
        response_model=Answer[InstallationOut],
        responses=errors_documented(409, 503),
    )
    async def connect_installation(body: Connecting, call: AdminCall) -> Response:
        """Connect an installation that GitHub shows to the person who came back: it is the organisation's then."""
        desk = _set_up(app)
        desk.states.check(body.state, call.tenant, call.principal.user_id, call.now)
        visible = await desk.installations.visible_with(body.code.get_secret_value())
        seen = next((each for each in visible if each.installation_id == body.installation_id), None)
        if seen is None:
            raise InstallationNotSeen(
                f"GitHub does not show you installation {body.installation_id}",
                fix="install the App in an organisation that you own, and come back from there",
            )
        command = c.ConnectInstallation(
            seen.installation_id, call.tenant, seen.account, seen.account_kind, seen.permissions
        )
        outcome = await reach.ledger.commands.send(SYSTEM, command, origin=call.origin)
        shown = installation_out(outcome.state)
        return answer(call, shown, status=201, version=outcome.version, location=f"{AT}/{shown.id}")


def _disconnect(routes: APIRouter, reach: Reach) -> None:
    @routes.delete(
        "/github/installations/{installation_id}",
        summary="Disconnect an account",
        status_code=204,
        response_model=None,
        responses=errors_documented(404),
    )
    async def disconnect_installation(
        installation_id: Annotated[int, Path(description="GitHub's number of it.", ge=1, le=2**53)], call: AdminCall
    ) -> Response:
        """Let go of an account. At GitHub, the App stays installed until people remove it there."""
        command = c.DisconnectInstallation(installation_id, call.tenant, "an admin disconnected it")
        await reach.ledger.commands.send(SYSTEM, command, origin=call.origin)
        return nothing()


def _hear(routes: APIRouter, newsroom: Newsroom, app: AppDesk | None) -> None:
    @routes.post(
        "/github/webhooks",
        summary="Hear what GitHub tells",
        response_model=Answer[Delivery],
        responses=errors_documented(413),
    )
    async def hear_github(
        request: Request,
        call: AnyonesCall,
        event: Annotated[str, Header(alias="X-GitHub-Event", max_length=100, description="What it is about.")] = "",
        delivery: Annotated[str, Header(alias="X-GitHub-Delivery", max_length=100, description="Its id.")] = "",
        signature: Annotated[str, Header(alias="X-Hub-Signature-256", max_length=100, description="By GitHub.")] = "",
    ) -> Response:
        """For GitHub alone: deliveries are signed with the webhook's secret. They may come twice, and in any order."""
        body = await request.body()
        if not is_signed(body, signature, app.hooks if app else ()):
            raise NotSignedIn(
                "the delivery is not signed with our secret", fix="compare the secrets here and at GitHub"
            )
        try:
            identifier = UUID(delivery)
        except ValueError:
            raise Invalid("the delivery has no id", fix="send X-GitHub-Delivery") from None
        news = news_of(event, body)
        heard = "ignored" if news is None else await newsroom.hear(identifier, news)
        return answer(call, Delivery.model_validate({"heard": heard}))
