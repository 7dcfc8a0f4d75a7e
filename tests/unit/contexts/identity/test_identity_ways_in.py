"""Links that were tampered with, ways back from a provider, and from where people acted."""

from uuid import UUID

import pytest
from identity_in_memory import Village

from skafu.contexts.identity.application.audit import AuditFilter, audit_page
from skafu.contexts.identity.application.joining import Newcomer, enter_as_invited, enter_as_owner
from skafu.contexts.identity.application.links import invitation_of, invitation_text, owner_link
from skafu.contexts.identity.application.outside import come_back, flow_of
from skafu.contexts.identity.application.sessions import session_of
from skafu.contexts.identity.domain.errors import LinkNotUsable, NotInvited, OutsideSignInFailed
from skafu.contexts.identity.domain.organisations import RenameOrganisation
from skafu.contexts.identity.ports import Flow, OutsidePerson
from skafu.kernel.identity import TenantId

SECRET, OTHER = b"s" * 32, b"o" * 32


class Believer:
    """A provider that takes every code."""

    name = "believer"

    def __init__(self, *, mail: str = "ann@example.org", subject: str = "s-1") -> None:
        self.person = OutsidePerson("https://id.example", subject, mail, "Ann")

    async def address(self, flow: Flow, /) -> str:
        return flow.state

    async def identify(self, code: str, flow: Flow, /) -> OutsidePerson:
        del code, flow
        return self.person


async def test_a_link_is_worth_nothing_when_a_letter_of_it_was_changed() -> None:
    village = Village()
    link = await owner_link(village.means, village.asking().by_nobody())
    for place in (0, 10, 30, len(link) - 3):
        changed = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        with pytest.raises(LinkNotUsable):
            await enter_as_owner(village.means, changed, Newcomer(), village.asking())
    await enter_as_owner(village.means, link, Newcomer(), village.asking())


async def test_an_invitation_is_proven_by_its_own_secret() -> None:
    village = Village()
    ids = str(UUID(int=7)), str(UUID(int=8)), str(UUID(int=9))
    one, two = [await invitation_text(village.means.keyring, ids[0], each) for each in ids[1:]]
    assert await invitation_of(village.means.keyring, one) == (ids[0], ids[1])
    mixed = one[:43] + two[43:]
    assert await invitation_of(village.means.keyring, mixed) is None
    with pytest.raises(LinkNotUsable):
        await enter_as_invited(village.means, mixed, Newcomer(), village.asking())
    with pytest.raises(LinkNotUsable):
        await enter_as_invited(village.means, one, Newcomer(), village.asking())


async def test_who_has_not_begun_a_sign_in_does_not_come_back_from_it_whatever_the_provider_says() -> None:
    village = Village(providers={"believer": Believer()})
    owner = await village.owner()
    for secret, state in ((OTHER, flow_of(SECRET).state), (SECRET, ""), (b"", flow_of(SECRET).state)):
        with pytest.raises(OutsideSignInFailed):
            await come_back(village.means, "believer", "code", state, secret, "", village.asking())
    session = await come_back(village.means, "believer", "c", flow_of(SECRET).state, SECRET, "", village.asking())
    assert session.kept.user_id == owner.kept.user_id


async def test_who_was_known_by_a_provider_stays_that_person_when_their_mail_there_changes() -> None:
    village = Village(providers={"believer": Believer()})
    owner = await village.owner()
    state = flow_of(SECRET).state
    await come_back(village.means, "believer", "c", state, SECRET, "", village.asking())
    village.providers["believer"] = Believer(mail="new@example.org")
    again = await come_back(village.means, "believer", "c", state, SECRET, "", village.asking())
    assert again.kept.user_id == owner.kept.user_id
    village.providers["believer"] = Believer(mail="", subject="s-2")
    with pytest.raises(NotInvited):
        await come_back(village.means, "believer", "c", state, SECRET, "", village.asking())


async def test_the_trail_shows_from_where_a_session_acted_at_that_time() -> None:
    village = Village()
    owner = await village.owner()
    tenant = TenantId(owner.kept.organisation_id)
    for name, address in (("One", "192.0.2.1"), ("Two", "198.51.100.7"), ("Three", "198.51.100.7")):
        village.later(hours=1)
        await session_of(village.means, owner.secret, village.asking(address))
        origin = village.asking().by(owner.kept.user_id, owner.kept.session_id)
        await village.ledger.commands.send(tenant, RenameOrganisation(tenant, name), origin=origin)
    await village.worker.catch_up()
    wanted = AuditFilter(type="identity.OrganisationRenamed")
    rows = (await audit_page(village.storage.documents, tenant, wanted)).rows
    assert [row.address for row in rows] == ["198.51.100.7", "198.51.100.7", "192.0.2.1"]
    by_nobody = AuditFilter(type="identity.OrganisationCreated")
    assert [row.address for row in (await audit_page(village.storage.documents, tenant, by_nobody)).rows] == [""]
