"""The worker: a process that renders one template after the other and can do little else.

Started by the pool as `python -I -m skafu.workspace.worker_pool.worker FD LIMITS`; FD is a socket to the pool.
"""

import json
import random
import socket
import sys
from collections import OrderedDict
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from skafu.kernel.errors import SkafuError
from skafu.scaffold import (
    AnswerInvalid,
    Back,
    FileTree,
    Place,
    Prompt,
    Rendered,
    Template,
    TemplateInvalid,
    fill,
    load,
)
from skafu.scaffold.untrusted import inspected
from skafu.workspace.steady_dice import steady_dice
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.lockdown import (
    WorkerLimits,
    allow_processor_time,
    close_network,
    die_with_the_pool,
    limit,
)

_KEPT = 8


class Worker:
    """Answers the jobs of one pool."""

    def __init__(self, pool: socket.socket, limits: WorkerLimits) -> None:
        """Take the connection."""
        self._pool = pool
        self._limits = limits
        self._templates: OrderedDict[str, Template] = OrderedDict()

    def serve(self) -> None:
        """Do jobs until the pool has gone."""
        while True:
            job = self._next()
            if not isinstance(job, say.Job):
                raise say.BrokenTalk(f"no job but {type(job).__name__}")
            allow_processor_time(self._limits.cpu_seconds)
            result = self._result(job)
            try:
                self._say(result)
            except say.Unsayable as error:
                self._say(_unsayable(error))

    def _result(self, job: say.Job) -> say.FromWorker:
        try:
            return self._carried_out(job)
        except say.Unsayable as error:
            return _unsayable(error)
        except SkafuError as error:
            return say.Failed(type(error).__name__, _details(error))
        except (MemoryError, RecursionError) as error:
            self._templates.clear()
            return say.Failed("Refused", {"message": f"the template was stopped: {type(error).__name__}"})

    def _carried_out(self, job: say.Job) -> say.FromWorker:
        if job.task == "check":
            return self._checked(job)
        template = self._template(job)
        if job.task == "describe":
            return _described(template)
        if job.task == "inspect":
            found = inspected(template)
            questions = [asdict(one) for one in found.questions]
            return say.Inspected(found.format, questions, [_details(one) for one in found.problems])
        interviewer = _Asker(self) if job.interview else None
        place = self._place(job.scene)
        rendered = fill(template, job.answers, previous=job.previous, place=place, interviewer=interviewer)
        return _done(rendered, job.paths)

    def _checked(self, job: say.Job) -> say.Looked:
        from skafu.scaffold.checking import check_template

        place = self._place(job.scene)
        report = check_template(self._files(), kind=job.kind, answers=job.answers, place=place, limit=job.limit)
        return say.Looked(msgspec.json.encode(report))

    def _template(self, job: say.Job) -> Template:
        found = self._templates.pop(job.template, None)
        if found is None:
            found = load(self._files(), kind=job.kind)
        self._templates[job.template] = found
        while len(self._templates) > _KEPT:
            self._templates.popitem(last=False)
        return found

    def _files(self) -> FileTree:
        files = self.ask(say.Wanted())
        if not isinstance(files, say.Template):
            raise say.BrokenTalk("no template")
        return FileTree(say.unpacked(files.files))

    def _place(self, scene: say.Scene) -> Place:
        now = None
        if scene.now is not None:
            seconds, offset, zone = scene.now
            now = datetime.fromtimestamp(seconds, UTC).astimezone(timezone(timedelta(seconds=offset), zone))
        return Place(
            source=scene.source,
            commit=scene.commit,
            destination=scene.destination,
            written=scene.written,
            folder=scene.folder,
            commit_hash=scene.commit_hash,
            at=scene.at,
            operation=scene.operation,
            former=scene.former,
            now=now,
            dice=None if not scene.chance else steady_dice if scene.steady else random.Random,
            existing=self._existing,
            defaults=scene.defaults,
        )

    def _existing(self, path: str) -> bytes | None:
        value = self.ask(say.Read(path)).value
        return value if isinstance(value, bytes) else None

    def ask(self, message: say.FromWorker) -> Any:  # noqa: ANN401 - one of the messages
        """Say something and wait for the answer."""
        self._say(message)
        return self._next()

    def _say(self, message: say.FromWorker) -> None:
        say.send(self._pool, message)

    def _next(self) -> Any:  # noqa: ANN401
        return say.receive(self._pool, "worker")


class _Asker:
    """An interviewer whose person is on the other side."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def greet(self, words: str) -> None:
        self._worker.ask(say.Greeted(words))

    def ask(self, prompt: Prompt) -> Any:  # noqa: ANN401 - any plain value
        choices = [(one.name, one.value, one.disabled) for one in prompt.choices]
        fields = {name: getattr(prompt, name) for name in Prompt._fields if name not in {"choices", "problem"}}
        answer = self._worker.ask(say.Asked(fields, choices))
        while answer.trying:
            answer = self._worker.ask(say.Tried(prompt.problem(answer.value)))
        if answer.back:
            raise Back
        return answer.value


def _described(template: Template) -> say.Looked:
    from skafu.scaffold.checking.rendered_files import expected_files
    from skafu.scaffold.describing import describe

    return say.Looked(msgspec.json.encode(describe(template, expected_files(template))))


def _done(rendered: Rendered, paths: list[str]) -> say.Done:
    tree = rendered.tree
    return say.Done(
        files=say.packed(tree),
        answers=dict(rendered.answers),
        folders=list(rendered.folders()),
        keeps=[path for path in dict.fromkeys((*tree, *paths)) if rendered.keeps(path)],
        before=rendered.before,
        after=rendered.after,
        commands=[one._replace(when=True)._asdict() for one in rendered.commands],
        root=rendered.root,
        notes=list(rendered.notes),
    )


def _unsayable(error: say.Unsayable) -> say.Failed:
    return say.Failed("Refused", {"message": f"the template was stopped: it gives what can't be passed on: {error}"})


def _details(error: SkafuError) -> dict[str, Any]:
    if isinstance(error, TemplateInvalid):
        return {"problem": error.problem, "file": error.file, "line": error.line, "fix": error.fix}
    if isinstance(error, AnswerInvalid):
        return {"problem": error.problem, "question": error.question, "fix": error.fix}
    return {"message": error.message, "fix": error.fix}


def main() -> None:
    """Give up what a worker does not need, then work."""
    die_with_the_pool()
    limits = WorkerLimits(**json.loads(sys.argv[2]))
    pool = socket.socket(fileno=int(sys.argv[1]))
    pool.set_inheritable(False)
    closed = close_network()
    # Rendering a first template imports what is imported late.
    fill(load({"copier.yml": b"a: 1", "b.jinja": b"{{ a }}"}), {}, place=Place()).folders()
    limit(limits)
    say.send(pool, say.Ready(closed))
    try:
        Worker(pool, limits).serve()
    except (say.BrokenTalk, OSError):
        sys.exit(0)


if __name__ == "__main__":
    main()
