"""Questions to the read models, and what is on record of one person."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from skafu.contexts.identity.application.audit import AuditFilter, audit_rows
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import memberships_of, user_of
from skafu.contexts.identity.application.projections import PEOPLE, PLACES, TOKENS
from skafu.contexts.identity.application.sessions import sessions_of
from skafu.kernel.identity import SYSTEM, TenantId
from skafu.storage.documents import FIRST_PAGE, Collection, Query

MOST_ROWS = 10_000
"""Rows of the audit trail in the export of one person, for each organisation."""


class Named(msgspec.Struct, frozen=True):
    """How a person is called; empty for whom nobody knows any more."""

    name: str = ""
    mail: str = ""


async def names_of(means: Means, user_ids: Sequence[str]) -> Mapping[str, Named]:
    """Names and addresses of persons, as the read model has them."""
    found = await means.ledger.documents.get(SYSTEM, PEOPLE, list(dict.fromkeys(user_ids)))
    return {key: msgspec.convert(each.body, Named) for key, each in found.items()}


async def exported(means: Means, user_id: str, now: datetime) -> dict[str, object]:
    """All that is kept of a person, in plain JSON; hashes and secrets are left out."""
    user = await user_of(means, user_id)
    memberships = await memberships_of(means, user)
    sessions = await sessions_of(means, user_id, now)
    return {
        "exported_at": now.isoformat(),
        "person": {
            "user_id": user.user_id,
            "name": user.name,
            "mail": user.mail,
            "password": bool(user.credential_id),
            "providers": [{"issuer": issuer, "subject": subject} for issuer, subject in user.outside],
        },
        "sessions": [
            {
                "session_id": each.session_id,
                "organisation_id": each.organisation_id,
                "started_at": each.started_at.isoformat(),
                "seen_at": each.seen_at.isoformat(),
                "addresses": list(each.addresses),
            }
            for each in sessions
        ],
        "failed_sign_ins": await _failed_sign_ins(means, user_id),
        "organisations": [
            await _in_organisation(means, each.organisation.organisation_id, each.organisation.name, each.role, user_id)
            for each in memberships
        ],
    }


async def _failed_sign_ins(means: Means, user_id: str) -> list[dict[str, object]]:
    recorded = await means.ledger.events.read_stream(SYSTEM, f"sign_in-{user_id}")
    return [{"at": each.recorded_at.isoformat(), **msgspec.to_builtins(each.event)} for each in recorded]


async def _in_organisation(means: Means, organisation_id: str, name: str, role: str, user_id: str) -> dict[str, object]:
    tenant = TenantId(organisation_id)
    tokens = await _all_of(means, tenant, TOKENS, Query(where={"user_id": user_id}, order=("issued_at",)))
    places = await _all_of(means, tenant, PLACES, Query(where={"user_id": user_id}, order=("began_at",)))
    return {
        "organisation_id": organisation_id,
        "name": name,
        "role": role,
        "tokens": tokens,
        "sign_ins": places,
        "actions": [
            msgspec.to_builtins(row)
            async for row in audit_rows(means.ledger.documents, tenant, AuditFilter(actor=user_id), most=MOST_ROWS)
        ],
    }


async def _all_of(means: Means, tenant: TenantId, collection: Collection, query: Query) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    after = FIRST_PAGE
    while True:
        page = msgspec.structs.replace(query, limit=500, after=after)
        found = await means.ledger.documents.find(tenant, collection, page)
        rows += [dict(each.body) for each in found.documents]
        if found.next is None:
            return rows
        after = found.next
