"""A platform whose people are those of identity, and a browser or program of each of them."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from argon2 import PasswordHasher

from skafu.contexts.identity.adapters.argon2_passwords import Argon2Passwords
from skafu.contexts.identity.adapters.mailers import MemoryMailer
from skafu.entrypoints.http.app import application
from skafu.server_bootstrap import Platform, identity_part, open_platform
from skafu.server_bootstrap.site import PartMaker
from skafu.settings import Settings

PASSWORD = "three green kettles"  # noqa: S105 of nobody


@dataclass
class Somebody:
    """Who calls the API by access tokens, as a program does."""

    client: httpx.AsyncClient
    token: str = ""
    refresh: str = ""
    user_id: str = ""
    organisation_id: str = ""

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **more.pop("headers", {})}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, json: object = None, **more: Any) -> httpx.Response:
        return await self.ask("POST", path, json=json, **more)

    async def delete(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("DELETE", path, **more)

    def with_token(self, token: str) -> "Somebody":
        return Somebody(self.client, token, user_id=self.user_id, organisation_id=self.organisation_id)


@dataclass
class Town:
    """A platform with identity, and what it has mailed."""

    platform: Platform
    client: httpx.AsyncClient
    mailer: MemoryMailer = field(default_factory=MemoryMailer)

    @property
    def nobody(self) -> Somebody:
        return Somebody(self.client)

    async def settle(self) -> None:
        await self.platform.settle()

    async def owner(self, **about: str) -> Somebody:
        """The owner, by the link that the server prints."""
        assert self.platform.site.first_link is not None
        link = await self.platform.site.first_link()
        known = {"mail": "ann@example.org", "password": PASSWORD, "name": "Ann", "organisation": "Acme", **about}
        return signed_in(self.client, await self.nobody.post("/auth/link", {"link": link, **known}))

    async def joined(self, inviter: Somebody, mail: str, role: str = "developer") -> Somebody:
        """Somebody who was invited and came."""
        invited = await inviter.post("/invitations", {"mail": mail, "role": role})
        assert invited.status_code == 201, invited.text
        await self.settle()
        body = {"link": self.mailed_link(mail), "name": mail.split("@", maxsplit=1)[0].title(), "password": PASSWORD}
        return signed_in(self.client, await self.nobody.post("/auth/link", body))

    async def other_organisation(self, owner: Somebody) -> Somebody:
        """The admin of another organisation of the owner, who has nothing to do with the first one."""
        await owner.post("/organisations", {"name": "Elsewhere"})
        found = (await owner.get("/organisations")).json()["data"]
        other = next(each["id"] for each in found if each["name"] == "Elsewhere")
        away = signed_in(self.client, await owner.post("/auth/switch", {"organisation_id": other}))
        return await self.joined(away, "eve@example.org", "admin")

    def mailed_link(self, mail: str) -> str:
        """The end of the link in the last mail to an address."""
        text = [each.text for each in self.mailer.sent.values() if each.to == mail][-1]
        found = re.search(r"#\w+=([\w-]+)", text)
        assert found is not None
        return found.group(1)


def signed_in(client: httpx.AsyncClient, answer: httpx.Response) -> Somebody:
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    return Somebody(client, data["access_token"], data["refresh_token"] or "", data["user_id"], data["organisation_id"])


def _quick_passwords() -> Argon2Passwords:
    """Real hashes, made with little effort."""
    return Argon2Passwords(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))


@asynccontextmanager
async def town_of(
    folder: Path, *, makers: Sequence[PartMaker] = (identity_part,), sends: bool = False, **settings: Any
) -> AsyncIterator[Town]:
    """A platform in a folder (SQLite), or with `database_url` in PostgreSQL; nothing runs but what `settle` does.

    Mails are kept in memory, unless it is to send them as its settings say.
    """
    given = Settings(data=folder, requests_per_second=10_000, requests_at_once=10_000, **settings)
    quick = patch.object(identity_part, "Argon2Passwords", _quick_passwords)
    async with AsyncExitStack() as exits:
        exits.enter_context(quick)
        platform = await exits.enter_async_context(open_platform(given, makers=makers))
        transport = httpx.ASGITransport(application(platform), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://skafu.test") as client:
            town = Town(platform, client)
            if not sends:
                platform.site.mailer = town.mailer
            yield town
