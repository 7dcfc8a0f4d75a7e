"""`skafu template`: check, docs, list, show, new."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine

from skafu.workspace.sources import catalog_names

WRONG = {"copier.yml": "name: shop\nport: 80\n", "a.txt.jinja": "{{ nam }}", "b.txt.jinja": "{% if %}"}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    folder.mkdir()
    for name, text in WRONG.items():
        (folder / name).write_text(text)
    return folder


def test_check_says_what_is_wrong_with_place_and_fix(template: Path, skafu: CommandLine) -> None:
    ended = skafu("template", "check", template)
    assert ended.code == 1
    assert "a.txt.jinja:1: warning [undefined] 'nam' is no question" in ended.output
    assert "    fix: did you mean 'name'?" in ended.output
    assert "b.txt.jinja:1: error [syntax]" in ended.output
    assert ended.output.endswith(f"{template}: 1 error, 3 warnings\n")


def test_check_prints_json(template: Path, skafu: CommandLine) -> None:
    ended = skafu("template", "check", template, "--json")
    report = json.loads(ended.output)
    assert (ended.code, report["format"]) == (1, "copier")
    assert report["coverages"] == [{"template": "", "tried": 1, "possible": 1, "limit": 100, "complete": True}]
    assert {one["code"] for one in report["findings"]} == {"syntax", "undefined", "unused"}


def test_check_reads_a_repository_as_it_stands(template: Path, skafu: CommandLine) -> None:
    (template / "b.txt.jinja").write_text("{{ port }}")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["tag", "v1"]):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=template, check=True)
    (template / "a.txt.jinja").write_text("{{ name }}")
    assert skafu("template", "check", template).output.endswith("no findings\n")
    assert "undefined" in skafu("template", "check", template, "--at", "v1").output


def test_check_of_the_system_template_takes_a_sample_system(skafu: CommandLine) -> None:
    ended = skafu("template", "check", "system", "--json")
    assert (ended.code, "small system" in ended.errors) == (0, True)
    assert [one["severity"] for one in json.loads(ended.output)["findings"] if one["severity"] != "hint"] == []
    wrong = skafu("template", "check", "system", "--data", "system={}", "--data", "services={}")
    assert (wrong.code, "has no attribute" in wrong.output) == (1, True)


def test_check_of_nothing(tmp_path: Path, skafu: CommandLine) -> None:
    ended = skafu("template", "check", tmp_path / "nothing")
    assert ended.code == 2
    assert "give a folder, a zip" in ended.errors


def test_docs_of_a_template(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    (template / "copier.yml").write_text(
        "kind: {type: str, help: Which one?, choices: {App: app, Library: lib}, default: app}\n"
        "size: {type: int, when: \"{{ kind == 'app' or x | y }}\"}\n"
        'slug: {type: str, default: "{{ kind | lower }}", when: false}\n'
        "_tasks: [make]\n"
    )
    assert skafu("template", "docs", template, "--output", tmp_path / "T.md").code == 0
    text = (tmp_path / "T.md").read_text()
    assert "| `kind` | str | `app` | `app (App)`, `lib (Library)` |  | Which one? |" in text
    assert "| `size` | int | required |  | `{{ kind == 'app' or x \\| y }}` |  |" in text
    assert "`slug` is worked out: `{{ kind | lower }}`" in text
    assert "- `a.txt`\n" in text
    assert "- `task: make`" in text
    described = json.loads(skafu("template", "docs", template, "--json").output)
    assert [one["name"] for one in described["questions"]] == ["kind", "size", "slug"]


def test_docs_of_a_template_of_cookiecutter(tmp_path: Path, skafu: CommandLine) -> None:
    manifest = {"name": "shop", "docs": ["no", "yes"], "__prompts__": {"name": "Its name"}, "_private": 1}
    (tmp_path / "cookiecutter.json").write_text(json.dumps(manifest))
    text = skafu("template", "docs", tmp_path).output
    assert "| `name` | str | `shop` |  |  | Its name |" in text
    assert "| `docs` | str | `no` | `no`, `yes` |  |  |" in text


def test_every_template_of_the_catalog_is_listed_and_shown(skafu: CommandLine) -> None:
    listed = json.loads(skafu("template", "list", "--json").output)
    assert [one["name"] for one in listed] == list(catalog_names())
    for one in listed:
        assert one["summary"].endswith("."), one
        assert one["summary"] in skafu("template", "list").output
        shown = json.loads(skafu("template", "show", one["name"], "--json").output)
        assert shown["questions"]
        assert shown["files"]
        assert one["summary"] in skafu("template", "show", one["name"]).output


@pytest.mark.parametrize("name", [name for name in catalog_names() if name != "system"])
def test_a_template_of_the_catalog_is_rendered_by_its_name(name: str, tmp_path: Path, skafu: CommandLine) -> None:
    ended = skafu("render", name, "--output", tmp_path / "out", "--defaults")
    assert (ended.code, ended.errors) == (0, "")
    assert next((tmp_path / "out").rglob("README.md")).read_text()


def test_show_of_a_name_that_is_nearly_right(skafu: CommandLine) -> None:
    ended = skafu("template", "show", "sytem")
    assert ended.code == 2
    assert "did you mean system?" in ended.errors


def test_new_starts_a_template_that_passes_its_check_and_its_own_test(tmp_path: Path, skafu: CommandLine) -> None:
    folder = tmp_path / "my-template"
    assert skafu("template", "new", folder).code == 0
    assert skafu("template", "check", folder).output.endswith("no findings\n")
    assert skafu("template", "docs", folder).code == 0
    own = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    done = subprocess.run(own, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "HOME": "."})
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_new_refuses_a_folder_with_something_in_it_and_a_name_that_is_none(tmp_path: Path, skafu: CommandLine) -> None:
    (tmp_path / "x").write_text("")
    ended = skafu("template", "new", tmp_path, "--name", "fine")
    assert (ended.code, list(tmp_path.iterdir())) == (1, [tmp_path / "x"])
    ended = skafu("template", "new", tmp_path / "No Name")
    assert ended.code == 2
    assert "--name" in ended.errors
    assert not (tmp_path / "No Name").exists()
