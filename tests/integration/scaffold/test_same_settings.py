"""The rarer settings of Copier, the clock and chance: Copier and the engine give the same bytes."""

import random
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import copier
import pytest
from copier_oracle import read_tree, write_tree

from skafu.kernel.errors import SkafuError
from skafu.scaffold import File, FileTree, Place, Rendered, Value, fill, load


class Case(NamedTuple):
    """A small template, answers to it, and what the user and the destination hold."""

    files: dict[str, str | bytes | File]
    answers: dict[str, Value] = {}  # noqa: RUF012
    defaults: dict[str, Any] = {}  # noqa: RUF012
    existing: dict[str, str | bytes | File] = {}  # noqa: RUF012


ANSWERS_FILE = {"{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}"}

CASES = {
    "included files": Case(
        {
            "copier.yml": "!include parts/one.yml\n---\nb: 2\n---\n!include parts/*/x.yaml\n---\n"
            "!include '**/deep.yml'\n---\nchoices: &c !include parts/list.yml\npick: {type: str,"
            " default: a, choices: !include parts/list.yml}",
            "parts/one.yml": "a: 1\n_exclude: [parts, copier.yml]",
            "parts/two/x.yaml": "c: {type: int, default: 3}\n---\nd: 4",
            "parts/two/three/deep.yml": "e: 5",
            "parts/list.yml": "[a, b]",
            "show.jinja": "{{ [a, b, c, d, e, pick] }} {{ _copier_answers }}",
            **ANSWERS_FILE,
        }
    ),
    "external data": Case(
        {
            "copier.yml": "_external_data: {parent: '{{ file }}.yml', none: nowhere.yml, late: '{{ missing }}'}\n"
            "file: old\nport: {type: int, default: '{{ _external_data.parent.port }}'}\n",
            "show.jinja": "{{ port }} {{ _external_data.parent['deep'] }} {{ _external_data.none }}"
            " {{ _external_data|list }} {{ _external_data.nope is defined }}",
        },
        existing={"old.yml": "port: 81\ndeep: [1, {a: b}]"},
    ),
    "defaults of the user": Case(
        {
            "copier.yml": "a: 1\nb: {type: str, default: x}\nc: {choices: [p, q], default: p}",
            "show.jinja": "{{ [a,b,c] }}",
        },
        {"a": 5},
        {"a": 2, "b": "{{ a + 1 }}", "c": "q", "unknown": 3},
    ),
    "version of Copier": Case({"copier.yml": "_min_copier_version: '9.19.1rc1'\na: 1", "b.jinja": "{{ a }}"}),
    "paths in the context": Case(
        {
            "a.jinja": "{{ _copier_conf.dst_path.name }} {{ _copier_conf.dst_path.parent.name }}"
            " {{ _copier_conf.dst_path / 'x' }} {{ _copier_conf.dst_path.joinpath('y', 'z').as_posix() }}"
            " {{ _copier_conf.answers_file.stem }} {{ _copier_conf.answers_file.suffix }}"
            " {{ _copier_conf.src_path.parts[-1] }} {{ _copier_conf.dst_path|basename }}"
            " {{ _copier_conf.answers_file }}"
        }
    ),
    "settings in the context": Case(
        {
            "copier.yml": "_skip_if_exists: [x]\na: 1",
            "b.jinja": "{{ _copier_conf.vcs_ref_hash }}{{ _copier_conf.exclude|list }}"
            "{{ _copier_conf.use_prereleases }}"
            "{{ _copier_conf.skip_if_exists|list }}{{ _copier_conf.cleanup_on_error }}{{ _copier_conf.user_defaults }}"
            "{{ _copier_conf.conflict }}{{ _copier_conf.context_lines }}{{ _copier_conf.skip_answered }}",
        }
    ),
    "extensions": Case(
        {
            "copier.yml": "_jinja_extensions: [jinja2.ext.do, jinja2.ext.loopcontrols,"
            " cookiecutter.extensions.TimeExtension,"
            " cookiecutter.extensions.SlugifyExtension, cookiecutter.extensions.JsonifyExtension, jinja2.ext.i18n]",
            "a.jinja": "{% set x = [] %}{% for i in range(5) %}{% if i == 3 %}{% break %}{% endif"
            " %}{% do x.append(i) %}"
            "{% endfor %}{{ x }}{% now 'utc', '%Y' %}{% now 'Europe/Berlin' %}{% now 'utc' +"
            " 'days=40,hours=1', '%Y-%m' %}"
            "{% now 'utc' - 'months=13', '%Y-%m' %}{% now '+05:30', '%z' %}{{ 'Ä b'|slugify }}"
            "{{ {'b': 1, 'a': 2}|jsonify }}",
        }
    ),
    "changed values": Case(
        {
            "copier.yml": "items: {type: yaml, default: [1]}\n",
            "a.jinja": "{% set _ = items.append(2) %}{{ items }}{% set d = {} %}{{ d.update(a=1) }}"
            "{{ d.setdefault('b', 2) }}",
        }
    ),
    "the clock": Case(
        {
            "copier.yml": "year: {type: str, default: \"{{ '%Y' | strftime }}\"}",
            "a.jinja": "{{ year }} {{ '%Y-%m-%d %Z %z'|strftime }} {{ '%Y-%m-%d %H:%M'|strftime(86400) }}"
            " {{ now().year }} {{ ('2020-03-04 05:06:07'|to_datetime).isoformat() }}"
            " {{ (('2020-03-04 00:00:00'|to_datetime) - ('2020-03-01 00:00:00'|to_datetime)).days }}"
            " {{ ('04.03.20'|to_datetime('%d.%m.%y')).month }}",
        }
    ),
    "chance with a seed": Case(
        {
            "a.jinja": "{{ 100|ans_random(seed='x') }} {{ 100|ans_random(10, 5, seed=3) }}"
            " {{ 'abc'|ans_random(seed=1) }}"
            " {{ [1, 2, 3, 4]|shuffle(seed='s') }} {{ '52:54:00'|random_mac(seed='m') }} {{ 5|shuffle }}"
            " {{ 'ab'|random_mac(seed='q') }}"
        }
    ),
    "secrets and computed answers": Case(
        {
            "copier.yml": "_secret_questions: [s]\ns: {type: str, default: x}\nt: {type: str,"
            " secret: true, default: y}\n"
            "c: {type: str, when: false, default: '{{ s }}{{ t }}'}\nk: 1",
            "a.jinja": "{{ s }}{{ t }}{{ c }}",
            **ANSWERS_FILE,
        },
        {"s": "given"},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_same_bytes(case: Case, tmp_path: Path) -> None:
    template = write_tree(tmp_path / "template", case.files)
    destination = write_tree(tmp_path / "rendered", case.existing)
    destination.mkdir(exist_ok=True)
    rendered = _engine(case, template, destination)
    expected = _copied(case, template, destination)
    assert dict(expected) == {**dict(FileTree(_files(case.existing))), **dict(rendered.tree)}


def _files(written: Mapping[str, str | bytes | File]) -> dict[str, bytes | File]:
    return {path: file.encode() if isinstance(file, str) else file for path, file in written.items()}


def _engine(case: Case, template: Path, destination: Path) -> Rendered:
    def existing(path: str) -> bytes | None:
        return (destination / path).read_bytes() if (destination / path).is_file() else None

    place = Place(
        source=str(template),
        destination=str(destination),
        now=datetime.now().astimezone(),
        dice=random.Random,
        existing=existing,
        defaults=tuple(case.defaults.items()),
    )
    return fill(load(read_tree(template)), case.answers, place=place)


def _copied(case: Case, template: Path, destination: Path) -> FileTree:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        copier.run_copy(
            str(template),
            destination,
            data=dict(case.answers),
            defaults=True,
            quiet=True,
            unsafe=True,
            overwrite=True,
            settings=copier.Settings(defaults=case.defaults),
        )
    return read_tree(destination)


def test_previous_answers_go_before_defaults(tmp_path: Path) -> None:
    """As Copier does in the second run: answers that no longer fit are dropped, computed ones are worked out anew."""
    questions = (
        "a: {type: int, default: 1}\nb: {choices: [x, y], default: x}\nc: {type: str, when: false, default: '{{ a }}'}"
    )
    questions += "\nd: {type: int, default: 4}\ne: {type: str, default: e, ask: false}"
    files: dict[str, str | bytes | File] = {
        "copier.yml": questions,
        "show.jinja": "{{ [a, b, c, d, e] }}",
        **ANSWERS_FILE,
    }
    template = write_tree(tmp_path / "template", files)
    previous: dict[str, Value] = {"a": 7, "b": "gone", "c": "old", "d": "no number", "e": "kept", "unknown": 1}
    destination = write_tree(
        tmp_path / "rendered", {".copier-answers.yml": "\n".join(f"{k}: {v}" for k, v in previous.items())}
    )
    expected = _copied(Case(files), template, destination)
    place = Place(source=str(template), destination=str(destination))
    rendered = fill(load(read_tree(template)), {}, previous=previous, place=place)
    assert dict(rendered.tree) == dict(expected)


def test_messages_are_those_of_copier(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    questions = (
        "_message_before_copy: 'Hello {{ 1 + 1 }}'\n_message_after_copy: |\n  Made {{ name"
        " }} in {{ _folder_name }}\nname: n"
    )
    template = write_tree(tmp_path / "template", {"copier.yml": questions, "a": ""})
    copier.run_copy(str(template), tmp_path / "rendered", defaults=True, settings=copier.Settings())
    said = re.sub(r"\x1b\[[0-9;]*m", "", capfd.readouterr().err)
    rendered = fill(load(read_tree(template)), {}, place=Place(destination=str(tmp_path / "rendered")))
    assert (rendered.before, rendered.after) == ("Hello 2", "Made n in rendered\n")
    assert rendered.before in said
    assert rendered.after in said


REFUSED_BY_BOTH = {
    "no version": Case({"copier.yml": "_min_copier_version: x"}),
    "version as a number": Case({"copier.yml": "_min_copier_version: 9.0"}),
    "include out of the template": Case({"copier.yml": "!include ../x.yml"}),
    "include of an absolute path": Case({"copier.yml": "!include /x.yml"}),
    "external data out of the destination": Case(
        {"copier.yml": "_external_data: {x: ../x.yml}", "a.jinja": "{{ _external_data.x }}"}
    ),
    "shift by half a month": Case(
        {
            "copier.yml": "_jinja_extensions: [cookiecutter.extensions.TimeExtension]",
            "a.jinja": "{% now 'utc' + 'months=0.5' %}",
        }
    ),
    "unknown zone": Case(
        {
            "copier.yml": "_jinja_extensions: [cookiecutter.extensions.TimeExtension]",
            "a.jinja": "{% now 'Mars/Olympus' %}",
        }
    ),
    "unknown extension": Case({"copier.yml": "_jinja_extensions: [nowhere.Extension]"}),
    "mac address": Case({"a.jinja": "{{ 'xyz'|random_mac }}"}),
    "default of the user that does not fit": Case({"copier.yml": "a: 1"}, {}, {"a": "x"}),
}


@pytest.mark.parametrize("case", REFUSED_BY_BOTH.values(), ids=REFUSED_BY_BOTH)
def test_refused_by_both(case: Case, tmp_path: Path) -> None:
    template = write_tree(tmp_path / "template", case.files)
    (tmp_path / "rendered").mkdir()
    (tmp_path / "x.yml").write_text("a: 1")
    with pytest.raises(SkafuError):
        _engine(case, template, tmp_path / "rendered")
    if "external" not in str(case.files):
        with pytest.raises(Exception):  # noqa: B017, PT011
            _copied(case, template, tmp_path / "rendered")
