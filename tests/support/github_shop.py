"""The repository of a shop, its files, and the steps that bring it to GitHub."""

from datetime import UTC, datetime

from skafu.contexts.github.ports import Commit, Host, Proposal, Remote
from skafu.kernel.identity import TenantId
from skafu.scaffold import File, FileTree

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SHOP = Remote(TenantId("0197-acme"), "acme", "shop", "0197-r", 42)
FILES = FileTree({"README.md": b"# Shop\n", "src/app.py": b"x = 1\n", "logo.png": bytes(range(256))})
CHANGED = FILES | {"src/app.py": File(b"x = 2\n")}
FIRST = Commit("Start of the project", NOW)


async def made(host: Host, remote: Remote = SHOP) -> None:
    await host.repositories.create(remote, private=True, description="A shop")


async def pushed(host: Host, files: FileTree = FILES) -> str:
    await made(host)
    return (await host.contents.push(SHOP, "main", files, FIRST)).commit


def proposal(upon: str) -> Proposal:
    return Proposal("skafu/pr1", "Next", "PROVEN: 33 checks", Commit("Next", NOW, upon))
