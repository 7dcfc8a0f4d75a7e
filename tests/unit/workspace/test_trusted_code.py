"""Extensions that a template brings along: refused unless trusted; then they work as with the real tools."""

import sys

import pytest

from skafu.kernel.errors import Invalid
from skafu.scaffold import FileTree, TemplateInvalid, load, render
from skafu.scaffold.wanted_extensions import wanted_extensions
from skafu.workspace.trusted_code import trusted_extensions

HOOK = b"""
from copier_templates_extensions import ContextHook

class Shout(ContextHook):
    def hook(self, context):
        context["in_place"] = context["name"] + "!"
        return {"loud": context["name"].upper()}

class NoExtension:
    pass
"""
COPIER = {
    "copier.yml": b"_jinja_extensions: [copier_templates_extensions.TemplateExtensionLoader, 'ext/shout.py:Shout']\n"
    b"name: shop\nslug: '{{ loud }}'\n_exclude: ['*.py', copier.yml]",
    "ext/shout.py": HOOK,
    "{{ loud }}.jinja": b"{{ loud }} {{ in_place }} {{ slug }}",
}
COOKIECUTTER = {
    "cookiecutter.json": b'{"name": "shop", "_extensions": ["local_extensions.loud"]}',
    "local_extensions.py": b"from cookiecutter.utils import simple_filter\n\n"
    b"@simple_filter\ndef loud(text):\n    return text.upper()\n",
    "{{cookiecutter.name|loud}}/a": b"{{ cookiecutter.name|loud }}",
}


@pytest.mark.parametrize("files", [COPIER, COOKIECUTTER])
def test_refused_by_name_unless_trusted(files: dict[str, bytes]) -> None:
    with pytest.raises(TemplateInvalid, match=r"shout\.py:Shout|local_extensions\.loud") as refused:
        load(files)
    assert "--trust" in refused.value.fix


@pytest.mark.parametrize(
    ("files", "expected"),
    [(COPIER, {"SHOP": b"SHOP shop! SHOP"}), (COOKIECUTTER, {"SHOP/a": b"SHOP"})],
)
def test_trusted_extensions_work(files: dict[str, bytes], expected: dict[str, bytes]) -> None:
    before = list(sys.path)
    trusted = trusted_extensions(FileTree(files), wanted_extensions(FileTree(files)))
    rendered = render(load(files, trusted=trusted), {})
    assert {path: file.content for path, file in rendered.items()} == expected
    assert sys.path == before


@pytest.mark.parametrize(
    "name", ["ext/shout.py:Missing", "ext/shout.py:NoExtension", "ext/none.py:X", "../x.py:X", "no.such.Module", "x"]
)
def test_what_cannot_be_loaded_is_said(name: str) -> None:
    with pytest.raises(Invalid, match="extension"):
        trusted_extensions(FileTree(COPIER), (name,))


def test_trusted_code_reads_files_of_its_template_whenever_it_runs() -> None:
    code = (
        b"from pathlib import Path\nfrom jinja2.ext import Extension\n\nclass Versions(Extension):\n"
        b"    def __init__(self, environment):\n        super().__init__(environment)\n"
        b"        environment.globals['newest'] = Path(__file__).parent.joinpath('data', 'newest.txt').read_text()\n"
    )
    files = {
        "copier.yml": b"_jinja_extensions: ['versions.py:Versions']\n_exclude: [versions.py, data, copier.yml]",
        "versions.py": code,
        "data/newest.txt": b"3.14",
        "a.jinja": b"{{ newest }}",
    }
    trusted = trusted_extensions(FileTree(files), wanted_extensions(FileTree(files)))
    assert render(load(files, trusted=trusted), {})["a"].content == b"3.14"


def test_known_extensions_load_no_code() -> None:
    assert trusted_extensions(FileTree(COPIER), ("jinja2.ext.do", "jinja2_time.TimeExtension")) == {}
