"""The platform with the context github, the fake behind it, and what GitHub sends."""

import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from github_description import description
from github_fake import CLIENT, CLIENT_SECRET, KEY, SLUG, FakeGitHub, fake_github
from github_world import Stored
from platform_under_test import ACME, Running, Visitor, platform_of

from skafu.kernel.errors import Refused
from skafu.kernel.events import Event
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.scaffold import File
from skafu.server_bootstrap import github_part
from skafu.server_bootstrap.site import PartMaker
from skafu.storage.work import Later, Work, WorkKind

HOOK, OLD_HOOK = "hook-secret-new", "hook-secret-old"
FILES = {
    "README.md": File(b"# Shop\n"),
    "run.sh": File(b"#!/bin/sh\n", executable=True),
    "now": File(b"", link="run.sh"),
}
INSTALLATION = 42


@dataclass
class GitHubPlatform:
    """The platform and the fake."""

    running: Running
    fake: FakeGitHub

    @property
    def developer(self) -> Visitor:
        return self.running.visitor()

    @property
    def admin(self) -> Visitor:
        return self.running.visitor("admin")

    @property
    def repo(self) -> Stored:
        return self.fake.world.repositories["acme/shop"]

    async def tree(self, files: Mapping[str, File] = FILES, tenant: TenantId = ACME) -> str:
        """Keep a tree of files, as the context project does."""
        return str(await self.running.platform.ledger.blobs.put(tenant, zipped(files)))

    async def connect(self, who: str = "admin", code: str = "code-1") -> httpx.Response:
        """Connect the installation in the way that people do."""
        found = description().find("GET", "/user/installations")
        assert found is not None
        example = found[0].example(200)["installations"][0]
        account = example["account"] | {"login": "Acme"}
        self.fake.people[code] = [example | {"id": INSTALLATION, "account": account, "target_type": "Organization"}]
        visitor = self.running.visitor(who)
        link = (await visitor.post("/github/installations/link")).json()["data"]["address"]
        state = link.partition("state=")[2]
        answer = await visitor.post(
            "/github/installations", {"installation_id": INSTALLATION, "code": code, "state": state}
        )
        await self.running.settle()
        return answer

    async def repository(self, provider: str = "local", files: Mapping[str, File] | None = FILES) -> str:
        """A repository that is made and pushed to."""
        wanted: dict[str, Any] = {"project_id": "p1", "name": "shop", "provider": provider}
        wanted |= {"owner": "acme"} if provider == "github" else {}
        wanted |= {"tree_id": await self.tree(files)} if files else {}
        answer = await self.developer.post("/repositories", wanted)
        assert answer.status_code == 202, answer.text
        await self.running.settle()
        return str(answer.json()["data"]["id"])

    async def shown(self, path: str) -> dict[str, Any]:
        answer = await self.developer.get(path)
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data

    async def events(self, stream: str, tenant: TenantId = ACME) -> list[Event]:
        recorded = await self.running.platform.ledger.events.read_stream(tenant, stream)
        return [each.event for each in recorded]

    async def send(
        self,
        event: str,
        payload: Mapping[str, Any],
        *,
        delivery: UUID | str | None = None,
        secret: str = HOOK,
        settle: bool = True,
    ) -> httpx.Response:
        """GitHub tells something."""
        body = json.dumps(payload).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": str(delivery or uuid4()),
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        }
        answer = await self.running.anonymous.ask("POST", "/github/webhooks", content=body, headers=headers)
        if settle:
            await self.running.settle()
        return answer

    async def repeat_work(self, *streams: str) -> int:
        """Do once more all the work that events have asked for; gives how much that was."""
        kinds = [each for part in self.running.platform.parts for each in part.works]
        done = 0
        for stream in streams:
            for recorded in await self.running.platform.ledger.events.read_stream(ACME, stream):
                for kind in (each for each in kinds if isinstance(recorded.event, each.wants)):
                    work = Work(f"{kind.name} {recorded.event_id}", kind.name, ACME, recorded, 2)
                    with suppress(Later, Refused):
                        await kind.perform(work)
                    done += 1
        return done

    def kind(self, name: str) -> WorkKind:
        """A kind of work by its name."""
        return next(each for part in self.running.platform.parts for each in part.works if each.name == name)


def zipped(files: Mapping[str, File]) -> bytes:
    """Files as an archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for path, file in files.items():
            place = zipfile.ZipInfo(path)
            mode = 0o120777 if file.link is not None else 0o100755 if file.executable else 0o100644
            place.external_attr = mode << 16
            archive.writestr(place, file.content if file.link is None else file.link.encode())
    return kept.getvalue()


@asynccontextmanager
async def github_platform(
    folder: Path, database_url: str | None = None, makers: Sequence[PartMaker] = (github_part,)
) -> AsyncIterator[GitHubPlatform]:
    key = folder / "app.pem"
    key.write_bytes(KEY.as_pem(private=True))
    with fake_github(lambda: datetime.now(UTC)) as fake:
        settings: dict[str, Any] = {
            "database_url": database_url,
            "github_client_id": CLIENT,
            "github_app_slug": SLUG,
            "github_private_key_file": key,
            "github_client_secret": CLIENT_SECRET,
            "github_webhook_secret": HOOK,
            "github_webhook_secret_before": OLD_HOOK,
            "github_api_url": fake.address,
            "github_url": fake.address,
        }
        async with platform_of(folder / "data", makers=makers, **settings) as running:
            yield GitHubPlatform(running, fake)


__all__ = ["ACME", "FILES", "HOOK", "INSTALLATION", "OLD_HOOK", "SYSTEM", "GitHubPlatform", "github_platform", "zipped"]
