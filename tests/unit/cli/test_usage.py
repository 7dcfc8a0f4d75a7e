"""Likely mistakes are told in words, with what to do, and with the right exit code."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine

from skafu import __version__
from skafu.entrypoints.cli.main import COMMANDS

HEAVY = (
    "pydantic", "ruamel", "jinja2", "boto3", "botocore", "msgspec", "yaml", "psutil",
    "skafu.blueprint", "skafu.scaffold", "skafu.planning", "skafu.proof", "skafu.bootstrap",
)  # fmt: skip


def test_version_and_help(skafu: CommandLine) -> None:
    assert skafu("--version").output == f"skafu, version {__version__}\n"
    shown = skafu("--help")
    assert shown.code == 0
    assert all(f"  {name} " in shown.output for name in COMMANDS)


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_the_quick_answers_import_nothing_heavy(word: str) -> None:
    program = (
        "import sys\nfrom skafu.entrypoints.cli.main import run\n"
        f"try:\n    run([{word!r}])\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(skafu: CommandLine, name: str) -> None:
    shown = skafu(name, "--help")
    assert shown.code == 0
    assert f"Usage: skafu {name}" in shown.output
    assert len(shown.output.splitlines()) > 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["generat", "x"], "No such command 'generat'. Did you mean 'generate'?"),
        (["proof"], "No such command 'proof'. Did you mean 'prove'?"),
        (["xyzzy"], "No such command 'xyzzy'."),
        (["--frobnicate"], "No such option '--frobnicate'"),
        (["generate", "a.yaml", "--ouptut", "b"], "Did you mean '--output'?"),
        (["generate", "a.yaml"], "Missing option '--output'"),
        (["check"], "Missing argument 'FILE'"),
        (["check", "a", "b"], "unexpected extra argument"),
        (["check", "/"], "is a directory"),
        (["prove", "/", "--level", "all"], "'all' is not one of"),
    ],
)
def test_wrong_usage(skafu: CommandLine, words: list[str], said: str) -> None:
    ended = skafu(*words)
    assert ended.code == 2
    assert said in ended.errors
    assert "--help" in ended.errors
    assert ended.output == ""


def test_nothing_at_all_shows_the_help(skafu: CommandLine) -> None:
    ended = skafu()
    assert ended.code == 2
    assert "Commands:" in ended.errors + ended.output


def test_a_file_that_cannot_be_read(skafu: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "skafu.yaml"
    path.write_text("skafu: 1\n")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", closed)
    ended = skafu("check", path)
    assert ended.code == 2
    assert ended.errors == f"error: {path}: Permission denied\n"


def test_a_reader_that_goes_away_is_no_crash() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "skafu.entrypoints.cli", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_cleans_up(tmp_path: Path, number: signal.Signals) -> None:
    program = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "from pathlib import Path\n"
        "from skafu.entrypoints.cli.main import run\n"
        "from skafu.workspace.pending import staging\n"
        "import skafu.entrypoints.cli.schema_command as command\n"
        "def work():\n"
        "    with staging(Path(sys.argv[1])) as staged:\n"
        "        (staged / 'a').write_text('a')\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "command.json_schema = work\n"
        "run(['schema'])\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, "interrupted")
    assert not list(tmp_path.iterdir())
