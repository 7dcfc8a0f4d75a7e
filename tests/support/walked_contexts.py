"""What contexts do by themselves, on small platforms that die and live on: validation, deployments, erasure."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from dying_desk import Watched
from fake_makers import EmptyShelf
from identity_in_memory import QuickPasswords
from platform_ground import ACME, Ground, HandClock, origin, types_of
from process_desk import ProcessDesk
from stand_in_outside import World

from skafu.contexts.github.adapters.local_git.host import local_host
from skafu.contexts.github.adapters.local_git.place import LocalPlace
from skafu.contexts.github.adapters.zipped_trees import ZippedTrees
from skafu.contexts.github.application.aggregates import AGGREGATES as REPOSITORIES
from skafu.contexts.github.application.projections import PROJECTIONS as REPOSITORY_LISTS
from skafu.contexts.github.application.reach import Reach
from skafu.contexts.github.application.work import works as repository_works
from skafu.contexts.github.domain.commands import RequestRepository, TriggerWorkflow
from skafu.contexts.github.domain.events import EVENT_TYPES as GITHUB_EVENTS
from skafu.contexts.github.domain.words import Sighting
from skafu.contexts.github.ports import Dispatch, Remote, Run
from skafu.contexts.identity.adapters.keyring import SealedKeyring
from skafu.contexts.identity.adapters.signed_tokens import SignedTokens
from skafu.contexts.identity.application.aggregates import AGGREGATES as PEOPLE
from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.erasing import request_erasure
from skafu.contexts.identity.application.joining import Newcomer, enter_as_owner
from skafu.contexts.identity.application.links import owner_link
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.projections import PROJECTIONS as PEOPLE_LISTS
from skafu.contexts.identity.application.work import works as identity_works
from skafu.contexts.identity.domain.errors import NoSuchUser
from skafu.contexts.identity.domain.events import EVENT_TYPES as IDENTITY_EVENTS
from skafu.contexts.template.application.aggregates import AGGREGATES as TEMPLATES
from skafu.contexts.template.application.library import Library
from skafu.contexts.template.application.projections import PROJECTIONS as TEMPLATE_LISTS
from skafu.contexts.template.application.work import work_of
from skafu.contexts.template.domain.commands import RequestFetch
from skafu.contexts.template.domain.events import EVENT_TYPES as TEMPLATE_EVENTS
from skafu.contexts.template.ports import Fetched, Inspected
from skafu.kernel.mailing import Mail
from skafu.scaffold import File, FileTree
from skafu.storage import Blobs, PlainCodec, Storage
from skafu.storage.adapters.aes_gcm import AesGcm
from skafu.storage.adapters.folder.erasure_log import FileErasureLog
from skafu.storage.adapters.sqlite import sqlite_storage
from skafu.storage.adapters.sqlite.subject_keys import sqlite_subject_keys
from skafu.storage.erasure import Eraser, ErasureLog, SealedCodec, SubjectKeys

ID = str(UUID(int=7))
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def plain(folder: Path, clock: HandClock) -> AsyncIterator[Storage]:
    codec = PlainCodec(types_of(TEMPLATE_EVENTS, GITHUB_EVENTS))
    async with sqlite_storage(folder / "skafu.db", codec, durability="NORMAL", clock=clock) as storage:
        yield storage


class Reader:
    """Looks into templates and fetches them: each is a step, and is done again after a death."""

    def __init__(self, world: World) -> None:
        self._world = world

    def check(self, address: str) -> None:
        assert address

    async def fetch(self, address: str, at: str) -> Fetched:
        self._world.before()
        return Fetched(FileTree({"copier.yml": File(address.encode()), "a.txt": File(at.encode())}), "c" * 40)

    async def inspect(self, template: FileTree) -> Inspected:
        self._world.before()
        assert template
        return Inspected("copier")


class ShelfDesk(ProcessDesk):
    """Templates: fetched, uploaded, looked into."""

    def __init__(self, storage: Storage, blobs: Blobs, world: World, clock: HandClock) -> None:
        self.ground = Ground(storage, blobs, TEMPLATES, clock=clock)
        self.world, reader = world, Reader(world)
        library: Any = Library(self.ground.ledger, reader, EmptyShelf())  # type: ignore[arg-type]
        self.ground.starts(projections=TEMPLATE_LISTS, works=work_of(library, reader))


async def fetch_template(desk: ProcessDesk) -> None:
    command = RequestFetch(ID, "fetch", "ours", "https://git.example/ours.git", "v1")
    await desk.ground.ledger.commands.send(ACME, command, origin=origin(), key="fetch")


class FolderWorkflows:
    """Runs of workflows as files: a run that was started is found again."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def dispatch(self, remote: Remote, dispatch: Dispatch) -> Run:
        self._world.before()
        (self._world.folder / f"run of {remote.repository_id} {dispatch.workflow}").touch()
        return Run(1, "https://git.example/runs/1")

    async def look_at_run(self, remote: Remote, run_id: int) -> Sighting:
        """It waits, runs and is done, a look each; what has been seen is there after a death."""
        self._world.before()
        looks = self._world.folder.parent / f"looks {remote.repository_id} {run_id}"
        seen = len(looks.read_bytes()) if looks.exists() else 0
        looks.write_bytes(b"." * (seen + 1))
        status = ("waiting", "running", "succeeded")[min(seen, 2)]
        return Sighting(status, MOMENT + timedelta(minutes=min(seen, 2)), conclusion="success" if seen > 1 else "")  # type: ignore[arg-type]

    async def look_at_deployment(self, remote: Remote, number: int) -> Sighting:
        raise AssertionError((remote, number))


