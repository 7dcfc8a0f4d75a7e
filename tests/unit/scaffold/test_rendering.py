"""Rendering is a pure function: same arguments, same tree, and nothing else changes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from skafu.scaffold import AnswerInvalid, File, FileTree, Place, TemplateInvalid, Value, fill, load, render
from skafu.scaffold.copier_template import CopierTemplate

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICES: dict[str, bytes | File] = {
    "copier.yml": b"_subdirectory: template\nname: {type: str}\nservices: {type: yaml, default: []}\n",
    "macros.jinja": b"{% macro title(x) %}# {{ x|title }}{% endmacro %}",
    "template/{% yield s from services %}{{ s.name }}{% endyield %}/app.py.jinja": (
        b"{% import 'macros.jinja' as m %}{{ m.title(s.name) }} of {{ name }}\n"
    ),
    "template/{% if services %}index.txt{% endif %}.jinja": b"{{ services|map(attribute='name')|join(' ') }}\n",
    "template/z": b"",
    "template/a": File(b"#!", executable=True),
}


def _texts(tree: FileTree) -> dict[str, str]:
    return {path: file.content.decode() for path, file in tree.items()}


def test_one_template_serves_many_answers() -> None:
    template = load(SERVICES)
    first = render(template, {"name": "x", "services": [{"name": "web"}, {"name": "api"}]})
    second = render(template, {"name": "y"})
    third = render(template, {"name": "x", "services": [{"name": "web"}, {"name": "api"}]})
    assert list(first) == ["a", "api/app.py", "index.txt", "web/app.py", "z"]
    assert _texts(first)["web/app.py"] == "# Web of x\n"
    assert _texts(second) == {"a": "#!", "z": ""}
    assert first["a"].executable
    assert third == first


def test_state_does_not_leak_into_the_next_rendering() -> None:
    template = load(
        {
            "count": b"{% set ns = namespace(n=0) %}{% macro up() %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}",
            "a.jinja": b"{% import 'count' as c %}{{ c.up() }}{{ c.up() }}",
        }
    )
    assert [_texts(render(template, {}))["a"] for _ in range(3)] == ["12", "12", "12"]


def test_renderings_run_side_by_side() -> None:
    template = load(SERVICES)
    given: list[Mapping[str, Value]] = [{"name": f"n{i}", "services": [{"name": f"s{i}"}]} for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(lambda answers: render(template, answers), given))
    assert [_texts(tree)[f"s{i}/app.py"] for i, tree in enumerate(trees)] == [f"# S{i} of n{i}\n" for i in range(40)]


def test_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "from skafu.scaffold import load, render\n"
        "t = load({'a.jinja': b'{{ x|to_nice_yaml }}{{ x|list }}{{ _copier_answers }}', '{{ y }}': b''})\n"
        "print(dict(render(t, {'x': {k: 1 for k in 'qwertz'}, 'y': 'n'})))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True,
            check=True,
        ).stdout
        for seed, locale in (("0", "C"), ("1", "C.UTF-8"))
    }
    assert len(outputs) == 1


def test_place_shows_in_answers_file_and_context() -> None:
    template = load({"{{ _copier_conf.answers_file }}.jinja": b"{{ _copier_answers|to_json }} {{ _folder_name }}"})
    assert _texts(render(template, {}))[".copier-answers.yml"] == "{} "
    place = Place(source="skafu:system", commit="v1", destination="/x/shop")
    shown = _texts(render(template, {}, place=place))[".copier-answers.yml"]
    assert shown == '{"_commit": "v1", "_src_path": "skafu:system"} shop'


def test_broken_files_are_known_at_once_but_raised_only_when_reached() -> None:
    template = load({"{% if on %}a{% endif %}.jinja": b"ok\n{% if %}"})
    assert [(problem.file, problem.line) for problem in template.problems] == [("{% if on %}a{% endif %}.jinja", 2)]
    assert not render(template, {"on": False})
    with pytest.raises(TemplateInvalid, match="Expected an expression"):
        render(template, {"on": True})


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"copier.yml": "a: 1\nb: [\n"}, ("copier.yml", 3)),
        ({"copier.yml": "\n_exclude: 5"}, ("copier.yml", 2)),
        ({"copier.yml": "\n# a: 1\na: {default: x, type: 5}"}, ("copier.yml", 3)),
        ({"copier.yml": "a: 1\nb: {default: '{{ 1 / 0 }}'}"}, ("copier.yml", 2)),
        ({"copier.yml": "a: 1\nb: {default: '{{ 1'}"}, ("copier.yml", 2)),
        ({"copier.yml": "a: 1\nb: {default: '{{ 1|nope }}'}"}, ("copier.yml", 2)),
        ({"copier.yml": "_envops: {finalize: x}"}, ("copier.yml", 1)),
        ({"copier.yml": "_external_data: [x]"}, ("copier.yml", 1)),
        ({"copier.yml": "_jinja_extensions: [os]"}, ("copier.yml", 1)),
        ({"copier.yml": "_subdirectory: nowhere"}, ("copier.yml", None)),
        ({"d/a.jinja": "1\n2\n{{ x.y.z }}"}, ("d/a.jinja", 3)),
        ({"d/a.jinja": "1\n{{ 1|nope }}"}, ("d/a.jinja", 2)),
        ({"d/a.jinja": "1\n\n{% if x %}{% else %}{{ 1|nope }}{% endif %}"}, ("d/a.jinja", 3)),
        ({"d/a.jinja": "1\n{% if x is nope %}{% endif %}"}, ("d/a.jinja", 2)),
        (
            {"a.jinja": "1\n{% import 'm' as m %}\n{{ m.f() }}", "m": "\n{% macro f() %}\n{{ 1/0 }}{% endmacro %}"},
            ("m", 3),
        ),
        ({"a.jinja": "\n{% include 'm' %}", "m": "\n\n\n{% endif %}"}, ("m", 4)),
        ({"a.jinja": "\n{% include 'n' %}"}, ("a.jinja", 2)),
        ({"a.jinja": b"a\nb\n\xff"}, ("a.jinja", 3)),
        ({"{{ 1 / 0 }}": ""}, ("{{ 1 / 0 }}", None)),
        ({"{{ 1 ": ""}, ("{{ 1 ", None)),
        ({"{% yield x from 5 %}{{ x }}{% endyield %}": ""}, ("{% yield x from 5 %}{{ x }}{% endyield %}", None)),
        ({"a.jinja": "{% yield x from [1] %}{% endyield %}"}, ("a.jinja", None)),
        ({"cookiecutter.json": '{"n": 1}', "{{cookiecutter.n}}/a": "\n{% if %}"}, ("a", 2)),
        ({"cookiecutter.json": '{"n": 1}', "{{cookiecutter.n}}/a": "\n{{ x }}"}, ("a", 2)),
    ],
)
def test_errors_name_file_and_line(files: dict[str, str | bytes], place: tuple[str, int | None]) -> None:
    with pytest.raises(TemplateInvalid) as caught:
        render(load({path: text.encode() if isinstance(text, str) else text for path, text in files.items()}), {})
    assert (caught.value.file, caught.value.line) == place
    assert caught.value.__cause__ is not caught.value, "whoever looks for the first cause would go round and round"
    assert str(caught.value).startswith(place[0] if place[1] is None else f"{place[0]}:{place[1]}: ")


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        ("q: {type: int}", None, "is required"),
        ("q: {type: int}", "x", "invalid literal"),
        ("q: {type: str}", [1], "could not convert"),
        ("q: {type: yaml}", "[", "expected"),
        ("q: {type: yaml}", "2020-01-01", "date is no plain value"),
        ("q: {type: str, choices: [a, b]}", "c", "'c' is not in ['a', 'b']"),
        ("q: {type: str, choices: {A: {value: a, validator: not today}}}", "a", "not today"),
        ("q: {type: int, validator: '{% if q > 3 %}too big{% endif %}'}", 4, "too big"),
        ("q: {type: int, multiselect: true, choices: [1, 2]}", "[1, 5]", "5 is not in [1, 2]"),
        ("q: {type: int, multiselect: true, choices: [1, 2]}", "{}", "not a YAML list"),
    ],
)
def test_wrong_answers_name_the_question(question: str, answer: Value, words: str) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        render(load({"copier.yml": question.encode()}), {} if answer is None else {"q": answer})
    assert caught.value.question == "q"
    assert words in str(caught.value)


def test_reserved_names_are_no_answers() -> None:
    with pytest.raises(AnswerInvalid, match="taken"):
        render(load({}), {"_copier_conf": 1})


def test_what_is_not_carried_out_is_shown() -> None:
    template = load(
        {"copier.yml": b"_tasks: [make]\n_migrations: []\n_skip_if_exists: [x]\nq: {default: 1, help: Why?}"}
    )
    assert isinstance(template, CopierTemplate)
    assert template.settings.not_carried_out == ("_tasks",)
    assert [str(command) for command in fill(template, {}).commands] == ["make"]
    assert template.settings.skip_if_exists == ("x",)
    assert [(question.name, question.type, question.help) for question in template.questions] == [("q", "int", "Why?")]


def test_a_tree_is_a_sorted_immutable_mapping() -> None:
    tree = FileTree({"b": b"1", "a/c": File(b"", link="../b"), "a/b": b"2"})
    assert list(tree) == ["a/b", "a/c", "b"]
    assert tree == {"a/b": File(b"2"), "a/c": File(b"", link="../b"), "b": File(b"1")}
    assert dict(tree.under("a")) == {"b": File(b"2"), "c": File(b"", link="../b")}
    assert (tree | {"b": File(b"3")})["b"].content == b"3"
    assert tree["b"].content == b"1"
    assert "x" not in tree
    assert repr(tree) == "FileTree(3 files)"


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (b"{{ items.append(1) }}", True),
        (b"{% set _ = {'a': {}}.update(b=1) %}", True),
        (b"seen.append({{ item }})\n{{ item }}.sort()", False),
        (b"{# items.append(1) #}", False),
    ],
)
def test_only_expressions_and_statements_may_change_values(text: bytes, changes: bool) -> None:
    template = load({"a.jinja": text})
    assert isinstance(template, CopierTemplate)
    assert template._texts.changes_values == changes
