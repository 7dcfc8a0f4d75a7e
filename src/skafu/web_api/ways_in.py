"""How people and programs show who they are, as the documentation of the API says it."""

from typing import Final

from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.openapi.models import SecurityBase as Model
from fastapi.security.base import SecurityBase

SESSION_COOKIE: Final = "skafu_session"


class WayIn(SecurityBase):
    """Stands in the signature of a dependency, and does nothing: what is shown is looked at there."""

    def __init__(self, scheme_name: str, model: Model) -> None:
        """Be known under a name."""
        self.scheme_name = scheme_name
        self.model = model

    def __call__(self) -> None:
        """Let the request through."""


BEARER: Final = WayIn("bearer", HTTPBearer(description="An access token, or an API token."))
SESSION: Final = WayIn(
    "session",
    APIKey.model_validate({"in": APIKeyIn.cookie, "name": SESSION_COOKIE, "description": "The session of a browser."}),
)
