"""All contexts of the platform, in the order in which they are built: who fills a port comes before who uses it."""

from skafu.server_bootstrap import github_part, observability_part, project_part
from skafu.server_bootstrap.site import PartMaker

MAKERS: tuple[PartMaker, ...] = (observability_part, github_part, project_part)
