"""All contexts of the platform, in the order in which they are built: who fills a port comes before who uses it."""

from skafu.server_bootstrap import (
    ai_part,
    github_part,
    identity_part,
    observability_part,
    processes_part,
    project_part,
    template_part,
)
from skafu.server_bootstrap.site import PartMaker

MAKERS: tuple[PartMaker, ...] = (
    observability_part,
    identity_part,
    template_part,
    ai_part,
    github_part,
    project_part,
    processes_part,
)
