"""All contexts of the platform, in the order in which they are built: who fills a port comes before who uses it."""

<<<<<<< HEAD
from skafu.server_bootstrap import identity
from skafu.server_bootstrap.site import PartMaker

MAKERS: tuple[PartMaker, ...] = (identity,)
=======
from skafu.server_bootstrap import observability_part
from skafu.server_bootstrap.site import PartMaker

MAKERS: tuple[PartMaker, ...] = (observability_part,)
>>>>>>> main
