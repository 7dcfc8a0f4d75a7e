"""Every feature of the format, rendered by Copier and by the engine, must give the same bytes."""

from pathlib import Path
from typing import NamedTuple

import pytest
from copier_oracle import assert_same_as_copier, copy_with_copier, read_tree, write_tree

from skafu.kernel.errors import Invalid
from skafu.scaffold import File, Value, load, render


class Case(NamedTuple):
    """A small template, and answers to it."""

    files: dict[str, str | bytes | File]
    answers: dict[str, Value] = {}  # noqa: RUF012


ANSWERS_FILE = "{{ _copier_conf.answers_file }}.jinja"
SHOW_ANSWERS = "# keep\n{{ _copier_answers|to_nice_yaml -}}\n"

QUESTIONS = """
_secret_questions: [token]
name: Book Store
slug:
  type: str
  default: "{{ name|lower|replace(' ', '-') }}"
port: {type: int, default: "{{ 8000 + 80 }}"}
ratio: {type: float, default: "0.5"}
debug: {type: bool, default: "no"}
tags: {type: yaml, default: "[a, {b: 1}]"}
extra: {type: json, default: '{"x": [1, 2], "y": null}'}
where: {type: path, default: "src/{{ slug }}"}
nothing: {type: yaml, default: null}
listed: [one, two]
mapped: {default: {k: v}}
token: {type: str, default: hush}
password: {type: str, secret: true, default: hush2}
package:
  type: str
  default: "{{ slug|replace('-', '_') }}"
  when: false
asked: {type: str, default: "asked {{ port }}", when: "{{ port > 8000 }}"}
unasked: {type: str, default: unasked, when: "{{ debug }}"}
without: {type: str, when: false}
quiet: {type: str, default: q, ask: false}
silent: {type: str, ask: false}
"""
SHOW_ALL = """{% for name in ['name', 'slug', 'port', 'ratio', 'debug', 'tags', 'extra', 'where', 'nothing', 'listed',
 'mapped', 'token', 'password', 'package', 'asked', 'unasked', 'without', 'quiet', 'silent'] %}
{% endfor %}{{ [name, slug, port, ratio, debug, tags, extra, where, nothing, listed, mapped, token] }}
{{ [password, package, asked, unasked, without is defined, quiet, silent is defined] }}
{{ _copier_answers.keys()|list }} {{ _copier_answers|to_json }}
"""

CHOICES = """
size: {type: str, choices: [s, m, l], default: m}
level:
  type: int
  choices: {low: 1, high: 2, "{{ 'top' }}": "{{ 1 + 2 }}"}
  default: 3
pair:
  choices: [[First, 1st], [Second, {value: 2nd, validator: ""}], [Third, {value: 3rd, validator: "no {{ size }}"}]]
  default: 2nd
many: {type: str, multiselect: true, choices: [a, b, c], default: "[c, a]"}
numbers: {type: int, multiselect: true, choices: [1, 2, 3], default: [3, 2]}
dynamic:
  type: str
  choices: |
    {%- for n in ['x', 'y'] %}
    - {{ n }}{{ size }}
    {%- endfor %}
  default: "x{{ size }}"
"""

ITEM_FOLDER = "{% yield i from items %}{{ i.n }}{% endyield %}"
TEXT = "{{ a }}|{{ b.c.d }}|{{ missing }}|{{ b['c'] }}|{{ b.x is defined }}|{{ n + 1 }}\n"

