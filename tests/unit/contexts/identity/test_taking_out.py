"""Who is to be forgotten is taken out by the work, when the request for it broke off."""

from identity_in_memory import Village

from skafu.contexts.identity.application.erasing import erase_person
from skafu.contexts.identity.domain.users import RequestErasure
from skafu.kernel.identity import SYSTEM, TenantId


async def test_the_work_does_what_the_request_left_undone() -> None:
    village = Village()
    ann = (await village.owner()).kept
    origin = village.asking().by(ann.user_id)
    await village.ledger.commands.send(SYSTEM, RequestErasure(ann.user_id), origin=origin)

    await erase_person(village.means, village.eraser, ann.user_id, origin, ())

    async def last(stream: str) -> str:
        tenant = TenantId(ann.organisation_id)
        return type((await village.storage.events.read_stream(tenant, stream))[-1].event).__name__

    assert await last(f"organisation-{ann.organisation_id}") == "OrganisationClosed"
    assert await last(f"session-{ann.session_id}") == "SessionEnded"
