"""Workers for templates by strangers: the same results as in this process, and nothing else gets out, or stays."""

import asyncio
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from skafu.kernel.errors import Refused, Unavailable
from skafu.scaffold import AnswerInvalid, Back, File, FileTree, Place, Prompt, TemplateInvalid, fill, load
from skafu.workspace.worker_pool import WorkerPool
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.lockdown import WorkerLimits
from skafu.workspace.worker_pool.results import inspection_of, rendered_of

COPIER = FileTree(
    {
        "copier.yml": b"""
name: {type: str, default: shop}
port: {type: int, default: 80, validator: "{% if port < 1 %}too small{% endif %}"}
_skip_if_exists: [kept.txt]
_preserve_symlinks: true
_tasks: ["echo {{ name }}", [make, "{{ name }}"]]
_external_data: {old: old.yml}
_message_before_copy: Hello
_message_after_copy: Made {{ name }}
""",
        "{{ name }}.txt.jinja": b"{{ name }} on {{ port }} at {{ '%Y %Z'|strftime }} "
        b"after {{ _external_data.old.version }}",
        "kept.txt": b"\0\xff",
        "run.sh": File(b"#!/bin/sh\n", executable=True),
        "link": File(b"", link="run.sh"),
        "{% if false %}never{% endif %}/empty": b"",
        "{{ _copier_conf.answers_file }}.jinja": b"{{ _copier_answers|to_nice_yaml }}",
    }
)
COOKIECUTTER = FileTree(
    {
        "cookiecutter.json": b'{"name": "shop", "kind": ["a", "b"], "more": {"x": "1"}, "_hidden": 1}',
        "{{cookiecutter.name}}/{{cookiecutter.kind}}.txt": b"{{ cookiecutter.name }} {{ random_ascii_string(5) }}",
        "hooks/post_gen_project.sh": b"#!/bin/sh\n",
    }
)
ENDLESS = FileTree({"a.jinja": b"\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"})
PLACE = Place(
    source="gh:a/b",
    commit="v1",
    destination="/somewhere/out",
    now=datetime(2026, 1, 2, tzinfo=UTC),
    dice=lambda _: random.Random(1),
    existing=lambda path: b"version: 7" if path == "old.yml" else None,
)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(size=1) as started:
        yield started


def worker_of(pool: WorkerPool) -> psutil.Process:
    (worker,) = pool._running
    return psutil.Process(worker.pid)


def test_a_worker_gives_what_the_engine_gives_here(pool: WorkerPool) -> None:
    there, here = (
        render(COPIER, {"name": "books", "extra": [1, {"a": None}]}, place=PLACE)
        for render in (pool.fill, lambda files, answers, place: fill(load(files), answers, place=place))
    )
    assert there.tree == here.tree
    assert there.tree["books.txt"].content == b"books on 80 at 2026 UTC after 7"
    assert (
        (there.before, there.after, there.root) == (here.before, here.after, here.root) == ("Hello", "Made books", "")
    )
    assert dict(there.answers) == dict(here.answers)
    assert there.folders() == here.folders()
    assert [str(one) for one in there.commands] == [str(one) for one in here.commands] == ["echo books", "make books"]
    assert [one.words for one in there.commands] == [one.words for one in here.commands]
    assert [path for path in there.tree if there.keeps(path)] == ["kept.txt"]


def test_templates_of_cookiecutter_too(pool: WorkerPool) -> None:
    rendered = pool.fill(COOKIECUTTER, {"kind": "b"}, place=PLACE)
    assert list(rendered.tree) == ["shop/b.txt"]
    assert rendered.root == "shop"
    assert [one.kind for one in rendered.commands] == ["post_gen_project"]
    seen = pool.look(COOKIECUTTER)
    assert (seen.format, [one.name for one in seen.questions]) == ("cookiecutter", ["name", "kind", "more"])
    assert seen.questions[1].choices == ["a", "b"]


def test_errors_come_back_with_their_places(pool: WorkerPool) -> None:
    with pytest.raises(TemplateInvalid, match=r"more than .* steps") as refused:
        pool.fill(ENDLESS, {})
    assert (refused.value.file, refused.value.line) == ("a.jinja", 2)
    with pytest.raises(AnswerInvalid, match="too small") as wrong:
        pool.fill(COPIER, {"port": 0}, place=PLACE)
    assert wrong.value.question == "port"
    with pytest.raises(TemplateInvalid, match=r"copier\.yml"):
        pool.look(FileTree({"copier.yml": b"a: [" * 500}))


