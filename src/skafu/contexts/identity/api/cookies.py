"""The cookies of browsers: for the session, and for a sign-in at a provider that is under way."""

from typing import Final

import msgspec
from fastapi import Request, Response

from skafu.contexts.identity.domain.sessions import OLDEST
from skafu.web_api.calls import BROWSER_HEADER, SESSION_COOKIE

FLOW_COOKIE: Final = "skafu_flow"
FLOW_LASTS: Final = 600
FLOW_PATH: Final = "/api/v1/auth/oidc"


class Cookies(msgspec.Struct, frozen=True):
    """How cookies are set; `secure` where the server is reached by https."""

    secure: bool

    def keep_session(self, response: Response, text: str) -> None:
        """Let a browser keep a session: no script reads it, and no page of others sends it with a change."""
        response.set_cookie(
            SESSION_COOKIE,
            text,
            max_age=int(OLDEST.total_seconds()),
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )

    def forget_session(self, response: Response) -> None:
        """Let a browser forget its session."""
        response.delete_cookie(SESSION_COOKIE, httponly=True, secure=self.secure, samesite="lax")

    def keep_flow(self, response: Response, text: str) -> None:
        """Let a browser remember the sign-in that it has begun."""
        response.set_cookie(
            FLOW_COOKIE,
            text,
            max_age=FLOW_LASTS,
            path=FLOW_PATH,
            httponly=True,
            secure=self.secure,
            samesite="lax",
        )

    def forget_flow(self, response: Response) -> None:
        """Let a browser forget it."""
        response.delete_cookie(FLOW_COOKIE, path=FLOW_PATH, httponly=True, secure=self.secure, samesite="lax")


def is_browser(request: Request) -> bool:
    """Whether a script of our page sends this: it gets a cookie, everybody else gets the secret itself."""
    return BROWSER_HEADER in request.headers
