"""The pool: hands jobs to warm workers, a bounded number at a time, and replaces those that breach."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from skafu.kernel.errors import Unavailable
from skafu.scaffold import FileTree, Interviewer, Place, Rendered, Value
from skafu.scaffold.untrusted import NOWHERE, Inspection
from skafu.workspace.template_digests import digest_of
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.conversation import Conversation
from skafu.workspace.worker_pool.lockdown import WorkerLimits
from skafu.workspace.worker_pool.process import WorkerProcess
from skafu.workspace.worker_pool.results import found_of, inspection_of, rendered_of, scene_of

if TYPE_CHECKING:
    from skafu.scaffold.checking import Report
    from skafu.scaffold.describing import Description

_JOBS_OF_A_WORKER = 1_000
_Result = TypeVar("_Result")


class WorkerPool:
    """Fills the port `UntrustedRenderer`; its methods without `async` do the same for the command line.

    Use it in a `with` block, or `close` it: no worker outlives it, nor this process.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        waiting: int = 64,
        seconds: float = 30.0,
        limits: WorkerLimits = WorkerLimits(),  # noqa: B008 - frozen
    ) -> None:
        """Start nothing yet; workers start with the first jobs, or with `warm_up`.

        Args:
            size: how many workers there are at most.
            waiting: how many jobs may wait for one; further ones are turned away.
            seconds: how long the worker may take for a job.
            limits: of each worker, enforced by the kernel.
        """
        self._limits = limits
        self._seconds = seconds
        self._most = size + waiting
        self._jobs = 0
        self._free = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[WorkerProcess] = []
        self._running: set[WorkerProcess] = set()
        self._closed = False
        self._size = size
        # The kernel ends a worker with the thread that started it, so that thread has to live as long as the pool.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="skafu-worker-starter")
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="skafu-worker-pool")

    def warm_up(self) -> bool:
        """Start all workers.

        Returns:
            Whether all of them are without network.

        Raises:
            Unavailable: one does not start.
        """
        missing = self._size - len(self._idle)
        fresh = [self._started() for _ in range(missing)]
        with self._lock:
            self._idle.extend(fresh)
            return all(one.network_closed for one in self._idle)

    def fill(
        self,
        files: FileTree,
        answers: Mapping[str, Value],
        *,
        kind: str | None = None,
        place: Place = NOWHERE,
        previous: Mapping[str, Value] | None = None,
        interviewer: Interviewer | None = None,
        paths: Iterable[str] = (),
    ) -> Rendered:
        """Fill a template in, in a worker; see `skafu.scaffold.fill`.

        Its `keeps` knows the rendered paths, and the further `paths`.

        Raises:
            Refused: the template was stopped.
            Unavailable: too many are waiting, or a worker does not start.
            AnswerInvalid: an answer does not fit.
            TemplateInvalid: the template is wrong; names file and line.
        """
        with self._queued():
            return self._fill(files, answers, kind, place, previous, interviewer, tuple(paths))

    def look(self, files: FileTree, *, kind: str | None = None) -> Inspection:
        """Read and compile a template, in a worker; see `UntrustedRenderer.inspect`."""
        with self._queued():
            return self._look(files, kind)

    def check(
        self,
        files: FileTree,
        *,
        kind: str | None = None,
        answers: Mapping[str, Value] | None = None,
        place: Place = NOWHERE,
        limit: int,
    ) -> "Report":
        """Check a template, in a worker; see `skafu.scaffold.checking.check_template`.

        Raises:
            Refused: it was stopped.
            Unavailable: too many are waiting, or a worker does not start.
        """
        from skafu.scaffold.checking import Report

        job = say.Job(
            digest_of(files, kind), kind, task="check", answers=dict(answers or {}), scene=scene_of(place), limit=limit
        )
        with self._queued():
            return found_of(self._result(job, files, place, None), Report)

    def describe(self, files: FileTree, *, kind: str | None = None) -> "Description":
        """Describe a template for people, in a worker; see `skafu.scaffold.describing.describe`.

        Raises:
            Refused: it was stopped.
            Unavailable: too many are waiting, or a worker does not start.
            TemplateInvalid: its manifest can't be read.
        """
        from skafu.scaffold.describing import Description

        with self._queued():
            job = say.Job(digest_of(files, kind), kind, task="describe")
            return found_of(self._result(job, files, NOWHERE, None), Description)

    def _fill(
        self,
        files: FileTree,
        answers: Mapping[str, Value],
        kind: str | None,
        place: Place,
        previous: Mapping[str, Value] | None,
        interviewer: Interviewer | None = None,
        paths: tuple[str, ...] = (),
    ) -> Rendered:
        job = say.Job(
            digest_of(files, kind),
            kind,
            answers=dict(answers),
            previous=dict(previous or {}),
            scene=scene_of(place),
            interview=interviewer is not None,
            paths=list(paths),
        )
        return rendered_of(self._result(job, files, place, interviewer))

    def _look(self, files: FileTree, kind: str | None) -> Inspection:
        return inspection_of(self._result(say.Job(digest_of(files, kind), kind, task="inspect"), files, NOWHERE, None))

    async def render(
        self,
        files: FileTree,
        answers: Mapping[str, Value],
        *,
        kind: str | None = None,
        place: Place = NOWHERE,
        previous: Mapping[str, Value] | None = None,
    ) -> Rendered:
        """Fill a template in; see `UntrustedRenderer.render`."""
        return await self._aside(partial(self._fill, files, answers, kind, place, previous))

    async def inspect(self, files: FileTree, *, kind: str | None = None) -> Inspection:
        """Read and compile a template; see `UntrustedRenderer.inspect`."""
        return await self._aside(partial(self._look, files, kind))

    async def _aside(self, action: Callable[[], _Result]) -> _Result:
        """Do something in a thread."""
        with self._queued():
            return await asyncio.get_running_loop().run_in_executor(self._threads, action)

    def _result(self, job: say.Job, files: FileTree, place: Place, interviewer: Interviewer | None) -> say.FromWorker:
        with self._worker() as worker:
            return Conversation(worker, files, place.existing, interviewer).result(job, self._seconds)

    @contextmanager
    def _queued(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise Unavailable("the workers for templates have been shut down")
            if self._jobs >= self._most:
                raise Unavailable("too many templates are being rendered", fix="try again in a moment")
            self._jobs += 1
        try:
            yield
        finally:
            with self._lock:
                self._jobs -= 1

    @contextmanager
    def _worker(self) -> Iterator[WorkerProcess]:
        with self._free:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            worker = worker or self._started()
            worker.jobs += 1
            try:
                yield worker
            except BaseException:
                self._drop(worker)
                raise
            self._put_back(worker)

    def _started(self) -> WorkerProcess:
        worker = self._starter.submit(WorkerProcess, self._limits).result()
        with self._lock:
            self._running.add(worker)
            closed = self._closed
        if closed:
            self._drop(worker)
            raise Unavailable("the workers for templates have been shut down")
        return worker

    def _put_back(self, worker: WorkerProcess) -> None:
        if self._closed or worker.jobs >= _JOBS_OF_A_WORKER:
            self._drop(worker)
            return
        with self._lock:
            self._idle.append(worker)

    def _drop(self, worker: WorkerProcess) -> None:
        worker.kill()
        with self._lock:
            self._running.discard(worker)

    def close(self) -> None:
        """End all workers, also those that work; what they worked on is refused."""
        with self._lock:
            self._closed = True
            workers = list(self._running)
            self._idle.clear()
        for worker in workers:
            self._drop(worker)
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._starter.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        """Give the pool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
