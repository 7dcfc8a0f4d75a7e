"""Which host a repository stands at, and by what right it is reached: by an installation of its own organisation."""

from skafu.contexts.github.application.aggregates import (
    DEPLOYMENT,
    INSTALLATION,
    REPOSITORY,
    deployment_stream,
    installation_stream,
    repository_stream,
)
from skafu.contexts.github.application.projections import INSTALLATIONS
from skafu.contexts.github.domain.deployment import State as DeploymentState
from skafu.contexts.github.domain.installation import Connected
from skafu.contexts.github.domain.repository import standing
from skafu.contexts.github.domain.repository_states import Standing, Wish
from skafu.contexts.github.domain.repository_states import State as RepositoryState
from skafu.contexts.github.ports import Host, Hosts, Remote
from skafu.kernel.errors import Refused
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.storage import Query
from skafu.storage.ledger import Ledger


class HostNotSetUp(Refused):
    """This installation of Skafu has no GitHub App."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "GitHub is not set up here",
            fix="ask who runs Skafu to set up the GitHub App, or use the provider local",
        )


class OwnerNotConnected(Refused):
    """The organisation has not connected this account of GitHub."""


class Reach:
    """Finds hosts and rights."""

    def __init__(self, ledger: Ledger, hosts: Hosts) -> None:
        """Know the store, and the hosts of this installation."""
        self.ledger = ledger
        self._hosts = hosts

    def check_provider(self, provider: str) -> None:
        """Refuse what can't be used here.

        Raises:
            HostNotSetUp: it is not set up.
        """
        if provider not in self._hosts:
            raise HostNotSetUp

    async def of(self, tenant: TenantId, wish: Wish) -> tuple[Host, Remote]:
        """The host of a repository, and where it stands there.

        Raises:
            HostNotSetUp: there is no such host here.
            OwnerNotConnected: the organisation may not reach it.
        """
        self.check_provider(wish.provider)
        host = self._hosts[wish.provider]
        number = await self.installation_for(tenant, wish.owner) if wish.provider == "github" else 0
        return host, Remote(tenant, wish.owner, wish.name, wish.repository_id, number)

    async def installation_for(self, tenant: TenantId, owner: str) -> int:
        """The installation by which an organisation reaches an account.

        Raises:
            OwnerNotConnected: it has connected none, or GitHub has suspended it.
        """
        query = Query(where={"org_id": tenant, "account": owner.lower()})
        for found in (await self.ledger.documents.find(SYSTEM, INSTALLATIONS, query)).documents:
            known = await self.installation(int(found.key))
            if known is not None and known.org_id == tenant and not known.suspended:
                return known.installation_id
        raise OwnerNotConnected(
            f"the GitHub account {owner!r} is not connected to this organisation",
            fix="connect it (POST /api/v1/github/installations/link), or ask its owners to resume the installation",
        )

    async def installation(self, number: int) -> Connected | None:
        """An installation as it stands; none when nobody has connected it."""
        found = await self.ledger.commands.state(SYSTEM, INSTALLATION, installation_stream(number))
        return found.state if isinstance(found.state, Connected) else None

    async def repository(self, tenant: TenantId, repository_id: str) -> tuple[RepositoryState, int]:
        """A repository as it stands, and its version; 0 when there is none."""
        found = await self.ledger.commands.state(tenant, REPOSITORY, repository_stream(repository_id))
        return found.state, found.version

    async def standing(self, tenant: TenantId, repository_id: str) -> tuple[Host, Remote, Standing]:
        """A repository that its host has, with how to reach it.

        Raises:
            RepositoryUnknown: there is none.
            RepositoryNotThere: its host does not have it.
            OwnerNotConnected: the organisation may not reach it.
        """
        state, _ = await self.repository(tenant, repository_id)
        there = standing(state, repository_id)
        host, remote = await self.of(tenant, there.wish)
        return host, remote, there

    async def deployment(self, tenant: TenantId, deployment_id: str) -> tuple[DeploymentState, int]:
        """A deployment as it stands, and its version; 0 when there is none."""
        found = await self.ledger.commands.state(tenant, DEPLOYMENT, deployment_stream(deployment_id))
        return found.state, found.version