CASES = {
    "questions": Case(
        {"copier.yml": QUESTIONS, "all.txt.jinja": SHOW_ALL, ANSWERS_FILE: SHOW_ANSWERS},
    ),
    "answers given": Case(
        {"copier.yml": QUESTIONS, "all.txt.jinja": SHOW_ALL + "{{ more }}", ANSWERS_FILE: SHOW_ANSWERS},
        {
            "zeta": "extra",
            "port": "9000",
            "name": "X Y",
            "debug": "yes",
            "more": {"deep": [1, {"a": None}]},
            "tags": [1],
            "package": "p",
            "extra": '{"j": 1.5}',
            "token": "t",
        },
    ),
    "choices": Case({"copier.yml": CHOICES, "a.jinja": "{{ [size, level, pair, many, numbers, dynamic] }}"}),
    "choices given": Case(
        {"copier.yml": CHOICES, "a.jinja": "{{ [size, level, pair, many, numbers, dynamic] }}"},
        {"size": "l", "level": "1", "pair": "1st", "many": "['a', \"c\"]", "numbers": "[1, 3]", "dynamic": "yl"},
    ),
    "validator": Case(
        {"copier.yml": "n: {type: int, default: 3, validator: '{% if n < 2 %}small{% endif %}'}", "a.jinja": "{{ n }}"},
        {"n": 5},
    ),
    "several documents": Case(
        {
            "copier.yml": "a: 1\n_exclude: ['*.no']\n---\nb: 2\n---\na: 3\n_exclude: [x, copier.yml]\n",
            "x": "",
            "y.no": "",
            "z.jinja": "{{ a }}{{ b }}{{ _copier_answers }}",
        }
    ),
    "no copier.yml": Case({"a.jinja": "{{ x }}", "b/c": "d"}, {"x": "ü"}),
    "text": Case({"a.jinja": TEXT, "b": TEXT}, {"a": "é☃", "b": {"c": {"d": [1, "x"]}}, "n": 2}),
    "newlines": Case(
        {
            "crlf.jinja": b"a\r\n{{ x }}\r\nb\rc\n\n",
            "crlf": b"a\r\n",
            "none.jinja": b"{{ x }}",
            "cr.jinja": b"a\r{{ x }}",
            "same.jinja": b"plain\r\ntext\r",
            "empty.jinja": b"",
            "bom.jinja": b"\xef\xbb\xbf{{ x }}\n",
        },
        {"x": "1\r\n2"},
    ),
    "newline options": Case(
        {
            "copier.yml": '_envops: {keep_trailing_newline: false, newline_sequence: "\\r\\n", trim_blocks: true}\n',
            "a.jinja": "{% if 1 %}\n x\n{% endif %}\n{{ 1 }}\n",
            "b.jinja": "plain\ntext\n",
            "c.jinja": "{{ 'a\nb' }}\n\n",
        }
    ),
    "delimiters": Case(
        {
            "copier.yml": """
_envops: {block_start_string: '[%', block_end_string: '%]', variable_start_string: '[[', variable_end_string: ']]',
  comment_start_string: '[#', comment_end_string: '#]', line_statement_prefix: '%%', lstrip_blocks: true}
_templates_suffix: .tmpl
who: "[[ 'me' ]]"
""",
            "[[ who ]].py.tmpl": (
                "{{ not }} [[ who ]]\n%% for i in [1, 2]\n  [% if i %] [[ i ]] [% endif %]\n%% endfor\n[# c #]"
            ),
            "other.jinja": "[[ kept ]]",
            "lines.tmpl": "a\n%% set x = 1\nb\n",
        }
    ),
    "strict undefined": Case(
        {"copier.yml": "_envops: {undefined: jinja2.StrictUndefined}", "a.jinja": "{{ x|default('none') }}"}
    ),
    "suffix": Case(
        {
            "x": "hidden",
            "x.jinja": "{{ 1 }}",
            "d/y": "hidden",
            "d/y.jinja": "{{ 2 }}",
            "{% if 1 %}z{% endif %}": "hidden by the rendered name",
            "z.jinja": "z",
            "a.b.jinja": "ab",
            ".jinja": "dot",
            "q.jinja.jinja": "{{ 3 }}",
            "folder.jinja/f": "{{ 4 }}",
            "folder": "hidden by a folder",
        }
    ),
    "long suffix": Case({"copier.yml": "_templates_suffix: .tmpl.j2", "a.py.tmpl.j2": "{{ 1 }}", "b.j2": "{{ 2 }}"}),
    "bare suffix": Case({"copier.yml": "_templates_suffix: j2", "a.j2": "{{ 1 }}", "bj2": "{{ 2 }}"}),
    "empty suffix": Case(
        {"copier.yml": "_templates_suffix: ''", "a.txt": "{{ 1 }}", "b.bin": b"\xff\x00{{ 1 }}", "c/d.e.f": "{{ 2 }}"}
    ),
    "conditional names": Case(
        {
            "{% if yes %}in.txt{% endif %}": "1",
            "{% if no %}out.txt{% endif %}": "2",
            "{% if no %}out{% endif %}/f.txt": "3",
            "{% if no %}broken{% endif %}.jinja": "4",
            "{% if no %}b{% endif %}/broken.jinja": "{% if %}",
            "{{ name }}/{{ name }}.py.jinja": "{{ name }}",
            "{{ dots }}/f": "5",
        },
        {"yes": True, "no": False, "name": "pkg", "dots": "a/./b//c"},
    ),
    "yield": Case(
        {
            "copier.yml": "items: [{n: a, subs: [1, 2]}, {n: b, subs: []}, {n: '', subs: [3]}]",
            ITEM_FOLDER + "/{{ i.n }}.txt.jinja": "{{ i }}",
            ITEM_FOLDER + "/x{% yield s from i.subs %}{{ s }}{% endyield %}.txt.jinja": "{{ i.n }} {{ s }}",
            "pre-{% yield k from {'x': 1, 'y': 2} %}{{ k }}{% endyield %}-post.txt": "raw {{ k }}",
            "{% yield u from items|map(attribute='n')|list %}{{ u|upper }}.md{% endyield %}.jinja": "# {{ u }}",
            "{% if false %}{% yield z from items %}{{ z }}{% endyield %}{% endif %}": "never",
            "{% yield namespace from ['global'] %}{{ namespace }}{% endyield %}.jinja": "{{ namespace }}",
            "none-{% yield z from nothing %}{{ z }}{% endyield %}": "never",
        }
    ),
    "includes": Case(
        {
            "copier.yml": "_subdirectory: template\nname: n",
            "macros.jinja": "{% macro hi(who) -%}hi {{ who }}{{ name }}{%- endmacro %}{% set top = 'T' %}",
            "parts/base.txt": "<{% block body %}base{% endblock %}|{{ name }}>",
            "parts/row.jinja": "row {{ i }} {{ name }}\n",
            "template/a.txt.jinja": (
                "{% import 'macros.jinja' as m %}{{ m.hi('x') }}{{ m.top }}"
                "{% from './macros.jinja' import hi with context %}{{ hi('y') }}"
                "{% for i in [1, 2] %}{% include 'parts/row.jinja' %}{% endfor %}"
                "{% include 'parts/none.jinja' ignore missing %}{% include pathjoin('parts', 'row.jinja') %}"
            ),
            "template/b.txt.jinja": "{% extends 'parts/base.txt' %}{% block body %}{{ super() }}+{% endblock %}",
            "template/copier.yml": "kept",
            "template/__pycache__/x.pyc": "kept",
        }
    ),
    "templated subdirectory": Case(
        {"copier.yml": "_subdirectory: 'kinds/{{ kind }}'\nkind: b", "kinds/a/x": "", "kinds/b/y.jinja": "{{ kind }}"}
    ),
    "suffix in a subdirectory": Case({"copier.yml": "_subdirectory: t", "t/x": "hidden", "t/x.jinja": "{{ 1 }}"}),
    "exclusions are decomposed": Case(
        {"copier.yml": "_exclude: ['\u00e9.txt', 'copier.yml']", "e\u0301.txt": "out", "\u00e9.txt": "in"}
    ),
    "subdirectory hides by root name": Case(
        {"copier.yml": "_subdirectory: t", "x.jinja": "", "t/x": "hidden", "t/y": ""}
    ),
    "default exclusions": Case(
        {"copier.yaml": "a: 1", "~tmp": "", "d/x.pyc": "", "d/.DS_Store": "", ".svn/x": "", "d/copier.yml": "", "k": ""}
    ),
    "exclusions": Case(
        {
            "copier.yml": (
                "_exclude: ['copier.yml', '*.md', '!README.md', 'docs/', \"{% if no %}n.txt{% endif %}\","
                " \"{% if _copier_operation == 'copy' %}only\\nfirst{% endif %}\", '/root.txt']"
            ),
            "a.md": "",
            "README.md": "",
            "docs/x": "",
            "n.txt": "",
            "only": "",
            "first/x": "",
            "root.txt": "",
            "d/root.txt": "",
            "x.pyc": "",
        }
    ),
    "modes and links": Case(
        {
            "run.sh": File(b"#!/bin/sh\n", executable=True),
            "go.sh.jinja": File(b"echo {{ 1 }}\n", executable=True),
            "linked.sh": File(b"", link="run.sh"),
            "d/up.txt": File(b"", link="../target/t.txt"),
            "target/t.txt": "t",
            "target/u.jinja": "{{ 2 }}",
            "folder": File(b"", link="target"),
            "chain": File(b"", link="folder"),
        }
    ),
    "links kept": Case(
        {
            "copier.yml": "_preserve_symlinks: true\nname: t",
            "l": File(b"", link="target/t.txt"),
            "{{ name }}.l.jinja": File(b"", link="target/{{ name }}.txt"),
            "raw": File(b"", link="target/{{ name }}.txt"),
            "folder": File(b"", link="target"),
            "target/t.txt": "t",
        }
    ),
    "binary": Case({"a.png": b"\x89PNG\r\n\x00\xff{{ x }}", "b": bytes(range(256))}),
    "answers file elsewhere": Case(
        {"copier.yml": "_answers_file: '.{{ name }}.yml'\nname: n", "d": "x", ANSWERS_FILE: SHOW_ANSWERS}
    ),
    "answers file has its path": Case(
        {"copier.yml": "_answers_file: .a/./b.yml\nname: n", ANSWERS_FILE: SHOW_ANSWERS, "b.yml": "b"}
    ),
    "answers file in a folder": Case({"d/.copier-answers.yml": "a: 1", "d/e": ""}),
    "computed answers are not validated": Case(
        {"copier.yml": "a: {default: 1, when: false, validator: 'no'}", "a.jinja": "{{ a }}"}
    ),
    "context": Case(
        {
            "a.jinja": (
                "{{ _folder_name }} {{ _copier_conf.sep }} {{ _copier_conf.os }} {{ _copier_phase }} {{ _src_path }}"
                " {{ _copier_conf.src_path }} {{ _copier_conf.dst_path }} {{ _copier_conf.data }}"
                " {{ _external_data|list }} {{ _copier_conf.defaults }}"
                "{{ _copier_conf.overwrite }}{{ _copier_conf.pretend }}"
                "{{ _copier_conf.quiet }}{{ _copier_conf.unsafe }} {{ _commit is defined }} {{ _copier_conf.vcs_ref }}"
            )
        },
        {"x": 1},
    ),
    "same file twice": Case({"{% if 1 %}a{% endif %}": "same", "a": "same"}),
    "state of imported modules": Case(
        {
            "m.jinja": (
                "{% set ns = namespace(n=0) %}{% macro up() %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}"
            ),
            "a.jinja": "{% import 'm.jinja' as m %}{{ m.up() }}{% import 'm.jinja' as n %}{{ n.up() }}{{ m.up() }}",
        }
    ),
    "tests and globals": Case(
        {
            "a.jinja": "{{ range(3)|list }}{{ dict(a=1) }}{{ joiner(',') is callable }}{{ pathjoin('a', '../b') }}"
            "{{ pathjoin('a', 'b', mode='windows') }}{% set c = cycler('x', 'y') %}{{ c.next() }}{{ c.next() }}"
            "{{ x is mapping }}{{ x.a is divisibleby 2 }}{{ '%s-%d'|format('a', 3) }}{{ 'a%s' % 1 }}"
            "{{ 'x{}'.format(1) }}{{ 2 ** 10 }}{{ 'ab' * 3 }}{{ [0] * 2 }}{{ 7 // 2 }}{{ 1 ~ 'a' }}"
        },
        {"x": {"a": 4}},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_same_bytes(case: Case, tmp_path: Path) -> None:
    template = write_tree(tmp_path / "template", case.files)
    rendered = assert_same_as_copier(template, case.answers, tmp_path)
    assert rendered


REFUSED_BY_BOTH = {
    "required": Case({"copier.yml": "a: {type: str}"}),
    "not a choice": Case({"copier.yml": "a: {choices: [x], default: x}"}, {"a": "y"}),
    "validator": Case({"copier.yml": "a: {default: 1, validator: 'no'}"}),
    "wrong type": Case({"copier.yml": "a: {type: int, default: x}"}),
    "null text": Case({"copier.yml": "a: {type: str, default: null}"}),
    "unknown type": Case({"copier.yml": "a: {type: date, default: x}"}),
    "secret without default": Case({"copier.yml": "a: {type: str, secret: true}"}),
    "UNSET": Case({"copier.yml": "a: {type: str, default: '{{ UNSET }}'}"}),
    "syntax": Case({"a.jinja": "{% if %}"}),
    "unknown filter": Case({"a.jinja": "{{ 1|nope }}"}),
    "yield in a file": Case({"a.jinja": "{% yield a from [1] %}{% endyield %}"}),
    "two yields": Case({"{% yield a from [1] %}{% endyield %}{% yield b from [1] %}{% endyield %}": ""}),
    "yield hides an answer": Case({"{% yield a from [1] %}{{ a }}{% endyield %}": ""}, {"a": 1}),
    "outside": Case({"{{ up }}.txt": ""}, {"up": "../../x"}),
    "absolute": Case({"{{ up }}": ""}, {"up": "/etc/x"}),
    "include outside": Case({"a.jinja": "{% include '../x' %}"}),
    "include missing": Case({"a.jinja": "{% include 'x' %}"}),
    "no text": Case({"a.jinja": b"\xff"}),
    "two files": Case({"a": "1", "{{ 'a' }}": "2"}),
    "link outside": Case({"a": File(b"", link="../../outside")}),
    "subdirectory outside": Case({"copier.yml": "_subdirectory: .."}),
    "subdirectory missing": Case({"copier.yml": "_subdirectory: x"}),
    "two copier.yml": Case({"copier.yml": "", "copier.yaml": ""}),
    "bad yaml": Case({"copier.yml": "a: ["}),
    "extension": Case({"copier.yml": "_jinja_extensions: [os.path]"}),
    "newer Copier": Case({"copier.yml": "_min_copier_version: 99.1"}),
    "private attribute": Case({"a.jinja": "{{ ''.__class__.mro }}"}),
    "mandatory": Case({"a.jinja": "{{ x|mandatory }}"}),
    "strict undefined": Case({"copier.yml": "_envops: {undefined: jinja2.StrictUndefined}", "a.jinja": "{{ x }}"}),
}


@pytest.mark.parametrize("case", REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH)
def test_refused_by_both(case: Case, tmp_path: Path) -> None:
    template = write_tree(tmp_path / "template", case.files)
    with pytest.raises(Invalid):
        render(load(read_tree(template)), case.answers)
    with pytest.raises(Exception):  # noqa: B017, PT011
        copy_with_copier(template, case.answers, tmp_path / "rendered")
