"""Whole numbers beyond 64 bits, which MessagePack does not know, reach templates by strangers and come back."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from command_line import CommandLine, skafu
from template_zips import zipped

from skafu.kernel.errors import Invalid, Refused
from skafu.scaffold import FileTree, Place, Prompt, Value, fill, load
from skafu.workspace.worker_pool import WorkerPool
from skafu.workspace.worker_pool import messages as say
from skafu.workspace.worker_pool.large_numbers import unwrapped, wrapped

__all__ = ["skafu"]

LARGE = 99999999999999999999999
FILES = {
    "copier.yml": f"n: {{type: int, default: 1}}\nm: {{type: yaml, default: {{a: [-{LARGE}]}}}}\n".encode(),
    "a.jinja": b"{{ n + 1 }} {{ m }}",
    "{{ _copier_conf.answers_file }}.jinja": b"{{ _copier_answers|to_nice_yaml }}",
}
TREE = FileTree(FILES)


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(size=1) as started:
        started.warm_up()
        yield started


class Person:
    """Answers with a large number, after a try."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def greet(self, words: str) -> None:
        raise AssertionError(words)

    def ask(self, prompt: Prompt) -> object:
        self.seen.append((prompt.default, prompt.problem(LARGE)))
        return LARGE if prompt.name == "n" else prompt.default


@pytest.mark.parametrize(
    "answers",
    [
        {"n": str(LARGE)},
        {"n": LARGE},
        {"n": -(2**63) - 1},
        {"n": -(2**63)},
        {"n": 2**64 - 1},
        {"n": 2**64},
        {"m": {"x": [LARGE, {"y": -LARGE}]}},
    ],
)
def test_a_worker_renders_them_as_this_process_does(answers: dict[str, Value], pool: WorkerPool) -> None:
    (before,) = pool._running
    there, here = pool.fill(TREE, answers), fill(load(TREE), answers)
    assert (there.tree, there.answers) == (here.tree, here.answers)
    assert list(pool._running) == [before]


def test_they_are_asked_for_and_stand_as_defaults(pool: WorkerPool) -> None:
    person = Person()
    assert pool.fill(TREE, {}, interviewer=person).answers == {"n": LARGE, "m": {"a": [-LARGE]}}
    assert person.seen == [(1, ""), ({"a": [-LARGE]}, "")]
    settled = pool.fill(TREE, {}, place=Place(defaults=(("n", LARGE),)), previous={"m": LARGE})
    assert settled.answers == {"m": LARGE, "n": LARGE}


def test_they_are_looked_at(pool: WorkerPool) -> None:
    assert pool.look(TREE).questions[1].default == {"a": [-LARGE]}
    assert pool.check(TREE, limit=5, answers={"n": LARGE}).errors == 0


@pytest.mark.parametrize("number", [0, 1, -1, 127, 128, -128, -129, 2**63, -(2**63) - 1, 2**64, LARGE, -LARGE, 2**999])
def test_numbers_come_through_as_they_are(number: int) -> None:
    message = say.Job("x", answers={"n": number, "m": [{"k": number}]}, scene=say.Scene(defaults=(("d", number),)))
    decoder = msgspec.msgpack.Decoder(say.Job, ext_hook=unwrapped)
    assert decoder.decode(msgspec.msgpack.encode(wrapped(message))) == message


def test_another_extension_is_no_message() -> None:
    with pytest.raises(ValueError, match="no extension 2"):
        unwrapped(2, memoryview(b""))


def test_what_can_not_travel_is_refused_and_the_worker_goes_on(pool: WorkerPool) -> None:
    (before,) = pool._running
    with pytest.raises(Refused, match="can't be passed on"):
        pool.fill(FileTree({"copier.yml": f"m: {{type: yaml, default: '{{{LARGE}: 1}}'}}".encode()}), {})
    assert "a" in pool.fill(TREE, {}).tree
    assert list(pool._running) == [before]
    with pytest.raises(Invalid, match="can't be given"):
        pool.fill(TREE, {"m": "\ud800"})
    assert "a" in pool.fill(TREE, {}).tree


def test_on_the_command_line(tmp_path: Path, skafu: CommandLine) -> None:
    archive = tmp_path / "template.zip"
    archive.write_bytes(zipped(FILES))
    ended = skafu("render", archive, "--output", tmp_path / "out", "--data", f"n={LARGE}", "--defaults")
    assert (ended.code, (tmp_path / "out/a").read_text().split()[0]) == (0, str(LARGE + 1))
