"""A platform with its real application, met over HTTP in process, and people who may enter."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from skafu.entrypoints.http.app import application
from skafu.kernel.identity import TenantId
from skafu.server_bootstrap import Platform, open_platform
from skafu.server_bootstrap.makers import MAKERS
from skafu.server_bootstrap.site import PartMaker
from skafu.settings import Settings
from skafu.web_api.principal import Credentials, Principal, Role

ACME = TenantId(str(UUID(int=0xACE)))
OTHER = TenantId(str(UUID(int=0x07E)))


def principal(role: Role = "developer", org: TenantId = ACME, user: str = "") -> Principal:
    return Principal(user or f"{role}-of-{org[-4:]}", org, role)


@dataclass
class KnownPeople:
    """Lets in who is known by the bearer token, without any context behind it."""

    by_token: dict[str, Principal] = field(
        default_factory=lambda: {
            "viewer": principal("viewer"),
            "developer": principal("developer"),
            "admin": principal("admin"),
            "other": principal("admin", OTHER),
        }
    )

    async def authenticate(self, credentials: Credentials, /) -> Principal | None:
        return self.by_token.get(credentials.bearer or credentials.session)


@dataclass
class Visitor:
    """Somebody who calls the API."""

    client: httpx.AsyncClient
    token: str = ""

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {}), **more.pop("headers", {})}
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def post(self, path: str, json: object = None, **more: Any) -> httpx.Response:
        return await self.ask("POST", path, json=json, **more)


@dataclass
class Running:
    """A platform and those who visit it."""

    platform: Platform
    client: httpx.AsyncClient
    people: KnownPeople

    def visitor(self, token: str = "developer") -> Visitor:
        return Visitor(self.client, token)

    @property
    def anonymous(self) -> Visitor:
        return Visitor(self.client)

    async def settle(self) -> None:
        """Read models and waiting work are done."""
        await self.platform.settle()


@asynccontextmanager
async def platform_of(
    folder: Path, *, makers: Sequence[PartMaker] = MAKERS, people: KnownPeople | None = None, **settings: Any
) -> AsyncIterator[Running]:
    """A platform in a folder (SQLite), or with `database_url` in PostgreSQL; nothing runs but what `settle` does."""
    known = people or KnownPeople()
    given = Settings(**{"data": folder, "requests_per_second": 10_000, "requests_at_once": 10_000, **settings})
    async with open_platform(given, makers=makers, authenticator=known) as platform:
        transport = httpx.ASGITransport(application(platform), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://skafu.test") as client:
            yield Running(platform, client, known)