def test_a_template_is_inspected_without_rendering(pool: WorkerPool) -> None:
    seen = pool.look(
        FileTree({"copier.yml": b"a: {type: int, help: How many?, choices: [1, 2]}\nb: x", "f.jinja": b"{{ "})
    )
    assert seen.format == "copier"
    assert [(one.name, one.type, one.help, one.default) for one in seen.questions] == [
        ("a", "int", "How many?", None),
        ("b", "str", "", "x"),
    ]
    assert [(one.file, one.line) for one in seen.problems] == [("f.jinja", 1)]


class Scripted:
    """A person with prepared answers."""

    def __init__(self, *answers: object) -> None:
        self.seen: list[str] = []
        self._answers = list(answers)

    def greet(self, words: str) -> None:
        self.seen.append(words)

    def ask(self, prompt: Prompt) -> object:
        answer = self._answers.pop(0)
        self.seen.append(f"{prompt.name} {prompt.default} {prompt.problem(answer)}")
        if answer == "back":
            raise Back
        return answer


def test_questions_are_put_to_a_person_here(pool: WorkerPool) -> None:
    assert "first.txt" in pool.fill(COPIER, {}, place=PLACE, interviewer=Scripted("first", "8080")).tree
    person = Scripted("first", "back", "books", "8080")
    rendered = pool.fill(COPIER, {}, place=PLACE, interviewer=person)
    assert "books.txt" in rendered.tree
    assert person.seen[:2] == ["Hello", "name shop "]
    assert "invalid literal" in person.seen[2]
    assert [line.split()[0] for line in person.seen[1:]] == ["name", "port", "name", "port"]


def test_a_worker_has_no_credentials_no_network_and_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    with WorkerPool(size=1) as pool:
        closed = pool.warm_up()
        worker = worker_of(pool)
        environment = worker.environ()
        assert set(environment) <= {"HOME", "TMPDIR", "PATH", "LANG", "PYTHONDONTWRITEBYTECODE", "TZ"}
        assert not Path(environment["HOME"]).exists()
        own, theirs = (Path(f"/proc/{pid}/ns/net").readlink() for pid in (os.getpid(), worker.pid))
        assert closed == (own != theirs)


def test_a_worker_is_limited_and_in_a_session_of_its_own(pool: WorkerPool) -> None:
    pool.fill(COPIER, {}, place=PLACE)
    worker = worker_of(pool)
    assert os.getsid(worker.pid) == os.getpgid(worker.pid) == worker.pid
    limits = WorkerLimits()
    assert worker.rlimit(resource.RLIMIT_AS) == (limits.memory_bytes, limits.memory_bytes)
    assert worker.rlimit(resource.RLIMIT_FSIZE) == (0, 0)
    assert worker.rlimit(resource.RLIMIT_CORE) == (0, 0)
    assert worker.rlimit(resource.RLIMIT_NOFILE) == (limits.open_files, limits.open_files)
    soft, hard = worker.rlimit(resource.RLIMIT_CPU)
    assert 0 < soft <= hard == limits.lifetime_cpu_seconds
    assert not [one for one in worker.open_files() if one.fd > 2]


def test_a_worker_that_takes_too_long_is_killed_and_replaced() -> None:
    with WorkerPool(size=1, seconds=0.3) as pool:
        pool.warm_up()
        worker = worker_of(pool)
        worker.send_signal(signal.SIGSTOP)
        with pytest.raises(Refused, match="took longer"):
            pool.fill(COPIER, {}, place=PLACE)
        assert not worker.is_running()
        pool._seconds = 60
        assert "shop.txt" in pool.fill(COPIER, {}, place=PLACE).tree
        assert worker_of(pool).pid != worker.pid


def test_a_worker_that_ends_is_replaced() -> None:
    with WorkerPool(size=1) as pool:
        pool.warm_up()
        worker = worker_of(pool)
        worker.kill()
        with pytest.raises(Refused, match="was stopped"):
            pool.fill(COPIER, {}, place=PLACE)
        assert "shop.txt" in pool.fill(COPIER, {}, place=PLACE).tree


def test_too_much_memory_is_refused() -> None:
    text = b"{% set x = [] %}{% for i in range(10) %}{% if x.append('a' * 4000000) %}{% endif %}{% endfor %}"
    with WorkerPool(size=1) as pool:
        pool.warm_up()
        size = worker_of(pool).memory_info().vms
    with WorkerPool(size=1, limits=WorkerLimits(memory_bytes=size + 20_000_000)) as pool:
        with pytest.raises((Refused, TemplateInvalid), match=r"memory|Memory"):
            pool.fill(FileTree({"a.jinja": text}), {})
        assert "shop.txt" in pool.fill(COPIER, {}, place=PLACE).tree


