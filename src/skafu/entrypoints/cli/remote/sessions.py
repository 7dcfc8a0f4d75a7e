"""Goes on with a session: gets the next access token when one ends, one command at a time."""

import time
from collections.abc import Callable

import msgspec

from skafu.entrypoints.cli.remote.answers import Json, NotSignedIn
from skafu.entrypoints.cli.remote.client import Client, Nobody
from skafu.entrypoints.cli.remote.credentials import Credential, CredentialFile

EARLIER = 20.0
"""Seconds before its end at which an access token is not used any more."""


def session_of(signed_in: Json, now: float) -> Credential:
    """What to keep of the answer to a sign-in."""
    return Credential(
        access=signed_in["access_token"], until=now + signed_in["expires_in"], refresh=signed_in["refresh_token"] or ""
    )


def go_on_with(file: CredentialFile, server: str, signed_in: Json, now: float) -> None:
    """Call a server with this access token from now on; what gets the next one stays as it is."""
    with file.alone():
        kept = file.read().servers.get(server, Credential())
        session = msgspec.structs.replace(session_of(signed_in, now), refresh=kept.refresh)
        file.keep(server, session, current=False)


class KeptSession:
    """Calls a server with the session that is kept for it."""

    def __init__(self, file: CredentialFile, server: str, clock: Callable[[], float] = time.time) -> None:
        """Read and keep the session there."""
        self._file = file
        self._server = server
        self._clock = clock

    def token(self) -> str:
        """An access token that holds.

        Raises:
            NotSignedIn: the session is over, or nobody has signed in.
        """
        kept = self._file.read().servers.get(self._server, Credential())
        if kept.until - EARLIER > self._clock():
            return kept.access
        return self._next(kept.access)

    def renewed(self, refused: str, /) -> str:
        """The next access token."""
        return self._next(refused)

    def _next(self, known: str) -> str:
        with self._file.alone():
            kept = self._file.read().servers.get(self._server, Credential())
            if kept.access != known and kept.until - EARLIER > self._clock():
                return kept.access  # another command was faster
            if not kept.refresh:
                raise NotSignedIn(f"nobody is signed in at {self._server}", fix="sign in: skafu login")
            client = Client(self._server, Nobody())
            try:
                signed_in = client.post("/auth/refresh", {"refresh_token": kept.refresh}).data
            except NotSignedIn:
                raise NotSignedIn(f"the session at {self._server} is over", fix="sign in: skafu login") from None
            finally:
                client.close()
            session = session_of(signed_in, self._clock())
            self._file.keep(self._server, session, current=False)
            return session.access
