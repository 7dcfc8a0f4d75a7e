"""Who calls: by an access token, an API token, or the session of a browser."""

from datetime import datetime

import msgspec

from skafu.contexts.identity.application.asking import Asking
from skafu.contexts.identity.application.changes import RecentChanges
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.people import membership_of, token_of
from skafu.contexts.identity.application.sessions import kept_session, session_of
from skafu.contexts.identity.domain.api_tokens import NoteAddress, Token
from skafu.contexts.identity.domain.roles import lower_of
from skafu.contexts.identity.domain.secret_texts import TOKEN_PREFIX, matches, read_token
from skafu.contexts.identity.domain.sessions import KeptSession
from skafu.contexts.identity.ports import Claims
from skafu.kernel.identity import Actor, Origin, TenantId
from skafu.web_api.principal import Credentials, Principal


class StoredAuthenticator:
    """Fills `Authenticator`.

    API tokens and sessions are looked up at each request, so that what is revoked stops at once. An access token is
    taken at its word, unless something has changed lately for its person: then it is looked up as well, once for each
    change.
    """

    def __init__(self, means: Means, changes: RecentChanges) -> None:
        """Look people up with these means, and trust access tokens that no change touches."""
        self._means = means
        self._changes = changes

    async def authenticate(self, credentials: Credentials, /) -> Principal | None:
        """Who shows these credentials; a bearer counts alone when there is one."""
        if credentials.bearer.startswith(TOKEN_PREFIX):
            return await self._by_token(credentials.bearer, credentials.address)
        if credentials.bearer:
            return await self._by_access(credentials.bearer)
        if credentials.session:
            return await self._by_session(credentials.session, credentials.address)
        return None

    async def _by_access(self, text: str) -> Principal | None:
        now = self._means.ledger.clock()
        claims = await self._means.access_tokens.read(text, now)
        if claims is not None and self._changes.touch(claims, now):
            claims = self._changes.known(claims) or await self._as_it_stands(claims, now)
        return None if claims is None else principal_of(claims)

    async def _as_it_stands(self, signed: Claims, now: datetime) -> Claims | None:
        """What the person of an access token may do now, where it was signed for."""
        mark = self._changes.mark
        kept = await kept_session(self._means, signed.session_id)
        if kept is None or not kept.lasts(now):
            return None
        stands = await claims_of(self._means, msgspec.structs.replace(kept, organisation_id=signed.org_id))
        if stands is not None:
            self._changes.found(signed, stands, mark)
        return stands

    async def _by_token(self, text: str, address: str) -> Principal | None:
        shown = read_token(text)
        token = await token_of(self._means, shown.organisation_id, shown.token_id) if shown else None
        if shown is None or token is None or not matches(shown.secret, token.digest):
            return None
        if not token.works(self._means.ledger.clock()):
            return None
        membership = await membership_of(self._means, token.user_id, shown.organisation_id)
        if membership is None:
            return None
        tenant = TenantId(shown.organisation_id)
        await self._note(token, tenant, address)
        role, tier = lower_of(token.role, membership.role), membership.organisation.tier
        return Principal(token.user_id, tenant, role, tier, "token", token.token_id, scopes=token.scopes)

    async def _note(self, token: Token, tenant: TenantId, address: str) -> None:
        if address not in token.addresses:
            request_id = self._means.ledger.new_id()
            origin = Origin(Actor("token", token.token_id), request_id, request_id)
            await self._means.ledger.commands.send(tenant, NoteAddress(token.token_id, address), origin=origin)

    async def _by_session(self, text: str, address: str) -> Principal | None:
        asking = Asking(self._means.ledger.clock(), address, self._means.ledger.new_id())
        kept = await session_of(self._means, text, asking)
        claims = None if kept is None else await claims_of(self._means, kept)
        return None if claims is None else principal_of(claims)


async def claims_of(means: Means, kept: KeptSession) -> Claims | None:
    """What a session may do now; nothing when its person does not belong to its organisation any more."""
    membership = await membership_of(means, kept.user_id, kept.organisation_id)
    if membership is None:
        return None
    return Claims(kept.user_id, kept.organisation_id, membership.role, membership.organisation.tier, kept.session_id)


def principal_of(claims: Claims) -> Principal:
    """A person in their organisation."""
    return Principal(claims.user_id, TenantId(claims.org_id), claims.role, claims.tier, session_id=claims.session_id)
