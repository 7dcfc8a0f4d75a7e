"""Who we are at GitHub: the App by its key, and installations by tokens that live for an hour.

Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from skafu.contexts.github.ports import Secret
from skafu.kernel.errors import Invalid

_EARLIER: Final = timedelta(seconds=60)
"""The clock of GitHub may be behind ours."""

_LIFE: Final = timedelta(minutes=9)
"""GitHub takes up to ten minutes."""

REFRESH_BEFORE: Final = timedelta(minutes=5)
"""A token that ends sooner is not begun with."""


class AppKey(msgspec.Struct, frozen=True):
    """The GitHub App of this installation of Skafu.

    Attributes:
        client_id: who the App is.
        private_key: its RSA key, as PEM.
        slug: its name in addresses.
        client_secret: shows who we are when people come back from GitHub.
    """

    client_id: str
    private_key: Secret
    slug: str
    client_secret: Secret


class Signer:
    """Signs the short-lived tokens of the App."""

    def __init__(self, app: AppKey) -> None:
        """Read the key.

        Raises:
            Invalid: it is no RSA key.
        """
        self._client_id = app.client_id
        try:
            self._key = RSAKey.import_key(app.private_key.reveal())
        except (ValueError, TypeError, JoseError):
            raise Invalid(
                "the private key of the GitHub App can't be read", fix="give the PEM file that GitHub made, whole"
            ) from None

    def token(self, now: datetime) -> str:
        """A token of the App that is good for some minutes."""
        issued = now - _EARLIER
        claims = {"iat": int(issued.timestamp()), "exp": int((now + _LIFE).timestamp()), "iss": self._client_id}
        return jwt.encode({"alg": "RS256", "typ": "JWT"}, claims, self._key)


class Token(msgspec.Struct, frozen=True):
    """A token of an installation, and when it ends."""

    value: Secret
    ends: datetime

    def is_good(self, now: datetime) -> bool:
        """Whether work can be begun with it."""
        return now < self.ends - REFRESH_BEFORE
