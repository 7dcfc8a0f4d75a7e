"""A platform with all its parts, one organisation that has one of everything, and a stranger."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from github_platform import FILES
from github_platform import zipped as archive_of
from identity_under_test import Somebody, Town, town_of
from quick_project_part import QuickProjects
from shop_blueprint import SHOP, changed
from template_zips import GREETING, zipped

from skafu.kernel.events import Event, RecordedEvent
from skafu.kernel.identity import TenantId
from skafu.server_bootstrap import project_part
from skafu.server_bootstrap.makers import MAKERS
from skafu.server_bootstrap.site import PartMaker

MARK: Final = "zebrafish"
"""Stands in all that the organisation has written; nobody else may ever read it."""

Json: TypeAlias = Any
FILES_THERE: Final = {"get_rendered_file.path": "docs/about.md", "get_file.path": "README.md"}


def whole() -> Sequence[PartMaker]:
    """All makers, with quick stand-ins for what generates and proves."""
    return tuple(QuickProjects() if each is project_part else each for each in MAKERS)


@dataclass
class Inhabited:
    """Who is there, and what they have.

    Attributes:
        town: the platform.
        admin: owns the organisation; `developer` and `viewer` work there.
        stranger: an admin of another organisation.
        known: an id for each parameter that paths of the API have.
    """

    town: Town
    admin: Somebody
    developer: Somebody
    viewer: Somebody
    stranger: Somebody
    known: dict[str, str] = field(default_factory=dict)

    @property
    def tenant(self) -> TenantId:
        return TenantId(self.admin.organisation_id)

    def somebody(self, role: str) -> Somebody:
        return {"admin": self.admin, "developer": self.developer, "viewer": self.viewer}[role]

    async def events(self) -> list[RecordedEvent[Event]]:
        """All that has ever happened in the organisation."""
        page = await self.town.platform.storage.feed.read(limit=100_000)
        return [each for each in page.events if each.tenant == self.tenant]

    async def document(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.town.client.get("/api/v1/openapi.json")).json()
        return found


@asynccontextmanager
async def inhabited(folder: Path, **settings: Json) -> AsyncIterator[Inhabited]:
    async with town_of(folder, makers=whole(), **settings) as town:
        owner = await town.owner(organisation=f"The {MARK}")
        stranger = await town.other_organisation(owner)
        developer = await town.joined(owner, f"{MARK}-developer@example.org")
        viewer = await town.joined(owner, f"{MARK}-viewer@example.org", "viewer")
        there = Inhabited(town, owner, developer, viewer, stranger)
        for settle in (_people, _templates, _projects, _advice, _repositories, _watch):
            there.known |= await settle(there)
            await town.settle()
        yield there


async def _made(somebody: Somebody, path: str, body: object = None, method: str = "POST", **more: Json) -> Json:
    answer = await somebody.ask(method, path, **({"json": body} if body is not None else {}), **more)
    assert answer.is_success, f"{method} {path}: {answer.text}"
    return answer.json()["data"] if answer.content else None


async def _people(there: Inhabited) -> dict[str, str]:
    invited = await _made(there.admin, "/invitations", {"mail": f"{MARK}-invited@example.org", "role": "viewer"})
    token = await _made(there.admin, "/tokens", {"name": MARK})
    sessions = (await there.developer.get("/auth/me/sessions")).json()["data"]
    return {
        "organisation_id": there.admin.organisation_id,
        "user_id": there.developer.user_id,
        "invitation_id": invited["invitation_id"],
        "token_id": token["token_id"],
        "session_id": sessions[0]["session_id"],
        "provider": "google",
    }


async def _templates(there: Inhabited) -> dict[str, str]:
    content = zipped({**GREETING, "docs/about.md": MARK.encode()})
    template = (await _made(there.developer, f"/templates?name={MARK}", content=content))["id"]
    await there.town.settle()
    rendering = await _made(there.developer, f"/templates/{template}/preview", {"answers": {"name": MARK}})
    return {"template_id": template, "rendering_id": rendering["id"], "number": "1", **FILES_THERE}


async def _projects(there: Inhabited) -> dict[str, str]:
    wanted = {"name": f"{MARK}-shop", "description": MARK, "blueprint": SHOP, "provision": True}
    project = (await _made(there.developer, "/projects", wanted))["id"]
    await there.town.settle()
    await _made(there.developer, f"/templates/{there.known['template_id']}/select", {"project_id": project})
    proof = await _made(there.developer, f"/projects/{project}/prove")
    tree = await there.town.platform.ledger.blobs.put(there.tenant, zipped(GREETING))
    return {"project_id": project, "run_id": proof["id"], "kind": "provisioning", "tree_id": tree}


async def _advice(there: Inhabited) -> dict[str, str]:
    wrong = changed(("sort: sku", "sort: skuu"))
    analysis = await _made(
        there.developer, "/ai/analyses", {"project_id": there.known["project_id"], "blueprint": wrong}
    )
    await there.town.settle()
    found = (await there.developer.get("/ai/recommendations")).json()["data"]
    changes = [{"kind": "set_value", "at": ["name"], "value": MARK}]
    draft = await _made(there.developer, "/ai/drafts", {"blueprint": SHOP, "changes": changes})
    return {"analysis_id": analysis["id"], "recommendation_id": found[0]["id"], "draft_id": draft["id"]}


async def _repositories(there: Inhabited) -> dict[str, str]:
    tree = str(await there.town.platform.ledger.blobs.put(there.tenant, archive_of(FILES)))
    wanted = {"project_id": there.known["project_id"], "name": MARK, "tree_id": tree}
    repository = (await _made(there.developer, "/repositories", wanted))["id"]
    await there.town.settle()
    place = f"/repositories/{repository}"
    other = str(await there.town.platform.ledger.blobs.put(there.tenant, archive_of({"README.md": FILES["README.md"]})))
    pull = await _made(there.developer, f"{place}/pull-requests", {"tree_id": other, "title": MARK})
    deployment = await _made(there.developer, f"{place}/workflow-runs", {"workflow": "deliver.yaml"})
    return {
        "repository_id": repository,
        "pull_request_id": pull["id"],
        "deployment_id": deployment["id"],
        "installation_id": "42",
        "name": "KEY",
        "tree_id": tree,
    }


async def _watch(there: Inhabited) -> dict[str, str]:
    rule = {"title": MARK, "metric": "events", "threshold": 0, "statistic": "sum"}
    place = f"/observability/alarms/{MARK}"
    await _made(there.developer, place, rule)
    await _made(there.developer, f"/observability/dashboards/{MARK}", {"title": MARK, "widgets": []}, "PUT")
    channel = {"kind": "mail", "title": MARK, "target": f"{MARK}@example.org"}
    told = await _made(there.admin, "/observability/channels", channel)
    await there.town.platform.chores.once()
    await there.town.settle()
    trace = (await there.admin.get("/observability/traces")).json()["data"][0]["id"]
    return {"rule_id": MARK, "channel_id": told["id"], "dashboard": MARK, "trace_id": trace}
