"""Routes of signing in through an OpenID provider, for browsers."""

import base64
import binascii
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import RedirectResponse

from skafu.contexts.identity.api.asked import asking_of
from skafu.contexts.identity.api.cookies import FLOW_COOKIE, FLOW_PATH, Cookies
from skafu.contexts.identity.api.schemas import ProviderView
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.outside import come_back, flow_of, provider_of
from skafu.contexts.identity.domain.errors import OutsideSignInFailed
from skafu.web_api.calls import AnyonesCall, ReturningCall
from skafu.web_api.envelope import Answer, answer, errors_documented
from skafu.web_api.routing import router

LONGEST: Final = 2000
HOME: Final = "/"
ProviderName = Annotated[str, Path(description="One of /auth/providers.", max_length=100)]


def provider_routes(means: Means, cookies: Cookies) -> APIRouter:
    """Which providers there are, the way to one, and the way back."""
    routes = router("sign-in")

    @routes.get(
        "/auth/providers",
        summary="Ways to sign in besides a password",
        response_model=Answer[list[ProviderView]],
        responses=errors_documented(),
    )
    async def list_providers(call: AnyonesCall) -> Response:
        """The OpenID providers that are set up."""
        views = [ProviderView(name=each, address=f"{FLOW_PATH}/{each}") for each in sorted(means.providers)]
        return answer(call, views)

    @routes.get(
        "/auth/oidc/{provider}",
        summary="Sign in through a provider",
        status_code=303,
        response_class=RedirectResponse,
        responses=errors_documented(404, 503),
    )
    async def start_at_provider(
        provider: ProviderName,
        call: AnyonesCall,
        invitation: Annotated[str, Query(description="The end of an invitation's link.", max_length=500)] = "",
    ) -> Response:
        """Send the browser to the provider; the browser keeps a secret, so that nobody else can come back for it."""
        secret = means.new_secret()
        address = await provider_of(means, provider).address(flow_of(secret))
        response = RedirectResponse(address, 303)
        cookies.keep_flow(response, f"{base64.urlsafe_b64encode(secret).decode()}.{invitation}")
        del call
        return response

    _way_back(routes, means, cookies)
    return routes


def _way_back(routes: APIRouter, means: Means, cookies: Cookies) -> None:
    @routes.get(
        "/auth/oidc/{provider}/callback",
        summary="Come back from a provider",
        status_code=303,
        response_class=RedirectResponse,
        responses=errors_documented(404, 503),
    )
    async def come_back_from_provider(
        provider: ProviderName,
        call: ReturningCall,
        code: Annotated[str, Query(max_length=LONGEST, description="What the provider gave.")] = "",
        state: Annotated[str, Query(max_length=LONGEST, description="What it was given.")] = "",
        error: Annotated[str, Query(max_length=LONGEST, description="Why it let nobody in.")] = "",
    ) -> Response:
        """Start the session of who comes back, and go to the first page."""
        kept, _, invitation = call.request.cookies.get(FLOW_COOKIE, "").partition(".")
        if error or not code:
            raise OutsideSignInFailed("the provider has not signed anybody in", fix="begin again")
        session = await come_back(means, provider, code, state, _secret(kept), invitation, asking_of(call))
        response = RedirectResponse(HOME, 303)
        cookies.keep_session(response, session.secret)
        cookies.forget_flow(response)
        return response


def _secret(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
