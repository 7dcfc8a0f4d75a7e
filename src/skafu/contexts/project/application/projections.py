"""The read models of this context."""

from typing import Final

from skafu.contexts.project.application.causes import CAUSE_LIST
from skafu.contexts.project.application.listing import PROJECT_LIST
from skafu.contexts.project.application.run_listing import RUN_LIST

PROJECTIONS: Final = (PROJECT_LIST, RUN_LIST, CAUSE_LIST)
