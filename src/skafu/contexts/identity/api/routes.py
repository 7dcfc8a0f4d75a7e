"""All routes of identity."""

from datetime import timedelta

import msgspec
from fastapi import APIRouter, Response

from skafu.contexts.identity.api.admin_routes import admin_routes
from skafu.contexts.identity.api.audit_routes import audit_routes
from skafu.contexts.identity.api.auth_routes import auth_routes
from skafu.contexts.identity.api.cookies import Cookies
from skafu.contexts.identity.api.me_routes import me_routes
from skafu.contexts.identity.api.member_routes import member_routes
from skafu.contexts.identity.api.organisation_routes import organisation_routes
from skafu.contexts.identity.api.provider_routes import provider_routes
from skafu.contexts.identity.api.token_routes import token_routes
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.quotas import StoredQuotas


def routes(means: Means, quotas: StoredQuotas, *, secure: bool, lasts: timedelta) -> APIRouter:
    """The routes below /api/v1.

    Args:
        means: what the application works with.
        quotas: what organisations use.
        secure: whether people reach the server by https alone.
        lasts: how long an access token holds.
    """
    cookies = Cookies(secure)
    together = APIRouter()
    for each in (
        auth_routes(means, cookies, lasts),
        provider_routes(means, cookies),
        me_routes(means),
        organisation_routes(means, quotas),
        member_routes(means),
        token_routes(means),
        audit_routes(means),
        admin_routes(means),
    ):
        together.routes.extend(each.routes)
    return together


def key_routes(means: Means) -> APIRouter:
    """The place where others find the keys that sign access tokens (RFC 8615)."""
    root = APIRouter(tags=["sign-in"])

    @root.get(
        "/.well-known/jwks.json",
        operation_id="get_keys",
        summary="Keys of access tokens",
        response_class=Response,
        responses={200: {"content": {"application/jwk-set+json": {"schema": {"type": "object"}}}}},
    )
    async def get_keys() -> Response:
        """The public keys that sign access tokens, those to come included."""
        return await _keys(means)

    return root


async def _keys(means: Means) -> Response:
    found = await means.access_tokens.key_set(means.ledger.clock())
    return Response(
        msgspec.json.encode(found),
        media_type="application/jwk-set+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )
