"""What every inspector of templates does: the one in this process, and the one in a process of its own."""

from collections.abc import Iterator

import pytest
from template_zips import BROKEN, COOKIES, GREETING

from skafu.contexts.template.adapters.memory import LocalInspector
from skafu.contexts.template.adapters.side_inspector import SideInspector
from skafu.contexts.template.domain.events import AskedQuestion
from skafu.contexts.template.ports import TemplateInspector
from skafu.kernel.errors import Invalid, Refused
from skafu.scaffold import FileTree
from skafu.workspace.worker_pool import WorkerPool

ASKING = {"copier.yml": b"count: 1\nsize: {type: str, default: small, choices: [small, large]}\n", "a.txt": b""}


@pytest.fixture(params=["here", "beside"])
def inspector(request: pytest.FixtureRequest) -> Iterator[TemplateInspector]:
    if request.param == "here":
        yield LocalInspector()
        return
    with WorkerPool(size=1) as pool:
        yield SideInspector(pool)


async def test_what_a_template_asks(inspector: TemplateInspector) -> None:
    found = await inspector.inspect(FileTree(GREETING))

    assert (found.format, found.findings, found.is_usable) == ("copier", (), True)
    assert found.questions == (
        AskedQuestion("name", "str", "world", help="Whom to greet"),
        AskedQuestion("loud", "bool", "false"),
    )


async def test_what_a_cookiecutter_template_asks(inspector: TemplateInspector) -> None:
    found = await inspector.inspect(FileTree(COOKIES))

    assert found.format == "cookiecutter"
    assert found.questions == (
        AskedQuestion("project", "str", "shop"),
        AskedQuestion("licence", "str", "MIT", ("MIT", "none")),
    )


@pytest.mark.parametrize(
    ("files", "file", "words"),
    [
        (BROKEN, "a.txt.jinja", "Expected an expression"),
        ({"copier.yml": b"a: [", "b": b""}, "copier.yml", ""),
        ({"copier.yml": b"a: 1\n", "{{ a.b.c }}.txt": b"", "c.jinja": b"{{ 1 / 0 }}"}, "", ""),
    ],
)
async def test_what_is_broken_is_an_error_with_its_place(
    inspector: TemplateInspector, files: dict[str, bytes], file: str, words: str
) -> None:
    found = await inspector.inspect(FileTree(files))

    assert not found.is_usable
    assert any(file in each.file and words in each.message for each in found.findings)


async def test_commands_are_told_and_not_run(inspector: TemplateInspector) -> None:
    files = {"copier.yml": b"_tasks: [touch here]\n", "a.txt": b""}

    found = await inspector.inspect(FileTree(files))
    filled = await inspector.render(FileTree(files), {})

    assert [(each.code, each.severity) for each in found.findings] == [("task", "warning")]
    assert filled.notes == ("not run: task touch here",)
    assert list(filled.tree) == ["a.txt"]


async def test_a_required_answer_is_no_mistake_of_the_template(inspector: TemplateInspector) -> None:
    found = await inspector.inspect(FileTree({"copier.yml": b"name: {type: str}\n", "a.jinja": b"{{ name }}"}))

    assert found.is_usable
    assert [each.code for each in found.findings] in ([], ["needs_answers"])


async def test_answers_are_filled_in(inspector: TemplateInspector) -> None:
    filled = await inspector.render(FileTree(GREETING), {"name": "Ada", "loud": True})

    assert filled.tree["Ada.txt"].content == b"Hello Ada!\n"
    assert sorted(filled.tree) == ["Ada.txt", "docs/about.md"]


@pytest.mark.parametrize("answers", [{"count": "many"}, {"size": "huge"}])
async def test_a_wrong_answer_is_refused_with_the_question(
    inspector: TemplateInspector, answers: dict[str, object]
) -> None:
    with pytest.raises(Invalid, match="answer"):
        await inspector.render(FileTree(ASKING), answers)


async def test_who_never_ends_is_stopped() -> None:
    files = {
        "copier.yml": b"a: 1\n",
        "b.jinja": b"{% for i in range(99999) %}{% for j in range(99999) %}{{ i }}{% endfor %}{% endfor %}",
    }

    with WorkerPool(size=1, seconds=3) as pool:
        inspector = SideInspector(pool, limit_seconds=3)
        with pytest.raises((Refused, Invalid)):
            await inspector.render(FileTree(files), {})
        try:
            assert not (await inspector.inspect(FileTree(files))).is_usable
        except Refused as error:
            assert "longer than" in error.message  # noqa: PT017 either is an end