def _keep_busy(pool: WorkerPool) -> None:
    for _ in range(1_000):
        with suppress(TemplateInvalid):
            pool.fill(ENDLESS, {})


def test_processor_time_is_limited_by_the_kernel() -> None:
    with WorkerPool(size=1, limits=WorkerLimits(lifetime_cpu_seconds=2)) as pool:
        with pytest.raises(Refused, match="may have"):
            _keep_busy(pool)
        assert "shop.txt" in pool.fill(COPIER, {}, place=PLACE).tree


def test_more_jobs_than_may_wait_are_turned_away() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def existing(path: str) -> bytes:
        del path
        asked.set()
        go_on.wait(60)
        return b"version: 1"

    with WorkerPool(size=1, waiting=0) as pool:
        place = Place(existing=existing, now=PLACE.now)
        busy = threading.Thread(target=pool.fill, args=(COPIER, {}), kwargs={"place": place})
        busy.start()
        assert asked.wait(60)
        with pytest.raises(Unavailable, match="too many"):
            pool.fill(COPIER, {}, place=PLACE)
        go_on.set()
        busy.join()
        assert "shop.txt" in pool.fill(COPIER, {}, place=PLACE).tree


def test_nothing_is_left_when_the_pool_is_closed() -> None:
    with WorkerPool(size=2) as pool:
        pool.warm_up()
        pids = [one.pid for one in pool._running]
    assert len(pids) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(Unavailable, match="shut down"):
        pool.fill(COPIER, {})


def test_workers_end_with_the_process_that_started_them() -> None:
    code = (
        "from skafu.workspace.worker_pool import WorkerPool\nimport time\n"
        "pool = WorkerPool(1)\npool.warm_up()\nprint(*[one.pid for one in pool._running], flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None
        worker = psutil.Process(int(host.stdout.readline()))
        host.kill()
    gone, _ = psutil.wait_procs([worker], timeout=60)
    assert gone or worker.status() == psutil.STATUS_ZOMBIE


async def test_a_server_renders_without_blocking_its_loop(pool: WorkerPool) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    names = [f"shop{number}" for number in range(8)]
    trees = await asyncio.gather(*(pool.render(COPIER, {"name": name}, place=PLACE) for name in names))
    assert [f"{name}.txt" in one.tree for name, one in zip(names, trees, strict=True)] == [True] * 8
    assert (await pool.inspect(COPIER)).format == "copier"
    assert ticks > 8
    ticking.cancel()


DONE = say.Done([], {}, [], [], "", "", [], "", [])


@pytest.mark.parametrize("path", ["../x", "/x", "a/.git/config", "a\\b", "C:/x/../y", "a\0", "nul. ", "x."])
def test_a_worker_is_not_believed(path: str) -> None:
    with pytest.raises(Refused, match="the rendered path"):
        rendered_of(say.Done([(path, b"", False, None)], {}, [], [], "", "", [], "", []))


@pytest.mark.parametrize(
    "files",
    [
        [("a", b"", False, "../x")],
        [("a", b"", False, "/etc/passwd")],
        [("a/b", b"", False, "..\\x")],
        [("caf\u00e9", b"", False, None), ("cafe\u0301", b"", False, None)],
        [("A", b"", False, None), ("a", b"", False, None)],
    ],
)
def test_nor_are_its_links_and_names(files: say.Files) -> None:
    with pytest.raises(Refused, match="the rendered path"):
        rendered_of(say.Done(files, {}, [], [], "", "", [], "", []))


@pytest.mark.parametrize(
    "message", [say.Ready(True), say.Failed("SystemExit", {}), say.Failed("TemplateInvalid", {"x": 1}), DONE]
)
def test_nor_its_errors(message: say.FromWorker) -> None:
    with pytest.raises(Refused, match="may not"):
        inspection_of(message)


@pytest.mark.parametrize("sent", [b"\xff\xff\xff\xff", b"\0\0\0\1\xc1", b"\0\0\0\2\x81\xa4", b"\0\0", b""])
def test_what_is_no_message_is_refused(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(say.BrokenTalk):
            say.receive(ours, "pool")


def test_what_never_comes_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        with pytest.raises(TimeoutError):
            say.receive(ours, "pool")
