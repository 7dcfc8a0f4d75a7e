"""GitHub's word on who has which installation: a person comes back with a code, and sees what they have access to.

An address can be forged, so that the number in it counts only when GitHub shows the person that installation. Source:
https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/about-the-setup-url
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx

from skafu.contexts.github.adapters.github.answers import HostFails, refusal
from skafu.contexts.github.adapters.github.api import HEADERS
from skafu.contexts.github.adapters.github.app import AppKey
from skafu.contexts.github.ports import InstallationSeen, Secret
from skafu.kernel.errors import Refused

_MOST_PAGES: Final = 10


class CodeRefused(Refused):
    """GitHub does not take the code that somebody came back with."""


class GitHubInstallations:
    """Fills the port `Installations`."""

    def __init__(self, client: httpx.AsyncClient, app: AppKey, website: str) -> None:
        """Take a client of the API, the App, and the address of GitHub's pages."""
        self._client = client
        self._app = app
        self._website = website.rstrip("/")

    def address(self, state: str) -> str:
        """Where people install the App."""
        return f"{self._website}/apps/{self._app.slug}/installations/new?state={quote(state, safe='')}"

    async def visible_with(self, code: str) -> list[InstallationSeen]:
        """The installations that the person can see who came back with this code."""
        token = await self._token_for(code)
        return [_seen(each) async for each in self._installations(token)]

    async def _token_for(self, code: str) -> Secret:
        form = {
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret.reveal(),
            "code": code,
        }
        answer = await self._ask("POST", f"{self._website}/login/oauth/access_token", None, form)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            said = str(answer.get("error", "no reason"))[:100]
            raise CodeRefused(f"GitHub does not take the code: {said}", fix="begin again with a new link")
        return Secret(token)

    async def _installations(self, token: Secret) -> AsyncIterator[Mapping[str, Any]]:
        for page in range(1, _MOST_PAGES + 1):
            answer = await self._ask("GET", f"/user/installations?per_page=100&page={page}", token, None)
            for each in answer["installations"]:
                yield each
            if page * 100 >= answer["total_count"]:
                return

    async def _ask(
        self, method: str, address: str, token: Secret | None, form: Mapping[str, str] | None
    ) -> Mapping[str, Any]:
        headers = {"Accept": "application/json"} if token is None else {"Authorization": f"Bearer {token.reveal()}"}
        try:
            response = await self._client.request(method, address, headers=HEADERS | headers, data=form)
        except httpx.TransportError as error:
            raise HostFails(f"GitHub did not answer: {type(error).__name__}", fix="try again") from None
        if response.status_code != 200:
            raise refusal(method, address.partition("?")[0], response.status_code, response.content)
        said: Mapping[str, Any] = response.json()
        return said


def _seen(found: Mapping[str, Any]) -> InstallationSeen:
    account = found["account"] or {}
    return InstallationSeen(
        found["id"], account.get("login") or account.get("slug") or "", found["target_type"], found["permissions"]
    )
