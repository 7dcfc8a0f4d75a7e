"""Names of projects, and the ids that follow from them."""

import re
from typing import Final
from uuid import UUID, uuid5

from skafu.contexts.project.domain.errors import ProjectNameInvalid
from skafu.kernel.identity import TenantId

KEBAB: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LONGEST: Final = 40

_PROJECTS: Final = UUID("5b1f6a52-9f0e-5c36-8d5a-64b1a4c3f7d0")
_SHAPE: Final = re.compile(KEBAB, re.ASCII)


def checked_project_name(name: str) -> str:
    """Let a name pass that is in kebab-case.

    Raises:
        ProjectNameInvalid: it is not, or is too long.
    """
    if len(name) > LONGEST or not _SHAPE.fullmatch(name):
        raise ProjectNameInvalid(name)
    return name


def project_id_of(tenant: TenantId, name: str) -> str:
    """The id of the project that has this name in an organisation.

    It follows from the name, so that the stream of the project is what keeps names unique.
    """
    return str(uuid5(_PROJECTS, f"{tenant} {name}"))