class DeploymentDesk(ProcessDesk):
    """A repository, and a workflow of it that is started and followed to its end."""

    def __init__(self, storage: Storage, blobs: Blobs, world: World, clock: HandClock) -> None:
        self.ground = Ground(storage, blobs, REPOSITORIES, clock=clock)
        self.world = world
        place = local_host(LocalPlace(world.folder.parent / "repositories", clock))
        host = msgspec.structs.replace(place, workflows=FolderWorkflows(world))
        reach = Reach(self.ground.ledger, {"local": host})
        self.ground.starts(projections=REPOSITORY_LISTS, works=repository_works(reach, ZippedTrees(blobs)))


async def make_repository(desk: ProcessDesk) -> None:
    command = RequestRepository(ID, ID, "shop")
    await desk.ground.ledger.commands.send(ACME, command, origin=origin(), key="repository")


async def deploy(desk: ProcessDesk) -> None:
    command = TriggerWorkflow("deployment", ID, ID, "deploy.yml", "main", {}, "dev")
    await desk.ground.ledger.commands.send(ACME, command, origin=origin(2), key="deploy")


class NoMail:
    async def send(self, mail: Mail, /, *, key: str) -> None:
        raise AssertionError((mail, key))


class Forgetting:
    """An installation that forgets a person; the keys are opened with the store."""

    @asynccontextmanager
    async def opened(self, folder: Path, clock: HandClock) -> AsyncIterator[Storage]:
        async with sqlite_subject_keys(folder / "keys.db") as keys:
            self.keys, self.folder = keys, folder
            codec = SealedCodec(IDENTITY_EVENTS, keys, AesGcm())
            async with sqlite_storage(folder / "skafu.db", codec, durability="NORMAL", clock=clock) as storage:
                yield storage

    def desk(self, storage: Storage, blobs: Blobs, world: World, clock: HandClock) -> "ForgettingDesk":
        keys: Any = Watched(self.keys, world.before, names=("erase",))
        log: Any = Watched(FileErasureLog(self.folder / "erased.jsonl"), world.before, names=("record",))
        return ForgettingDesk(storage, blobs, world, clock, keys, log)


class ForgettingDesk(ProcessDesk):
    """Identity, with one person in it."""

    def __init__(
        self,
        storage: Storage,
        blobs: Blobs,
        world: World,
        clock: HandClock,
        keys: SubjectKeys,
        log: ErasureLog,
    ) -> None:
        self.ground = Ground(storage, blobs, PEOPLE, clock=clock)
        self.world, ledger = world, self.ground.ledger
        keyring = SealedKeyring(storage.documents, keys, AesGcm())
        self.means = Means(ledger, QuickPasswords(), keyring, SignedTokens(keyring), _secret)
        eraser = Eraser(keys, log, storage.documents, clock)
        personal = [each.name for each in PEOPLE_LISTS]
        works = identity_works(self.means, NoMail(), eraser, personal, "https://skafu.example")
        self.ground.starts(projections=PEOPLE_LISTS, works=works)

    def asking(self) -> Asking:
        return Asking(self.ground.clock(), "192.0.2.1", UUID(int=3))


def _secret() -> bytes:
    return b"always the same".ljust(32)


def _forgetting(desk: ProcessDesk) -> ForgettingDesk:
    assert isinstance(desk, ForgettingDesk)
    return desk


async def ann_comes(desk: ProcessDesk) -> None:
    at = _forgetting(desk)
    link = await owner_link(at.means, at.asking().by_nobody())
    ann = Newcomer("Ann", "ann@example.org", "three green kettles", "Acme")
    session = await enter_as_owner(at.means, link, ann, at.asking())
    (at.world.folder.parent / "ann").write_text(session.kept.user_id)


async def ann_goes(desk: ProcessDesk) -> None:
    at = _forgetting(desk)
    with suppress(NoSuchUser):
        await request_erasure(at.means, (at.world.folder.parent / "ann").read_text(), at.asking())


Desks = Callable[[Storage, Blobs, World, HandClock], ProcessDesk]
