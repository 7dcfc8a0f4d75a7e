"""The shipped templates, as the catalog has them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final
from uuid import UUID, uuid5

from skafu.catalog import SYSTEM, template_folder
from skafu.contexts.template.ports import Shipped
from skafu.workspace.folders import read_folder

IDS: Final = UUID("0c2f6f4e-37a7-5a26-9d2b-3f1b7a0c9e55")
"""The name space of the ids of shipped templates: the same in every installation."""
SUMMARIES: Final = {SYSTEM: "A whole system on AWS, generated from a blueprint."}


class ShippedCatalog:
    """Reads the catalog once."""

    @cached_property
    def _all(self) -> tuple[Shipped, ...]:
        return tuple(
            Shipped(str(uuid5(IDS, name)), name, SUMMARIES[name], read_folder(template_folder(name)))
            for name in sorted(SUMMARIES)
        )

    def shipped(self) -> Sequence[Shipped]:
        """See the port."""
        return self._all
