"""The real Cookiecutter as the judge of the template engine: same template, same answers, same bytes."""

import warnings
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from compiled_once import compiled_once
from cookiecutter import main as real
from copier_oracle import read_tree

from skafu.scaffold import FileTree, Place, Value, load, render


def assert_same_as_cookiecutter(
    template_dir: Path, answers: Mapping[str, Value], tmp_path: Path, *, hooks: bool = True
) -> FileTree:
    """Render with Cookiecutter and with the engine, and compare bytes, executable bits, links and the set of paths.

    Args:
        template_dir: folder of the template, with cookiecutter.json.
        answers: given to both.
        tmp_path: an empty folder to write to.
        hooks: whether Cookiecutter runs its hooks.

    Returns:
        The tree that both agree on.
    """
    destination = tmp_path / "rendered"
    expected = bake(template_dir, answers, destination, hooks=hooks)
    place = Place(source=str(template_dir), destination=str(destination))
    rendered = render(load(read_tree(template_dir), kind="cookiecutter"), answers, place=place)
    differences = [
        f"{path}:\n  Cookiecutter: {expected.get(path)}\n  engine: {rendered.get(path)}"
        for path in sorted({*expected, *rendered})
        if expected.get(path) != rendered.get(path)
    ]
    assert not differences, "\n".join(differences)
    return rendered


def bake(template_dir: Path, answers: Mapping[str, Value], destination: Path, *, hooks: bool = True) -> FileTree:
    """Render with Cookiecutter, without its warnings and without the settings of whoever runs this."""
    destination.mkdir(parents=True, exist_ok=True)
    own = {"replay_dir": str(destination.parent / "replay"), "cookiecutters_dir": str(destination.parent / "cloned")}
    with warnings.catch_warnings(), compiled_once():
        warnings.simplefilter("ignore")
        real.cookiecutter(
            str(template_dir),
            no_input=True,
            extra_context=deepcopy(dict(answers)),
            output_dir=str(destination),
            default_config=own,
            accept_hooks=hooks,
        )
    return read_tree(destination)
