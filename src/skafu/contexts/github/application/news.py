"""What GitHub tells by itself: whose it is, whether it is new, and which command it becomes.

News may come twice, late, or in any order. The id of a delivery is the key of its command, and the aggregates leave
out what is older than what they know.
"""

from typing import Literal
from uuid import UUID, uuid5

from skafu.contexts.github.application.projections import DEPLOYMENTS, REPOSITORIES, deployment_key, run_key
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.domain import commands as c
from skafu.contexts.github.ports import News, OfDeployment, OfInstallation, OfPullRequest, OfRun
from skafu.kernel.events import Command
from skafu.kernel.identity import SYSTEM, Actor, Origin, TenantId
from skafu.storage import Document, Query

Heard = Literal["taken", "known", "ignored"]
"""What became of news: it changed something, it was known already, or it is of no concern."""

_DEPLOYMENTS = UUID("5b3b9a52-3f0f-5f58-9b0e-6f6f4c0b8f7d")
"""The name space of the ids of deployments that others have started."""


class Newsroom:
    """Takes news of GitHub."""

    def __init__(self, reach: Reach) -> None:
        """Know the store."""
        self._reach = reach

    async def hear(self, delivery: UUID, news: News) -> Heard:
        """Take news; `delivery` is the id by which GitHub would send them again."""
        installation = await self._reach.installation(news.installation)
        if installation is None:
            return "ignored"
        desk = _Desk(self._reach, TenantId(installation.org_id), delivery)
        if isinstance(news, OfInstallation):
            return await desk.send(_about_installation(news), tenant=SYSTEM)
        repository = await desk.repository(news.remote_id)
        if repository is None:
            return "ignored"
        match news:
            case OfPullRequest():
                seen = news.seen
                command = c.RecordPullRequestSeen(
                    repository.key, news.number, seen.now, seen.seen_at, seen.merge_commit
                )
                return await desk.send(command)
            case OfRun():
                return await desk.of_run(repository, news)
            case OfDeployment():
                return await desk.of_deployment(repository, news)


def _about_installation(news: OfInstallation) -> Command:
    match news.what:
        case "suspended":
            return c.RecordInstallationSuspended(news.installation, news.seen_at)
        case "resumed":
            return c.RecordInstallationResumed(news.installation, news.seen_at)
        case "removed":
            return c.DisconnectInstallation(news.installation, "", "it was removed at GitHub")


class _Desk:
    """One delivery in hand."""

    def __init__(self, reach: Reach, tenant: TenantId, delivery: UUID) -> None:
        self._ledger = reach.ledger
        self._tenant = tenant
        self._delivery = delivery

    async def send(self, command: Command, what: str = "", *, tenant: TenantId | None = None) -> Heard:
        """Let news take effect, once for each delivery."""
        origin = Origin(Actor("system", "github"), self._delivery, self._delivery)
        key = f"github {self._delivery} {what}".strip()
        outcome = await self._ledger.commands.send(tenant or self._tenant, command, origin=origin, key=key)
        return "taken" if outcome.events else "known"

    async def repository(self, remote_id: int) -> Document | None:
        """Our repository that GitHub knows by this id."""
        query = Query(where={"remote": f"github:{remote_id}"}, limit=1)
        found = await self._ledger.documents.find(self._tenant, REPOSITORIES, query)
        return next(iter(found.documents), None)

    async def _deployment(self, key: str) -> str | None:
        found = await self._ledger.documents.find(self._tenant, DEPLOYMENTS, Query(where={"remote": key}, limit=1))
        return next((each.key for each in found.documents), None)

    async def of_run(self, repository: Document, news: OfRun) -> Heard:
        """Runs that we have started are followed; others are told by their deployments."""
        known = await self._deployment(run_key(repository.key, news.run_id))
        return await self.send(c.RecordSighting(known, news.sighting)) if known else "ignored"

    async def of_deployment(self, repository: Document, news: OfDeployment) -> Heard:
        """A deployment of a run of ours is told by that run; one that others have started is followed from now on."""
        if news.run_id and await self._deployment(run_key(repository.key, news.run_id)):
            return "ignored"
        key = deployment_key(repository.key, news.number)
        identifier = await self._deployment(key) or str(uuid5(_DEPLOYMENTS, key))
        follow = c.FollowDeployment(
            identifier, repository.key, str(repository.body["project_id"]), news.number, news.environment
        )
        first = await self.send(follow, "follow")
        then = await self.send(c.RecordSighting(identifier, news.sighting), "sighting")
        return "taken" if "taken" in {first, then} else "known"
