"""Tells of which format a template is, by the files at its root."""

import re
from collections.abc import Iterable

COPIER = "copier"
COOKIECUTTER = "cookiecutter"

_QUESTIONS_OF_COPIER = re.compile(r"copier\.ya?ml$", re.IGNORECASE)


def has_manifest(paths: Iterable[str]) -> bool:
    """Tell whether there is a file that says what a template asks."""
    return any(path == "cookiecutter.json" or _QUESTIONS_OF_COPIER.match(path) for path in paths)


def format_of(paths: Iterable[str]) -> str:
    """Tell the format; a template with both files is Copier's, one with neither is plain files, also Copier's.

    Args:
        paths: paths of files from the root of the template.

    Example:
        >>> format_of(["cookiecutter.json", "{{cookiecutter.name}}/README.md"])
        'cookiecutter'
        >>> format_of(["README.md.jinja"])
        'copier'
    """
    tops = {path for path in paths if "/" not in path}
    if any(_QUESTIONS_OF_COPIER.match(path) for path in tops):
        return COPIER
    return COOKIECUTTER if "cookiecutter.json" in tops else COPIER
