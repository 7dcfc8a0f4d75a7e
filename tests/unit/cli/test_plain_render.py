"""A plain `skafu render` is read without click: the same options, and click still says what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from skafu.entrypoints.cli.render import plain
from skafu.entrypoints.cli.render.command import command
from skafu.entrypoints.cli.render.filling import Options
from skafu.entrypoints.cli.render.plain import plain_options

PLAIN = [
    "a --output b",
    "--output=b a --defaults",
    "a --output b --data x=1 --data y=2=3 --data-file f.yml --at v1 --directory sub --format copier",
    "--dry-run a --diff --output b --trust --force --data=z=",
    "gh:a/b --output b --at=v1 --format=cookiecutter --directory=",
]
LEFT_TO_CLICK = [
    "",
    "a",
    "--output b",
    "a b --output c",
    "a --output",
    "a --output --defaults",
    "a --output b --output c",
    "a --output b --format other",
    "a --output b --help",
    "a --output b -x",
    "a --out b",
    "a --output b --defaults=1",
    "a --output b --defaults --defaults",
    "-- a --output b",
    "a --output=",
    "a --output {file}",
]


@pytest.mark.parametrize("words", PLAIN)
def test_the_options_are_those_that_click_reads(words: str) -> None:
    read = plain_options(words.split())
    with command.make_context("render", words.split()) as context:
        assert read == Options(**context.params)


@pytest.mark.parametrize("words", LEFT_TO_CLICK)
def test_everything_else_is_left_to_click(words: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert plain_options(words.replace("{file}", str(tmp_path / "file")).split()) is None


def test_it_knows_every_option() -> None:
    known = {*plain._VALUES.values(), *plain._FLAGS.values(), "source"}
    assert known == {one.name for one in command.params} == {*Options._fields}


def test_a_plain_command_line_starts_without_click_and_errors_are_told_as_ever(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t/copier.yml").write_text("name: shop")
    (tmp_path / "t/a.txt.jinja").write_text("{{ name }}")
    code = (
        "import sys; sys.argv = ['skafu', 'render', './t', '--output', 'out', '--defaults']\n"
        "from skafu.entrypoints.cli.start import run; run(); assert 'click' not in sys.modules"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "+ a.txt\nout: 1 files written\n", "")
    (tmp_path / "out/a.txt").write_text("mine")
    refused = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "error: out has other files of these names: a.txt" in refused.stderr
    assert "--force" in refused.stderr
