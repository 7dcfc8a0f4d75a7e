"""Every feature of Cookiecutter's format, rendered by Cookiecutter and by the engine, must give the same bytes."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cookiecutter_oracle import assert_same_as_cookiecutter, bake
from copier_oracle import read_tree, write_tree

from skafu.kernel.errors import SkafuError
from skafu.scaffold import File, Value, load, render


class Case(NamedTuple):
    """A small template, and answers to it."""

    variables: dict[str, Any]
    files: dict[str, str | bytes | File]
    answers: dict[str, Value] = {}  # noqa: RUF012
    others: dict[str, str | bytes | File] = {}  # noqa: RUF012
    root: str = "{{cookiecutter.name}}"


SHOW = "{{ cookiecutter }}\n{{ _cookiecutter }}\n"
NAME = {"name": "shop"}

CASES = {
    "variables": Case(
        {
            "name": "My Shop",
            "slug": "{{ cookiecutter.name|lower|replace(' ', '-') }}",
            "number": 5,
            "ratio": 1.5,
            "nothing": None,
            "yes": True,
            "license": ["MIT", "BSD {{ cookiecutter.number }}"],
            "_raw": "{{ cookiecutter.name }}",
            "_raw_dict": {"a": "{{ x }}"},
            "__filled": "{{ cookiecutter.slug }}!",
            "__list": ["{{ cookiecutter.slug }}", 1],
            "__dict": {"{{ cookiecutter.slug }}": [1, True, {"x": "{{ cookiecutter.name }}"}]},
            "shape": {"{{ cookiecutter.slug }}": {"color": "red {{ cookiecutter.late }}", "n": 1}},
            "late": "late",
            "__prompts__": {"name": "Your name"},
        },
        {"a": SHOW, "{{cookiecutter.slug}}.txt": "{{ cookiecutter._raw }} {{ cookiecutter.__filled }}"},
        root="{{cookiecutter.slug}}",
    ),
    "answers": Case(
        {"name": "n", "license": ["MIT", "BSD"], "yes": True, "no": False, "shape": {"a": {"b": 1}, "c": [1]}, "t": ""},
        {"a": SHOW},
        {
            "name": 7,
            "license": "BSD",
            "yes": "off",
            "no": True,
            "unknown": "left out",
            "shape": {"a": {"b": "2", "new": 3}, "c": "4"},
            "t": "{{ cookiecutter.name }}",
        },
    ),
    "several choices": Case({**NAME, "tags": ["a", "b", "c"]}, {"a": SHOW}, {"tags": ["c", "a"]}),
    "newlines": Case(
        NAME,
        {
            "crlf": b"a\r\n{{ cookiecutter.name }}\r\n",
            "cr": b"a\r{{ cookiecutter.name }}\r",
            "lf": b"a\n\n",
            "mixed": b"a\nb\r\nc\n",
            "mixed late": b"a\n" * 5000 + b"b\r\n",
            "mixed cr": b"a\nb\rc\r\n",
            "none": b"{{ cookiecutter.name }}",
            "empty": b"",
            "plain crlf": b"plain\r\ntext",
        },
    ),
    "new lines set": Case({**NAME, "_new_lines": "\r\n"}, {"a": "x\n{{ cookiecutter.name }}\n", "b": b"\r\n\r\n"}),
    "copied without rendering": Case(
        {**NAME, "_copy_without_render": ["*.html", "raw", "deep/copied", "{{cookiecutter.name}}.md"]},
        {
            "a.html": "{{ kept }}",
            "deep/b.html": b"{{ kept }}\r\n",
            "raw/c": File(b"{{ kept }}", executable=True),
            "raw/{{cookiecutter.name}}/d": "{{ kept }}",
            "deep/copied/x": "{{ kept }}",
            "deep/other": "{{ cookiecutter.name }}",
            "{{cookiecutter.name}}.md": "{{ kept }}",
        },
    ),
    "binary": Case(
        NAME,
        {
            "a.png": b"{{ not rendered }}",
            "b": bytes(range(256)),
            "c.dat": b"\x89PNG\r\n\x1a\n\0\0",
            "d.txt": "ü☃ {{ cookiecutter.name }}".encode(),
            "e.pdf": b"%PDF {{ cookiecutter.name }}",
        },
    ),
    "delimiters": Case(
        {
            **NAME,
            "_jinja2_env_vars": {
                "variable_start_string": "[[",
                "variable_end_string": "]]",
                "block_start_string": "[%",
                "block_end_string": "%]",
                "trim_blocks": True,
                "lstrip_blocks": True,
            },
        },
        {"a": "{{ kept }} [[ cookiecutter.name ]]\n  [% if 1 %]\nx\n  [% endif %]\n"},
        root="[[cookiecutter.name]]",
    ),
    "extensions": Case(
        {**NAME, "_extensions": ["jinja2.ext.do", "jinja2.ext.loopcontrols"], "slug": "{{ 'Ä b_c'|slugify }}"},
        {
            "a": "{% for i in range(9) %}{% if i > 2 %}{% break %}{% endif %}{{ i }}{% endfor %}"
            "{{ {'b': [1], 'a': 'é'}|jsonify }}{{ {'a': 1}|jsonify(0) }}{{ 'A & b -- c'|slugify(separator='_') }}"
            "{{ cookiecutter.slug }}{{ 'long words here'|slugify(max_length=9, word_boundary=True) }}"
            "{% set items = [] %}{% do items.append(1) %}{{ items }}"
        },
    ),
    "changed values": Case(
        {**NAME, "shape": {"a": 1}},
        {
            "a": "{% set _ = cookiecutter.update({'more': 1}) %}{{ cookiecutter.more }}{{ cookiecutter.shape.a }}",
            "b": "{{ cookiecutter.more }}",
        },
    ),
    "paths": Case(
        {**NAME, "empty": "", "deep": "x/y"},
        {
            "{{cookiecutter.empty}}": "left out",
            "{% if cookiecutter.name == 'no' %}a{% endif %}": "left out",
            "{% if cookiecutter.name %}b{% endif %}.txt": "in",
            "d/{{cookiecutter.empty}}": "left out",
            "d/{{cookiecutter.name}}/e": "in",
            "{{cookiecutter.deep}}/f": "in",
            "./g": "g",
        },
        root="{{cookiecutter.name}}",
    ),
    "root with folders": Case({"name": "a/b"}, {"x": "y"}),
    "one target twice": Case(
        NAME, {"a": "first", "{{'a'}}": "last", "{{ 'b' }}": File(b"1", executable=True), "b": "2"}
    ),
    "modes and links": Case(
        NAME,
        {
            "run.sh": File(b"#!/bin/sh {{ cookiecutter.name }}", executable=True),
            "a.png": File(b"", executable=True),
            "l": File(b"", link="run.sh"),
            "up": File(b"", link="../others.txt"),
            "folder": File(b"", link="target"),
            "target/t": "{{ cookiecutter.name }}",
        },
        others={"others.txt": "of {{ cookiecutter.name }}"},
    ),
    "includes": Case(
        NAME,
        {
            "a": "{% include 'parts/b' %}{% include 'shared.txt' %}{% import 'm' as m %}{{ m.hi() }}",
            "parts/b": "b {{ cookiecutter.name }}\n",
            "m": "{% macro hi() %}hi{% endmacro %}",
        },
        others={"templates/shared.txt": "shared {{ cookiecutter.name }}\n", "README.md": "{{ broken"},
    ),
    "nested, new style": Case(
        {"templates": {"one": {"path": "./one", "title": "One"}, "two": {"path": "two"}}},
        {},
        {"name": "given"},
        others={
            "one/cookiecutter.json": '{"name": "x"}',
            "one/{{cookiecutter.name}}/a": "{{ cookiecutter.name }}",
        },
    ),
    "nested, old style": Case(
        {"template": ["First (one)", "Second (deep/two)"]},
        {},
        {"template": "Second (deep/two)"},
        others={
            "deep/two/cookiecutter.json": '{"name": "x"}',
            "deep/two/{{cookiecutter.name}}/a": "{{ cookiecutter.name }}",
        },
    ),
    "context": Case(
        NAME,
        {
            "a": "{{ cookiecutter._template }} {{ cookiecutter._output_dir }} {{ cookiecutter._repo_dir }}"
            " {{ cookiecutter._checkout }} {{ cookiecutter.items }}"[:-24]
        },
    ),
    "jinja2": Case(
        {**NAME, "json": {"a": [1, {"b": None}]}},
        {"a": "{{ cookiecutter.json|tojson(indent=2) }}{{ cookiecutter['name']|title }}{{ x|default('d') }}{{ 1e3 }}"},
    ),
}


def _written(case: Case, folder: Path) -> Path:
    files: dict[str, str | bytes | File] = {f"{case.root}/{path}": file for path, file in case.files.items()}
    return write_tree(folder, {"cookiecutter.json": json.dumps(case.variables), **files, **case.others})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_same_bytes(case: Case, tmp_path: Path) -> None:
    assert assert_same_as_cookiecutter(_written(case, tmp_path / "template"), case.answers, tmp_path)


REFUSED_BY_BOTH = {
    "undefined": Case(NAME, {"a": "{{ missing }}"}),
    "undefined variable": Case({"name": "{{ cookiecutter.other }}", "other": ""}, {"a": ""}),
    "undefined in a path": Case(NAME, {"{{ missing }}": ""}),
    "undefined in a folder": Case(NAME, {"{{ missing }}/a": ""}),
    "not a choice": Case({**NAME, "license": ["MIT"]}, {"a": ""}, {"license": "GPL"}),
    "not among the choices": Case({**NAME, "license": ["MIT"]}, {"a": ""}, {"license": ["GPL"]}),
    "no choice": Case({**NAME, "license": []}, {"a": ""}),
    "no truth value": Case({**NAME, "yes": True}, {"a": ""}, {"yes": "maybe"}),
    "no JSON": Case(NAME, {"a": ""}, others={"cookiecutter.json": "{"}),
    "no templated folder": Case(NAME, {"a": ""}, root="plain"),
    "folder renders to nothing": Case(NAME, {"{% if cookiecutter.name == 'no' %}a{% endif %}/b": ""}),
    "folder twice": Case(NAME, {"a/x": "", "{{ 'a' }}/y": ""}),
    "folder does not exist": Case(NAME, {"{{ 'a/b' }}": ""}),
    "syntax": Case(NAME, {"a": "{% if %}"}),
    "unknown filter": Case(NAME, {"a": "{{ 1|nope }}"}),
    "not UTF-8": Case(NAME, {"a": b"caf\xe9 {{ cookiecutter.name }} " * 9}),
    "unknown extension": Case({**NAME, "_extensions": ["nowhere.Extension"]}, {"a": ""}),
    "own setting": Case({**NAME, "_jinja2_env_vars": {"keep_trailing_newline": False}}, {"a": ""}),
    "unknown setting": Case({**NAME, "_jinja2_env_vars": {"nope": 1}}, {"a": ""}),
    "wrong line ending": Case({**NAME, "_new_lines": "x"}, {"a": ""}),
    "include missing": Case(NAME, {"a": "{% include 'x' %}"}),
    "dangling link": Case(NAME, {"a": File(b"", link="nowhere")}),
    "nested without folder": Case({"template": ["no folder"]}, {}, others={"x": ""}),
    "nested template missing": Case({"templates": {"one": {"path": "one"}}}, {}, others={"x": ""}),
}


@pytest.mark.parametrize("case", REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH)
def test_refused_by_both(case: Case, tmp_path: Path) -> None:
    template = _written(case, tmp_path / "template")
    with pytest.raises(SkafuError):
        render(load(read_tree(template), kind="cookiecutter"), case.answers)
    with pytest.raises(BaseException):  # noqa: B017, PT011
        bake(template, case.answers, tmp_path / "rendered")
