"""The shipped templates, as the catalog has them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final
from uuid import UUID, uuid5

from skafu.catalog import template_folder
from skafu.contexts.template.adapters.inspecting import questions_of
from skafu.contexts.template.ports import Inspected, Shipped
from skafu.scaffold.formats import format_of
from skafu.workspace.folders import read_folder
from skafu.workspace.sources import catalog_names, summary_of

IDS: Final = UUID("0c2f6f4e-37a7-5a26-9d2b-3f1b7a0c9e55")
"""The name space of the ids of shipped templates: the same in every installation."""


class ShippedCatalog:
    """Reads the catalog once. Its templates are those of the program, and trusted as it is."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._inspected: dict[str, Inspected] = {}

    @cached_property
    def _all(self) -> tuple[Shipped, ...]:
        return tuple(
            Shipped(str(uuid5(IDS, name)), name, summary_of(name), read_folder(template_folder(name)))
            for name in sorted(catalog_names())
        )

    def shipped(self) -> Sequence[Shipped]:
        """See the port."""
        return self._all

    def inspected(self, shipped: Shipped) -> Inspected:
        """See the port."""
        if shipped.name not in self._inspected:
            found = Inspected(format_of(shipped.files), tuple(questions_of(shipped.files)))
            self._inspected[shipped.name] = found
        return self._inspected[shipped.name]
