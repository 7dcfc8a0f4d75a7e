"""Checks that every name in a template is known, and that every question is used."""

from collections.abc import Iterator
from difflib import get_close_matches

from skafu.scaffold.checking.findings import Finding
from skafu.scaffold.checking.names import (
    Use,
    bound_names,
    free_names,
    guarded_names,
    is_taken_whole,
    loading_of,
    repeated_names,
    variables_of_cookiecutter,
)
from skafu.scaffold.checking.pieces import Piece
from skafu.scaffold.cookiecutter_json import FILE, line_of
from skafu.scaffold.cookiecutter_template import CookiecutterTemplate
from skafu.scaffold.copier_template import CopierTemplate
from skafu.scaffold.template import Template

_OF_COPIER = frozenset(
    {
        *("_copier_answers", "_copier_conf", "_copier_phase", "_copier_operation", "_copier_python", "_external_data"),
        *(
            "_folder_name",
            "_stage",
            "_version_from",
            "_version_to",
            "_version_current",
            "UNSET",
            "self",
            "loop",
            "caller",
        ),
    }
)
_OF_COOKIECUTTER = frozenset({"_template", "_output_dir", "_repo_dir", "_checkout", *dir(dict)})


def check_variables(template: Template, pieces: tuple[Piece, ...], given: frozenset[str]) -> Iterator[Finding]:
    """Say which names are undefined, and which questions nothing uses.

    Args:
        template: the template.
        pieces: its texts.
        given: further names that are given as answers.
    """
    if isinstance(template, CopierTemplate):
        yield from _of_copier(template, pieces, given)
    else:
        yield from _of_cookiecutter(template, pieces)


def _of_copier(template: CopierTemplate, pieces: tuple[Piece, ...], given: frozenset[str]) -> Iterator[Finding]:
    names = [question.name for question in template.questions]
    known = {*names, *given, *_OF_COPIER, *template.environment.globals}
    known |= {name for piece in pieces for name in guarded_names(piece)}
    inherited, is_loaded = _inherited(pieces)
    uses = [use for piece in pieces for use in free_names(piece)]
    for use in uses:
        around = repeated_names(use.file) | (inherited if is_loaded(use.file) else set())
        if use.name not in known | around:
            yield _undefined(use, use.name, names, "warning", "it renders to nothing")
    used = {use.name for use in uses}
    whole = any(use.name in {"_copier_answers", "_copier_conf"} for use in uses if not use.file.startswith("copier."))
    answers_file = template.settings.answers_file
    for question in template.questions:
        if question.name not in used and not (whole and "answers" not in answers_file):
            yield Finding(
                "unused",
                "warning",
                f"nothing uses the answer to {question.name!r}",
                template.settings.file,
                question.line or 0,
                "use it in a file or a path, or remove the question",
            )


def _inherited(pieces: tuple[Piece, ...]) -> tuple[set[str], "_Loaded"]:
    """Give the names that a file may have from the one that includes it, and tells which files are included."""
    loadings = [(piece, loading_of(piece)) for piece in pieces]
    loading = [(piece, one) for piece, one in loadings if one.files or one.any_file]
    names = {name for piece, _ in loading for name in bound_names(piece) | repeated_names(piece.file)}
    files = frozenset(file for _, one in loading for file in one.files)
    rendered = frozenset(piece.file for piece in pieces if piece.rendered)
    return names, _Loaded(files, rendered, any_file=any(one.any_file for _, one in loading))


class _Loaded:
    """Tells whether a file may be included by another."""

    def __init__(self, files: frozenset[str], rendered: frozenset[str], *, any_file: bool) -> None:
        self._files = files
        self._rendered = rendered
        self._any_file = any_file

    def __call__(self, path: str) -> bool:
        return path in self._files or path not in self._rendered or self._any_file


def _of_cookiecutter(template: CookiecutterTemplate, pieces: tuple[Piece, ...]) -> Iterator[Finding]:
    names = [name for name in template.manifest.variables if name != "__prompts__"]
    uses = [use for piece in pieces for use in variables_of_cookiecutter(piece)]
    guarded = {name for piece in pieces for name in guarded_names(piece)}
    for use in uses:
        if use.name not in {*names, *guarded, *_OF_COOKIECUTTER}:
            yield _undefined(use, f"cookiecutter.{use.name}", names, "error", "rendering stops there")
    bare = {"cookiecutter", "_cookiecutter", "self", "loop", "caller", *template.environment.globals}
    inherited, is_loaded = _inherited(pieces)
    for use in (use for piece in pieces for use in free_names(piece)):
        around = inherited if is_loaded(use.file) else set()
        if use.name not in {*bare, *guarded, *around}:
            yield _undefined(use, use.name, names, "error", "rendering stops there")
    used = {use.name for use in uses}
    text = template.sources.text(FILE) or ""
    own = [name for name in names if not name.startswith("_") and name not in {"template", "templates"}]
    for name in own if not is_taken_whole(pieces) else ():
        if name not in used:
            message = f"nothing uses the variable {name!r}"
            yield Finding("unused", "warning", message, FILE, line_of(name, text) or 0, "use it, or remove it")


def _undefined(use: Use, shown: str, names: list[str], severity: str, so: str) -> Finding:
    near = get_close_matches(use.name, names, n=1)
    fix = f"did you mean {near[0]!r}?" if near else "add a question of this name, or write `is defined` around it"
    message = f"{shown!r} is no question and nothing that the format gives: {so}"
    return Finding("undefined", "error" if severity == "error" else "warning", message, use.file, use.line, fix)
