"""The blueprint: the one typed model that people and AI edit, and that everything else is a projection of.

`read` gives a `Document` or says everything that is wrong with its shape; `check` says what is wrong with its meaning;
`resolve` spells out every default, which is what generation and proof read; `write` gives canonical YAML.
"""

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
