"""Questions on a terminal: what is typed becomes the answer, wrong answers are told at once, Shift-Tab goes back."""

from io import StringIO
from typing import Any

import pytest
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from prompt_toolkit.output.plain_text import PlainTextOutput

from skafu.entrypoints.cli.render.terminal import Terminal
from skafu.scaffold import fill, load

ENTER, DOWN, BACK, CLEAR = "\r", "\x1b[B", "\x1b[Z", "\x15"

QUESTIONS = b"""
name: {type: str, help: Your name, placeholder: Ada}
port: {type: int, default: 80, validator: "{% if port < 1 %}too small{% endif %}"}
sure: {type: bool, default: false}
size: {type: str, choices: {Small: s, Large: l}, default: s}
tags: {type: str, multiselect: true, choices: [a, b, c], default: [b]}
shape: {type: yaml, default: {a: 1}}
token: {type: str, secret: true, default: hush}
where: {type: path, default: src}
only: {type: str, default: "{{ name }}!", when: "{{ size == 'l' }}"}
"""


def _answers(typed: str, questions: bytes = QUESTIONS) -> dict[str, Any]:
    """Answer the questions by typing; gives what the template then knows."""
    names = [line.split(b":")[0].decode() for line in questions.strip().splitlines()]
    shown = "{{ {" + ", ".join(f"'{name}': {name}" for name in names) + "}|to_json }}"
    template = load({"copier.yml": questions, "a.jinja": shown.encode()})
    with create_pipe_input() as keys:
        keys.send_text(typed)
        rendered = fill(template, {}, interviewer=Terminal(keys, DummyOutput()))
    import json

    found: dict[str, Any] = json.loads(rendered.tree["a"].content)
    return found


def test_every_type_of_question() -> None:
    typed = "Ada" + ENTER + CLEAR + "99" + ENTER + "y" + DOWN + ENTER + " " + DOWN + " " + ENTER
    typed += CLEAR + "[1, 2]" + ENTER + ENTER + CLEAR + "lib" + ENTER + ENTER
    assert _answers(typed) == {
        "name": "Ada",
        "port": 99,
        "sure": True,
        "size": "l",
        "tags": ["a"],
        "shape": [1, 2],
        "token": "hush",
        "where": "lib",
        "only": "Ada!",
    }


def test_defaults_stand_when_nothing_is_typed() -> None:
    assert _answers("B" + ENTER * 8)["tags"] == ["b"]


@pytest.mark.parametrize("wrong", ["x", "0", ""])
def test_a_wrong_answer_is_not_taken(wrong: str) -> None:
    questions = b'port: {type: int, validator: "{% if port < 1 %}too small{% endif %}"}'
    assert _answers(wrong + ENTER + CLEAR + "7" + ENTER, questions) == {"port": 7}


def test_back_asks_the_question_before() -> None:
    questions = b"a: {type: str}\nhidden: {type: str, default: h, when: false}\nb: {type: str}"
    assert _answers("x" + ENTER + BACK + CLEAR + "y" + ENTER + "z" + ENTER, questions) == {
        "a": "y",
        "hidden": "h",
        "b": "z",
    }
    assert _answers(BACK + "1" + ENTER + "2" + ENTER, questions) == {"a": "1", "hidden": "h", "b": "2"}


def test_several_lines_numbers_and_json() -> None:
    questions = (
        b"text: {type: str, multiline: true}\nrate: {type: float, default: 0.5}\ndata: {type: json, multiline: true}"
    )
    done = "\x1b" + ENTER
    typed = "one" + ENTER + "two" + done + CLEAR + "1.25" + ENTER + '{"a":' + ENTER + "2}" + done
    assert _answers(typed, questions) == {"text": "one\ntwo", "rate": 1.25, "data": {"a": 2}}


def test_the_help_and_the_number_of_the_question_are_shown() -> None:
    questions = (
        b'name: {type: str, qmark: "=>", help: "What is {{ 1 + 1 }}?", '
        b"validator: \"{% if name == 'x' %}too short{% endif %}\"}"
    )
    shown = StringIO()
    with create_pipe_input() as keys:
        keys.send_text("two" + ENTER)
        fill(load({"copier.yml": questions}), {}, interviewer=Terminal(keys, PlainTextOutput(shown)))
    assert "=> [1/1] What is 2?" in shown.getvalue()


def test_who_goes_back_finds_what_was_typed_and_defaults_follow_what_changes() -> None:
    questions = b"""
name: {type: str}
slug: {type: str, default: "{{ name|lower }}"}
port: {type: int, default: 80}
last: {type: str, default: "{{ port }}"}
"""
    kept = _answers("Ada" + ENTER + ENTER + "81" + BACK + BACK + BACK + ENTER + ENTER + ENTER + ENTER, questions)
    assert kept == {"name": "Ada", "slug": "ada", "port": 80, "last": "80"}
    changed = "Ada" + ENTER + ENTER + CLEAR + "81" + ENTER + BACK * 3 + CLEAR + "Bo" + ENTER * 4
    assert _answers(changed, questions) == {"name": "Bo", "slug": "bo", "port": 81, "last": "81"}


def test_so_it_is_with_cookiecutter() -> None:
    files = {
        "cookiecutter.json": b'{"name": "x", "slug": "{{ cookiecutter.name|lower }}", "kind": ["a", "b"], "last": "z"}',
        "{{cookiecutter.name}}/a": b"{{ cookiecutter.slug }} {{ cookiecutter.kind }} {{ cookiecutter.last }}",
    }
    with create_pipe_input() as keys:
        keys.send_text(CLEAR + "Ada" + ENTER + ENTER + DOWN + ENTER + BACK * 3 + CLEAR + "Bo" + ENTER * 4)
        tree = fill(load(files), {}, interviewer=Terminal(keys, DummyOutput())).tree
    assert {path: file.content for path, file in tree.items()} == {"Bo/a": b"bo b z"}
