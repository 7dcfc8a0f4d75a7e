"""Routes of signing in and out."""

from datetime import timedelta

from fastapi import APIRouter, Response

from skafu.contexts.identity.api.asked import SecretCall, asking_of, person_of
from skafu.contexts.identity.api.cookies import Cookies, is_browser
from skafu.contexts.identity.api.schemas import Enter, NewPassword, Refresh, ResetRequest, SignedIn, SignIn, Switch
from skafu.contexts.identity.application.authenticating import claims_of
from skafu.contexts.identity.application.joining import Newcomer, enter_as_invited, enter_as_owner
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.password_resets import request_reset, reset_password
from skafu.contexts.identity.application.sessions import OpenedSession, end_session, rotate, session_of, switch
from skafu.contexts.identity.application.signing_in import sign_in
from skafu.contexts.identity.domain.errors import SessionOver
from skafu.contexts.identity.domain.secret_texts import read_invitation
from skafu.contexts.identity.domain.sessions import KeptSession
from skafu.kernel.errors import Forbidden
from skafu.web_api.calls import SESSION_COOKIE, Call, EnteringCall, OpenCall
from skafu.web_api.envelope import Answer, answer, errors_documented, nothing
from skafu.web_api.routing import router


def auth_routes(means: Means, cookies: Cookies, lasts: timedelta) -> APIRouter:
    """Sign in, by link, refresh, switch, sign out, and new passwords.

    Args:
        means: what the application works with.
        cookies: how cookies are set.
        lasts: how long an access token holds.
    """
    routes = router("sign-in")
    answers = _Answers(means, cookies, lasts)
    _coming_in(routes, means, answers)
    _going_on(routes, means, answers)
    _elsewhere(routes, means, cookies, answers)
    _passwords(routes, means)
    return routes


class _Answers:
    """Tells a session to who has it."""

    def __init__(self, means: Means, cookies: Cookies, lasts: timedelta) -> None:
        self._means = means
        self._cookies = cookies
        self._lasts = lasts

    async def opened(self, call: OpenCall, session: OpenedSession) -> Response:
        """A browser gets the secret as a cookie, others in the answer."""
        browser = is_browser(call.request)
        response = await self.going_on(call, session.kept, None if browser else session.secret)
        if browser:
            self._cookies.keep_session(response, session.secret)
        return response

    async def going_on(self, call: OpenCall | Call, kept: KeptSession, secret: str | None) -> Response:
        claims = await claims_of(self._means, kept)
        if claims is None:
            raise SessionOver
        signed_in = SignedIn(
            access_token=await self._means.access_tokens.issue(claims, call.now),
            expires_in=int(self._lasts.total_seconds()),
            refresh_token=secret,
            user_id=kept.user_id,
            organisation_id=kept.organisation_id,
            session_id=kept.session_id,
            session_ends_at=kept.ends_at(),
        )
        return answer(call, signed_in)


def _coming_in(routes: APIRouter, means: Means, answers: _Answers) -> None:
    @routes.post(
        "/auth/sign-in",
        summary="Sign in with mail address and password",
        response_model=Answer[SignedIn],
        responses=errors_documented(409),
    )
    async def sign_in_with_password(body: SignIn, call: EnteringCall) -> Response:
        """Start a session. Send `X-Skafu-Request: 1` as a browser: the session is a cookie then."""
        session = await sign_in(means, body.mail, body.password, asking_of(call), organisation_id=body.organisation_id)
        return await answers.opened(call, session)

    @routes.post(
        "/auth/link",
        summary="Come in by a link",
        response_model=Answer[SignedIn],
        responses=errors_documented(409),
    )
    async def enter_by_link(body: Enter, call: EnteringCall) -> Response:
        """Come in by the link of the owner that the server printed, or as a newcomer by that of an invitation."""
        newcomer = Newcomer(body.name, body.mail, body.password, body.organisation)
        enter = enter_as_owner if read_invitation(body.link) is None else enter_as_invited
        return await answers.opened(call, await enter(means, body.link, newcomer, asking_of(call)))


def _going_on(routes: APIRouter, means: Means, answers: _Answers) -> None:
    @routes.post(
        "/auth/refresh",
        summary="Get the next access token",
        response_model=Answer[SignedIn],
        responses=errors_documented(409),
    )
    async def refresh(body: Refresh, call: EnteringCall) -> Response:
        """Go on with a session. Who has a refresh token gets another one: the old one is worth nothing any more."""
        if body.refresh_token:
            rotated = await rotate(means, body.refresh_token, asking_of(call))
            if rotated is None:
                raise SessionOver
            return await answers.going_on(call, rotated.kept, rotated.secret)
        if not is_browser(call.request):
            raise Forbidden("a browser needs proof of its page", fix="send the header `X-Skafu-Request: 1`")
        kept = await session_of(means, call.request.cookies.get(SESSION_COOKIE, ""), asking_of(call))
        if kept is None:
            raise SessionOver
        return await answers.going_on(call, kept, None)


def _elsewhere(routes: APIRouter, means: Means, cookies: Cookies, answers: _Answers) -> None:
    @routes.post(
        "/auth/switch",
        summary="Go on in another organisation",
        response_model=Answer[SignedIn],
        responses=errors_documented(404),
    )
    async def switch_organisation(body: Switch, call: SecretCall) -> Response:
        """Let the session go on in another organisation; access tokens from before stay where they are."""
        person_of(call)
        kept = await switch(means, call.principal.session_id, body.organisation_id, asking_of(call))
        return await answers.going_on(call, kept, None)

    @routes.post("/auth/sign-out", summary="Sign out", status_code=204, responses=errors_documented())
    async def sign_out(call: SecretCall) -> Response:
        """End the session of this request."""
        person_of(call)
        await end_session(means, call.principal.session_id, "signed_out", asking_of(call))
        response = nothing()
        cookies.forget_session(response)
        return response


def _passwords(routes: APIRouter, means: Means) -> None:
    @routes.post(
        "/auth/password-reset",
        summary="Ask for a link to set a new password",
        status_code=202,
        response_class=Response,
        responses=errors_documented(409),
    )
    async def ask_for_password_reset(body: ResetRequest, call: EnteringCall) -> Response:
        """Send a mail with a link to this address, if it is somebody's; the answer is the same for all."""
        await request_reset(means, body.mail, asking_of(call))
        return Response(status_code=202)

    @routes.post(
        "/auth/password", summary="Set a new password by a link", status_code=204, responses=errors_documented(409)
    )
    async def set_password_by_link(body: NewPassword, call: EnteringCall) -> Response:
        """Set a new password, and end all sessions of the person."""
        await reset_password(means, body.link, body.password, asking_of(call))
        return nothing()
