"""One job from its beginning to its result: what the worker asks meanwhile is answered here."""

import time
from collections.abc import Callable
from typing import Any

from skafu.kernel.errors import Refused
from skafu.scaffold import Back, Choice, FileTree, Interviewer, Prompt
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.process import WorkerProcess

_MOST_MESSAGES = 100_000
_RESULTS = (say.Done, say.Inspected, say.Looked, say.Failed)


class Conversation:
    """Talks with a worker about one job."""

    def __init__(
        self,
        worker: WorkerProcess,
        files: FileTree,
        existing: Callable[[str], bytes | None],
        interviewer: Interviewer | None,
    ) -> None:
        """Take who and what it is about.

        Args:
            worker: does the job.
            files: of the template.
            existing: gives the content of a file of the destination.
            interviewer: puts questions to a person.
        """
        self._worker = worker
        self._files = files
        self._existing = existing
        self._interviewer = interviewer
        self._left = 0.0

    def result(self, job: say.Job, seconds: float) -> say.FromWorker:
        """Give what comes of a job.

        Args:
            job: what is to be done.
            seconds: how long the worker may take; the time that a person thinks does not count.

        Raises:
            Refused: it was stopped.
        """
        self._left = seconds
        self._worker.send(job)
        for _ in range(_MOST_MESSAGES):
            message = self._next()
            if isinstance(message, _RESULTS):
                return message
            self._worker.send(self._answer(message))
        raise Refused("the template was stopped: it asked too much")

    def _next(self) -> Any:  # noqa: ANN401 - one of the messages
        begun = time.monotonic()
        message = self._worker.receive(begun + self._left)
        self._left -= time.monotonic() - begun
        return message

    def _answer(self, message: say.FromWorker) -> say.ToWorker:
        if isinstance(message, say.Wanted):
            return say.Template(say.packed(self._files))
        if isinstance(message, say.Read):
            return say.Answer(self._existing(message.path))
        if isinstance(message, say.Greeted) and self._interviewer is not None:
            self._interviewer.greet(message.words)
            return say.Answer()
        if isinstance(message, say.Asked) and self._interviewer is not None:
            return self._asked(message, self._interviewer)
        raise Refused(f"the template was stopped: a worker said {type(message).__name__} out of turn")

    def _asked(self, message: say.Asked, interviewer: Interviewer) -> say.Answer:
        choices = tuple(Choice(*one) for one in message.choices)
        try:
            prompt = Prompt(**message.prompt, choices=choices, problem=self._problem)
            return say.Answer(interviewer.ask(prompt))
        except Back:
            return say.Answer(back=True)

    def _problem(self, answer: Any) -> str:  # noqa: ANN401 - whatever a person typed
        self._worker.send(say.Answer(answer, trying=True))
        tried = self._next()
        if not isinstance(tried, say.Tried):
            raise Refused("the template was stopped: a worker spoke out of turn")
        return tried.problem
