"""Finds the template that somebody names."""

from typing import Final

from skafu.entrypoints.cli.remote.client import Client
from skafu.entrypoints.cli.remote.projects.finding import is_id
from skafu.entrypoints.cli.remote.remote import chosen
from skafu.kernel.errors import NotFound

SOON: Final = (0.0, 0.2, 0.4, 0.8)
"""A template that is new may not be in the list yet."""
USUAL: Final = "system"
"""What projects are generated from unless somebody chooses; it is called by its name."""


def template_id_of(client: Client, name: str) -> str:
    """The id of the template with a name or id.

    Raises:
        NotFound: the organisation has none.
    """
    if is_id(name):
        return name
    for seconds in SOON:
        client.wait(seconds)
        rows, _ = client.pages("/templates", {"name": name, "fields": "id,name"})
        if found := chosen(rows, name):
            return str(found["id"])
    raise NotFound(f"there is no template {name!r}", fix="skafu templates list shows them")


def template_named(client: Client, name: str) -> str:
    """What a project says of the template that it is generated from.

    Raises:
        NotFound: there is none of this name.
    """
    return name if name == USUAL else template_id_of(client, name)
