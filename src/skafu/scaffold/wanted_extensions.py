"""Which extensions a template asks for, found without compiling it."""

import json

import yaml

from skafu.scaffold.formats import COOKIECUTTER, format_of
from skafu.scaffold.include_tag import documents, flat
from skafu.scaffold.sources import gather
from skafu.scaffold.tree import FileTree


def wanted_extensions(files: FileTree, kind: str | None = None) -> tuple[str, ...]:
    """Name the extensions of jinja2 that a template asks for, in order; none when its questions can't be read.

    Args:
        files: the template.
        kind: its format, when it could be of both.
    """
    sources = gather(files)
    try:
        if (kind or format_of(files)) == COOKIECUTTER:
            found = [json.loads(sources.text("cookiecutter.json") or "{}").get("_extensions", [])]
        else:
            text = next((sources.text(name) for name in ("copier.yml", "copier.yaml") if name in sources.followed), "")
            read = flat(documents(text or "", sources.text, sources.followed))
            found = [one.get("_jinja_extensions", []) for one in read if isinstance(one, dict)]
    except (ValueError, AttributeError, yaml.YAMLError):
        return ()
    return tuple(str(name) for names in found if isinstance(names, list) for name in names)
