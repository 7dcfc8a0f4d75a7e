"""What can be wrong with a blueprint although every name in it is known."""

from collections.abc import Callable

from skafu.blueprint.checking.access import check_access
from skafu.blueprint.checking.flow import check_flow
from skafu.blueprint.checking.loops import check_loops
from skafu.blueprint.checking.names import check_names
from skafu.blueprint.checking.queries import check_queries
from skafu.blueprint.checking.reactions import check_reactions
from skafu.blueprint.checking.routes import check_routes
from skafu.blueprint.checking.stacks import check_stacks
from skafu.blueprint.checking.storage import check_storage
from skafu.blueprint.resolved import System
from skafu.blueprint.resolving.context import Context

CHECKS: tuple[Callable[[Context, System], None], ...] = (
    check_names,
    check_flow,
    check_storage,
    check_queries,
    check_access,
    check_routes,
    check_reactions,
    check_loops,
    check_stacks,
)
"""Each looks at the blueprint and at what could be resolved of it, and notes what it finds."""
