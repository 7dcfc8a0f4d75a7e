"""How organisations are shown."""

from skafu.contexts.identity.api.schemas import OrganisationView
from skafu.contexts.identity.application.people import Membership


def organisation_view(membership: Membership) -> OrganisationView:
    """An organisation as one of its members sees it."""
    found = membership.organisation
    return OrganisationView(
        id=found.organisation_id,
        name=found.name,
        tier=found.tier,
        role=membership.role,
        members=len(found.members),
    )
