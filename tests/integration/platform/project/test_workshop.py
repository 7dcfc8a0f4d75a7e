"""The workshop: plans, checks, generates and compares in processes that are bounded, and gone when they are idle."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from skafu.blueprint import BlueprintInvalid
from skafu.bootstrap import project_of, read_blueprint
from skafu.contexts.project.adapters.workshop import ProcessWorkshop
from skafu.contexts.project.adapters.workshop.orders import CheckIt
from skafu.contexts.project.adapters.workshop.workshop import A_PLACE, ROOM, TooBusy, TookTooLong
from skafu.contexts.project.ports import TemplateFiles
from skafu.kernel.errors import Invalid
from skafu.scaffold import File
from skafu.scaffold.merging.archive import packed, unpacked

TODO = Path(__file__).parents[4] / "examples" / "todo" / "skafu.yaml"
SHIPPED = TemplateFiles("system")


@pytest.fixture
async def workshop() -> AsyncIterator[ProcessWorkshop]:
    opened = ProcessWorkshop()
    yield opened
    await opened.close()


def benches() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [each for each in children if any("workshop.bench" in word for word in each.cmdline())]


def network_of(pid: int) -> Path:
    return Path(f"/proc/{pid}/ns/net").readlink()


async def test_a_description_becomes_a_plan_that_says_where_everything_comes_from(workshop: ProcessWorkshop) -> None:
    made = await workshop.plan("Customers place orders. The warehouse ships orders.")
    assert made.blueprint.count("PlaceOrder") >= 1
    assert any("place orders" in each.words for each in made.elements)
    assert (await workshop.check(made.blueprint)).errors == 0


async def test_it_works_without_a_network_where_the_system_allows_that(workshop: ProcessWorkshop) -> None:
    await workshop.plan("Customers place orders.")
    code = "import sys; from skafu.workspace.worker_pool.lockdown import close_network; sys.exit(not close_network())"
    asked = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    (bench,) = benches()
    assert len({network_of(bench.pid), network_of(os.getpid())}) == (2 if await asked.wait() == 0 else 1)


async def test_what_cannot_be_planned_is_refused_with_words(workshop: ProcessWorkshop) -> None:
    with pytest.raises(Invalid, match="empty"):
        await workshop.plan(" ")


async def test_findings_come_with_their_places(workshop: ProcessWorkshop) -> None:
    found = await workshop.check("skafu: 1\nname: Shop\n")
    assert found.errors >= 1
    assert {each.line for each in found.findings} >= {2}
    with pytest.raises(BlueprintInvalid) as error:
        await workshop.generate("skafu: 1\nname: Shop\n", SHIPPED)
    assert error.value.findings == found.findings


async def test_the_files_are_those_of_the_command_line(workshop: ProcessWorkshop) -> None:
    text = TODO.read_text()
    made = await workshop.generate(text, SHIPPED)
    tree = project_of(read_blueprint(TODO), text)
    assert (made.archive, made.files) == (packed(tree, compressed=True), len(tree))
    assert dict(unpacked(made.archive)) == dict(tree)


async def test_another_template_is_brought_as_an_archive(workshop: ProcessWorkshop) -> None:
    own = packed({"copier.yml": File(b""), "{{ system.name }}.txt.jinja": File(b"hello")})
    made = await workshop.generate(TODO.read_text(), TemplateFiles("mine", own))
    assert [path for path, file in unpacked(made.archive).items() if file.content == b"hello"] == ["todo.txt"]
    with pytest.raises(Invalid, match="nowhere"):
        await workshop.generate(TODO.read_text(), TemplateFiles("nowhere"))


async def test_two_blueprints_are_compared_by_line_and_by_element(workshop: ProcessWorkshop) -> None:
    text = TODO.read_text()
    changed = text.replace("\nsummary: ", "\nsummary: New. ", 1)
    found = await workshop.compare(text, changed)
    assert "+summary: New. " in found.lines
    assert [each.path for each in found.elements] == ["summary"]
    assert not (await workshop.compare(text, "{")).readable


@pytest.mark.parametrize("value", ["1" + "0" * 40, "1e400", "'\\0'", "2026-01-01", ".nan", "!!binary aGk="])
async def test_any_value_can_be_compared_or_is_no_blueprint(workshop: ProcessWorkshop, value: str) -> None:
    text = TODO.read_text()
    found = await workshop.compare(text, f"{text}\nsummary: {value}\n".replace("summary: Todo", "# Todo", 1))
    assert f"+summary: {value}" in found.lines
    assert len(benches()) == 1


async def test_what_takes_too_long_is_given_up_and_the_next_order_is_carried_out() -> None:
    workshop = ProcessWorkshop(seconds={CheckIt: 0.001})
    try:
        with pytest.raises(TookTooLong):
            await workshop.check(TODO.read_text())
        assert benches() == []
        assert (await workshop.plan("Customers place orders.")).name
    finally:
        await workshop.close()


async def test_only_so_many_orders_wait(workshop: ProcessWorkshop) -> None:
    large, small = "#" * (ROOM // 8 - A_PLACE), "skafu: 1"
    texts = [*[large] * 7, *[small] * 50, large]
    orders = [asyncio.ensure_future(workshop.check(each)) for each in texts]
    done = await asyncio.gather(*orders, return_exceptions=True)
    assert [number for number, each in enumerate(done) if isinstance(each, TooBusy)] == [len(texts) - 1]
    assert len(benches()) == 1
    assert (await workshop.check(large)).errors


async def test_a_process_that_died_is_replaced(workshop: ProcessWorkshop) -> None:
    await workshop.check("skafu: 1")
    (bench,) = benches()
    bench.kill()
    bench.wait()
    await asyncio.sleep(0.05)
    assert (await workshop.check("skafu: 1")).errors


async def test_an_idle_process_ends() -> None:
    workshop = ProcessWorkshop(idle_seconds=0.0)
    await workshop.check("skafu: 1")
    await asyncio.sleep(0)
    await workshop.close()
    assert benches() == []
