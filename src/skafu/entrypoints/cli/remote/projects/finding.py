"""Finds the project that somebody names."""

from typing import Final
from uuid import UUID

from skafu.entrypoints.cli.remote.client import Client
from skafu.entrypoints.cli.remote.remote import chosen
from skafu.kernel.errors import NotFound

SOON: Final = (0.0, 0.2, 0.4, 0.8)
"""A project that is new may not be in the list yet."""


def project_id_of(client: Client, name: str) -> str:
    """The id of the project with a name or id.

    Raises:
        NotFound: the organisation has none.
    """
    if is_id(name):
        return name
    for seconds in SOON:
        client.wait(seconds)
        rows, _ = client.pages("/projects", {"name": name, "fields": "id,name"})
        if found := chosen(rows, name):
            return str(found["id"])
    raise NotFound(f"there is no project {name!r}", fix="skafu projects list shows them")


def is_id(text: str) -> bool:
    """Whether a text is an id, and no name."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
