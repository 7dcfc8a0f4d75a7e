"""Where a template is and where it goes to, as templates see both: the tools and the command say the same."""

from pathlib import Path

import pytest
from command_line import CommandLine
from cookiecutter_oracle import bake
from copier_oracle import copy_with_copier, read_tree, write_tree

COPIER = {
    "copier.yml": "_exclude: [copier.yml]\nname: x",
    "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}",
    "places.jinja": "{{ _copier_conf.src_path }} {{ _copier_conf.dst_path }} {{ _folder_name }}",
}
COOKIECUTTER = {
    "cookiecutter.json": '{"name": "shop"}',
    "{{cookiecutter.name}}/places": "{{ cookiecutter._template }} {{ cookiecutter._repo_dir }}"
    " {{ cookiecutter._output_dir }}",
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "settings.yml").write_text("{}")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))


def _here(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> None:
    """Stand in a folder of that name that is new, so that both sides have the same paths."""
    folder.mkdir()
    write_tree(folder / "template", files)
    (folder / "linked").symlink_to("template")
    monkeypatch.chdir(folder)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("template", "out"),
        ("./template/", "./out/"),
        ("linked", "new/deep/out"),
        ("../here/template", "new/../out"),
        ("template", "."),
    ],
)
def test_same_places(
    source: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skafu: CommandLine
) -> None:
    here = tmp_path / "here"
    for files, real in ((COPIER, copy_with_copier), (COOKIECUTTER, bake)):
        _here(here, monkeypatch, files)
        real(source, {}, Path(output))  # type: ignore[arg-type]
        expected = read_tree(here)
        here.rename(tmp_path / f"theirs-{len(files)}")
        _here(here, monkeypatch, files)
        ended = skafu("render", source, "--output", output, "--defaults")
        assert (ended.code, ended.errors) == (0, "")
        assert dict(read_tree(here)) == {path: file for path, file in expected.items() if "replay/" not in path}
        here.rename(tmp_path / f"ours-{len(files)}")
