"""What a blueprint may say that is not generated yet: it is refused, never left out in silence."""

from collections.abc import Iterator

from skafu.blueprint.resolved import System
from skafu.kernel.errors import Refused


def refuse_what_is_missing(system: System) -> None:
    """Refuse a system that asks for something that is not generated yet.

    Raises:
        Refused: with every such element by its path.
    """
    if missing := list(_missing(system)):
        raise Refused(
            "this version does not generate " + "; ".join(missing), fix="take it out of the blueprint for now"
        )


def _missing(system: System) -> Iterator[str]:
    for service in system.services:
        home = f"services.{service.names.kebab}"
        yield from (f"hand-written folds ({home}.queries.{one.names.pascal})" for one in service.queries if one.yours)
