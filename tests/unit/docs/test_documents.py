"""What the documents say exists, exists: links, paths, commands, options, checks, decisions."""

import re
import shlex
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest
from project_documents import DOCUMENTS, ROOT, anchors_of, code_words_of, commands_of, links_of, name_of

from skafu.blueprint.expressions.functions import FUNCTIONS, LOOP_SIGNATURES
from skafu.blueprint.types import SCALARS
from skafu.bootstrap import project_of, read_blueprint
from skafu.entrypoints.cli.main import skafu

TEMPLATE = ROOT / "src" / "skafu" / "catalog" / "system" / "template"
GUIDES = ROOT / "docs" / "guides"
EXAMPLES = ROOT / "examples"
EXAMPLE = EXAMPLES / "todo" / "skafu.yaml"
PROJECT_PATH = re.compile(r"[\w.<>-]+(/[\w.<>-]*)+|[\w.-]+\.(yaml|toml|lock|md)|Makefile|LICENSE|\.gitignore")
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
PARTS_OF_A_DECISION = ["Context", "Decision", "Consequences", "Alternatives"]
A_PAGE = 60
OWN_PATH = re.compile(r"(src/skafu|tests|docs|examples|benchmarks|\.ci)/[\w./<>*-]*")
CHECK = re.compile(r"(?:model|static|tests|deployed)\.[a-z-]+")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


@each_document
def test_links_within_the_project_lead_somewhere(document: Path) -> None:
    for link in links_of(document):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@each_document
def test_paths_of_the_project_exist(document: Path) -> None:
    if document.name == "generated-project.md":
        return
    for words in code_words_of(document):
        if OWN_PATH.fullmatch(words):
            pattern = re.sub(r"<[^>]*>", "*", words.rstrip("/"))
            assert any(ROOT.glob(pattern)), words


@each_document
def test_make_has_every_target_that_is_named(document: Path) -> None:
    makefiles = [ROOT / "Makefile", *([TEMPLATE / "Makefile.jinja"] if document.name == "generated-project.md" else [])]
    targets = {found for one in makefiles for found in re.findall(r"^([\w-]+):", one.read_text(), re.MULTILINE)}
    named = [command for command in commands_of(document) if command.startswith("make ")]
    for command in named:
        for word in command.split()[1:]:
            assert "=" in word or word in targets, command


@each_document
def test_the_command_line_has_every_command_and_option_that_is_named(document: Path) -> None:
    for written in commands_of(document):
        words = [word for word in shlex.split(written) if word != "..."]
        if words[0] == "skafu" and len(words) > 1:
            _assert_known(words[1:], written)


def _assert_known(words: list[str], written: str) -> None:
    context = click.Context(skafu)
    command: click.Command = skafu
    for word in words:
        if word.startswith("-") or not isinstance(command, click.Group):
            break
        found = command.get_command(context, word)
        assert found is not None, written
        command = found
    options = {
        option for parameter in command.get_params(context) for option in (*parameter.opts, *parameter.secondary_opts)
    }
    for word in words:
        assert not word.startswith("--") or word in options, written


def test_the_paths_of_the_generated_project_are_those_of_a_generated_project() -> None:
    examples = (EXAMPLE, *(EXAMPLES / name / "skafu.yaml" for name in ("cold-chain", "auction", "invoices")))
    files = [path for one in examples for path in project_of(read_blueprint(one), one.read_text())]
    for words in code_words_of(GUIDES / "generated-project.md"):
        if PROJECT_PATH.fullmatch(words):
            pattern = re.sub("<[^>]*>", "*", words) + ("*" if words.endswith("/") else "")
            assert any(fnmatch(path, pattern) or fnmatch(path, f"*/{pattern}") for path in files), words


def test_the_guide_names_every_check() -> None:
    sources = (path.read_text() for path in (ROOT / "src" / "skafu" / "proof").rglob("*.py"))
    known = {name for text in sources for name in re.findall(f'"({CHECK.pattern})"', text)}
    named = {word for word in code_words_of(GUIDES / "proof.md") if CHECK.fullmatch(word)}
    assert named == known


def test_the_guide_names_every_type_and_every_function() -> None:
    text = (GUIDES / "blueprint.md").read_text()
    words = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", code)}
    assert {*SCALARS, *FUNCTIONS, *LOOP_SIGNATURES} <= words


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_a_decision_has_its_parts_within_a_page(decision: Path) -> None:
    text = decision.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS_OF_A_DECISION
    assert text.startswith(f"# {decision.name[:4]} ")
    assert len(text.splitlines()) <= A_PAGE
    assert "Status: " in text


def test_decisions_are_numbered_and_listed() -> None:
    assert [one.name[:4] for one in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    listed = links_of(ROOT / "docs" / "adr" / "README.md")
    assert listed == [one.name for one in DECISIONS]
