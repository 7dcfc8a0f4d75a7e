"""Likely mistakes are told in words, with what to do, and with the right exit code."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine

from skafu import __version__
from skafu.entrypoints.cli.main import COMMANDS

CLOUD = ("boto3", "botocore", "ministack", "skafu.proof", "psutil")
RENDERING = ("jinja2", "skafu.scaffold", "skafu.generation", "skafu.catalog")
MODELS = ("pydantic", "msgspec", "ruamel", "yaml", "skafu.blueprint", "skafu.planning", "skafu.bootstrap")
TODO = Path(__file__).parents[3] / "examples" / "todo" / "skafu.yaml"
UNNEEDED = {
    ("--version",): (*CLOUD, *RENDERING, *MODELS, "ruff", "subprocess", "httpx"),
    ("--help",): (*CLOUD, *RENDERING, *MODELS, "ruff", "subprocess", "httpx"),
    ("projects", "--help"): (*CLOUD, *RENDERING, "pydantic", "fastapi", "skafu.contexts", "skafu.blueprint", "httpx"),
    ("whoami", "--all"): (*CLOUD, *RENDERING, "pydantic", "fastapi", "skafu.contexts", "skafu.blueprint"),
    ("plan", "--help"): (*CLOUD, *RENDERING, "skafu.blueprint", "skafu.planning", "ruff"),
    ("plan", "Customers place orders."): (*CLOUD, *RENDERING, "ruff"),
    ("store", "--help"): (*CLOUD, *RENDERING, *MODELS, "ruff", "sqlite3", "psycopg", "skafu.storage"),
    ("schema",): (*CLOUD, *RENDERING, "skafu.planning", "ruff"),
    ("check", str(TODO)): (*CLOUD, *RENDERING, "skafu.planning", "ruff"),
    ("generate", str(TODO), "--output", "x", "--dry-run"): (*CLOUD, "skafu.planning"),
}
"""Words of a command -> modules that it has no use for."""


def test_version_and_help(skafu: CommandLine) -> None:
    assert skafu("--version").output == f"skafu, version {__version__}\n"
    shown = skafu("--help")
    assert shown.code == 0
    assert all(f"  {name} " in shown.output for name in COMMANDS)


@pytest.mark.parametrize("words", UNNEEDED)
def test_nothing_is_imported_that_a_command_does_not_need(words: tuple[str, ...], tmp_path: Path) -> None:
    program = (
        "import sys\nfrom skafu.entrypoints.cli.main import run\n"
        f"try:\n    run({list(words)!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print([name for name in {UNNEEDED[words]!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_template_of_cookiecutter_is_rendered_without_what_others_need(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/cookiecutter.json").write_text('{"name": "books"}')
    (tmp_path / "shop/{{cookiecutter.name}}").mkdir()
    (tmp_path / "shop/{{cookiecutter.name}}/a.txt").write_text("{{ cookiecutter.name }}")
    program = (
        "import gc\nimport sys\nfrom skafu.entrypoints.cli.start import run\n"
        "sys.argv = ['skafu', 'render', 'shop', '--output', 'out', '--defaults']\n"
        "try:\n    run()\nexcept SystemExit as end:\n    assert not end.code\n"
        "unneeded = ('yaml', 'msgspec', 'pydantic', 'subprocess', 'packaging', 'skafu.blueprint.lock', 'difflib')\n"
        "print([name for name in unneeded if name in sys.modules], gc.isenabled(), file=sys.stderr)\n"
    )
    environment = {**os.environ, "SKAFU_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "[] True"
    assert (tmp_path / "out/books/a.txt").read_text() == "books"


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
    assert ended.errors.splitlines()[0] == f"error: {path}: Permission denied"
    assert "  fix: " in ended.errors


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
