"""What others wrote is shown on a terminal, and the terminal obeys none of it."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import CommandLine, Ended
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output
from versioned_templates import project_of_template, template_of

from skafu.entrypoints.cli.harmless import harmless
from skafu.entrypoints.cli.render.terminal import Terminal
from skafu.scaffold import File, fill, load

TITLE = r"\e]0;taken\a\x9b2J"
WRITTEN_OUT = r"\x1b]0;taken\x07\x9b2J"
MANIFEST = f"""
name: {{type: str, help: "Name {TITLE}", placeholder: "p{TITLE}", qmark: "q{TITLE}", default: shop,
  validator: "{{% if name == 'x' %}}no {TITLE}{{% endif %}}"}}
kind: {{type: str, help: Kind, choices: {{"A {TITLE}": a, "B": b}}, default: a}}
_message_before_copy: "before {TITLE}"
_message_after_copy: "after {TITLE}"
_message_after_update: "updated {TITLE}"
_tasks: ["echo {TITLE}"]
"""
RAW = b"\x1b]0;taken\x07\xc2\x9b2J {{ name }}\n"


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    folder.mkdir()
    (folder / "copier.yml").write_text(MANIFEST)
    (folder / "a.txt.jinja").write_bytes(RAW + b"{{ kind }}{{ lost }}")
    return folder


@contextmanager
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        yield


def assert_shown(ended: Ended) -> None:
    said = ended.output + ended.errors
    for colour in ("\x1b[31m", "\x1b[33m", "\x1b[36m", "\x1b[2m", "\x1b[0m"):
        said = said.replace(colour, "")
    assert WRITTEN_OUT in said
    assert [one for one in said if not one.isprintable() and one not in "\n\t"] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain äöü 日本 👩\u200d💻\u00a0", "plain äöü 日本 👩\u200d💻\u00a0"),
        ("a\n\tb", "a\n\tb"),
        ("a\r\n", "a\\x0d\n"),
        ("\x1b]0;title\x07\x7f\x9b", r"\x1b]0;title\x07\x7f\x9b"),
        ("\u202e\u2066\u2028\udc9b", r"\u202e\u2066\u2028\udc9b"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_on_one_line_newlines_are_spaces() -> None:
    assert harmless("a\n\tb\x1b", newlines=False) == r"a  b\x1b"


def test_every_control_character_is_written_out() -> None:
    controls = [chr(number) for number in (*range(32), *range(127, 160)) if chr(number) not in "\n\t"]
    assert all(harmless(one) == f"\\x{ord(one):02x}" for one in controls)


def test_a_check_and_what_it_found(template: Path, skafu: CommandLine) -> None:
    bad = template / "b\x1b]0;taken\x07\u009b2J\n.txt.jinja"
    bad.write_text("{% if %}")
    ended = skafu("template", "check", template)
    assert_shown(ended)
    assert rf"b{WRITTEN_OUT} .txt.jinja:1: " in ended.output
    found = json.loads(skafu("template", "check", template, "--json").output)["findings"]
    assert any(one["file"] == bad.name for one in found)


def test_documents_on_a_terminal_and_in_a_file(
    template: Path, tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_terminal(monkeypatch):
        assert_shown(skafu("template", "docs", template))
    assert skafu("template", "docs", template, "--output", tmp_path / "T.md").code == 0
    assert "\x1b]0;taken\x07\x9b2J" in (tmp_path / "T.md").read_text()
    assert "\x1b]0;taken\x07\x9b2J" in skafu("template", "docs", template).output


def test_a_rendering_its_messages_and_its_differences(
    template: Path, tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("render", template, "--output", tmp_path / "out", "--defaults")
    with a_terminal(monkeypatch):
        assert_shown(skafu(*words, "--diff"))
    assert "+\x1b]0;taken" in skafu(*words, "--diff").output
    ended = skafu(*words)
    assert_shown(ended)
    for said in ("before", "after", "not run: task echo"):
        assert f"{said} {WRITTEN_OUT}" in ended.output
    assert (tmp_path / "out/a.txt").read_bytes().startswith(b"\x1b]0;taken")


def test_errors(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    ended = skafu("render", template, "--output", tmp_path / "out", "--defaults", "--data", "name=x")
    assert ended.code == 2
    assert_shown(ended)


def test_an_update(tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    versions: dict[str, dict[str, File | bytes | str]] = {
        "v1.0": {"copier.yml": MANIFEST},
        "v2.0": {"copier.yml": MANIFEST, "a.txt.jinja": RAW},
    }
    project = project_of_template(template_of(tmp_path / "template", versions), tmp_path / "shop", "v1.0")
    with a_terminal(monkeypatch):
        assert_shown(skafu("update", project, "--preview"))
    ended = skafu("update", project)
    assert_shown(ended)
    assert f"not run, as it is code of the template: echo {WRITTEN_OUT}" in ended.output
    assert f"updated {WRITTEN_OUT}" in ended.output


def test_questions() -> None:
    shown = io.StringIO()
    screen = Vt100_Output(shown, lambda: Size(40, 200))
    template = load({"copier.yml": MANIFEST.encode(), "a.jinja": b"{{ kind }}"})
    with create_pipe_input() as keys:
        keys.send_text("\x15x\r\x15shop\r\r")
        rendered = fill(template, {}, interviewer=Terminal(keys, screen))
    assert rendered.tree["a"].content == b"a"
    said = shown.getvalue()
    for words in ("before ", "Name ", "q", "A "):
        assert f"{words}{WRITTEN_OUT}" in said
    assert [one for one in ("\x1b]0;", "\x07", "\x9b") if one in said] == []


def test_a_default_is_shown_but_stays_as_it_is() -> None:
    shown = io.StringIO()
    questions = f'name: "{TITLE}"'.encode()
    with create_pipe_input() as keys:
        keys.send_text("\r")
        screen = Vt100_Output(shown, lambda: Size(40, 200))
        template = load({"copier.yml": questions, "a.jinja": b"{{ name }}"})
        rendered = fill(template, {}, interviewer=Terminal(keys, screen))
    assert rendered.tree["a"].content.decode() == "\x1b]0;taken\x07\x9b2J"
    assert [one for one in ("\x1b]0;", "\x07", "\x9b") if one in shown.getvalue()] == []
