"""Folders that stay without files are made as the tools make them."""

from pathlib import Path

import pytest
from cookiecutter_oracle import bake
from copier_oracle import copy_with_copier, read_tree, write_tree

from skafu.scaffold import File, Place, fill, load
from skafu.workspace.rendering import changes_of, write_rendered

COPIER = {
    "copier.yml": "_exclude: [copier.yml, out, '*.no']\nnil: ''\nname: n",
    "a/{{ nil }}": "",
    "a/b/{{ nil }}.jinja": "",
    "{{ name }}/x.no": "",
    "{{ nil }}/f": "",
    "out/f": "",
    "d/e/f": "",
    "g.jinja/{{ nil }}": "",
    "{% yield i from ['y', 'z'] %}{{ i }}{% endyield %}/{{ nil }}": "",
    "linked": File(b"", link="a"),
}
COOKIECUTTER = {
    "cookiecutter.json": '{"name": "shop", "no": ""}',
    "{{cookiecutter.name}}/a/{{cookiecutter.no}}": "",
    "{{cookiecutter.name}}/{{cookiecutter.name}}/b/{{cookiecutter.no}}": "",
    "{{cookiecutter.name}}/c/d": "",
    "{{cookiecutter.name}}/emptied/x/y": "",
    "{{cookiecutter.name}}/removed/x/{{cookiecutter.no}}": "",
    "{{cookiecutter.name}}/linked": File(b"", link="c"),
    "hooks/post_gen_project.py": (
        "import os, shutil\nos.remove('emptied/x/y')\nshutil.rmtree('removed')\nos.mkdir('made')\n"
    ),
}


def _folders(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir() and not path.is_symlink()}


@pytest.mark.parametrize("files", [COPIER, COOKIECUTTER], ids=["copier", "cookiecutter"])
def test_same_folders(files: dict[str, str | bytes | File], tmp_path: Path) -> None:
    template = write_tree(tmp_path / "template", files)
    if files is COPIER:
        copy_with_copier(template, {}, tmp_path / "theirs")
    else:
        bake(template, {}, tmp_path / "theirs")
    rendered = fill(load(read_tree(template)), {}, place=Place(source=str(template)))
    write_rendered(rendered, tmp_path / "ours", changes_of(rendered, tmp_path / "ours"))
    assert _folders(tmp_path / "ours") == _folders(tmp_path / "theirs")
    assert dict(read_tree(tmp_path / "ours")) == dict(read_tree(tmp_path / "theirs"))
