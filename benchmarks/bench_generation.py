"""How long generating a system of three services takes, beside Copier rendering the same template."""

import shutil
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import copier

from benchmarks.figures import ROOT, Figure, timed, write_section
from skafu.blueprint import resolve
from skafu.bootstrap import project_of, read_blueprint, shipped_template
from skafu.catalog import SYSTEM, template_folder
from skafu.generation.view import view
from skafu.scaffold import render

EXAMPLE = ROOT / "examples" / "bookstore" / "skafu.yaml"


def main() -> None:
    """Measure in process, warm."""
    document = read_blueprint(EXAMPLE)
    text = EXAMPLE.read_text()
    answers = view(resolve(document.blueprint))
    template = shipped_template().compiled
    whole = timed(lambda: project_of(document, text))
    ours = timed(lambda: render(template, answers))
    theirs = timed(lambda: _copier(answers), runs=3)
    files = len(project_of(document, text))
    write_section(
        "Generation",
        [
            Figure(
                f"bookstore, 3 services, {files} files: resolve, view, render, format, lock",
                f"{whole * 1000:.0f} ms",
                "<= 150 ms",
                whole <= 0.15,
            ),
            Figure("rendering alone", f"{ours * 1000:.1f} ms"),
            Figure("Copier rendering the same template and answers", f"{theirs * 1000:.0f} ms"),
            Figure("Copier / Skafu, rendering", f"{theirs / ours:.0f}x"),
        ],
        f"In process, warm. The peer is Copier {version('copier')}, with the same template and answers; its output is"
        " byte for byte the same (a test compares them). Copier reads and writes folders, Skafu renders from memory to"
        " memory.",
    )


def _copier(answers: dict[str, object]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            copier.run_copy(
                str(template_folder(SYSTEM)), folder / "project", data=answers, defaults=True, quiet=True, unsafe=False
            )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
