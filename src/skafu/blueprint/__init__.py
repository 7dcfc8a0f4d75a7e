"""The blueprint: the one typed model that people and AI edit, and that everything else is a projection of.

`read` gives a `Document` or says everything that is wrong with its shape; `check` says what is wrong with its meaning;
`resolve` spells out every default, which is what generation and proof read; `write` gives canonical YAML.

Each name is imported when it is first asked for: who only needs the lock of a project does not wait for the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skafu.blueprint.document import Document
    from skafu.blueprint.findings import BlueprintInvalid, Finding, Position
    from skafu.blueprint.model import Blueprint
    from skafu.blueprint.reading import read
    from skafu.blueprint.resolution import check, resolve
    from skafu.blueprint.resolved import System
    from skafu.blueprint.schema import json_schema
    from skafu.blueprint.writing import write

__all__ = [
    "Blueprint",
    "BlueprintInvalid",
    "Document",
    "Finding",
    "Position",
    "System",
    "check",
    "json_schema",
    "read",
    "resolve",
    "write",
]

_HOMES = {
    "Blueprint": "model",
    "BlueprintInvalid": "findings",
    "Document": "document",
    "Finding": "findings",
    "Position": "findings",
    "System": "resolved",
    "check": "resolution",
    "json_schema": "schema",
    "read": "reading",
    "resolve": "resolution",
    "write": "writing",
}


def __getattr__(name: str) -> object:
    """Import a public name from its module (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
