"""Routes of API tokens."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter, Response

from skafu.contexts.identity.api.asked import SecretCall, asking_of, person_of
from skafu.contexts.identity.api.schemas import IssuedToken, TokenBody, TokenView
from skafu.contexts.identity.application.means import Means
from skafu.contexts.identity.application.projections import TOKENS
from skafu.contexts.identity.application.tokens import TokenWish, issue_token, revoke_token
from skafu.web_api.calls import ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing, nothing
from skafu.web_api.paging import Created, Fields, Pages
from skafu.web_api.routing import router


def token_routes(means: Means) -> APIRouter:
    """Issue, list and revoke."""
    routes = router("tokens")
    _having(routes, means)
    _issuing(routes, means)
    return routes


def _having(routes: APIRouter, means: Means) -> None:
    @routes.get("/tokens", summary="Tokens", response_model=Listing[TokenView], responses=errors_documented())
    async def list_tokens(call: ViewerCall, page: Pages, fields: Fields, made: Created) -> Response:
        """The tokens of the person who calls; an admin sees those of the organisation."""
        admin = call.principal.role == "admin"
        whose = None if admin else call.principal.user_id
        sorts = {"issued_at": ("issued_at",)}
        question = page.question(sorts=sorts, default="-issued_at", made=made.by("issued_at"), user_id=whose)
        found = await means.ledger.documents.find(call.tenant, TOKENS, question)
        rows = [TokenView.model_validate(each.body) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @routes.delete("/tokens/{token_id}", summary="Revoke a token", status_code=204, responses=errors_documented(404))
    async def revoke_a_token(token_id: UUID, call: ViewerCall) -> Response:
        """Let a token not work any more, from now on: your own, or as an admin anybody's."""
        principal = call.principal
        await revoke_token(
            means, call.tenant, principal.user_id, principal.role, str(token_id), asking_of(call), call.origin
        )
        return nothing()


def _issuing(routes: APIRouter, means: Means) -> None:
    @routes.post(
        "/tokens",
        summary="Issue a token",
        response_model=Answer[IssuedToken],
        status_code=201,
        responses=errors_documented(404),
    )
    async def issue_a_token(body: TokenBody, call: SecretCall) -> Response:
        """Issue a token of the person who calls. Its secret is in this answer, and nowhere else, ever."""
        user_id = person_of(call)
        token_id = str(call.id_for("token"))
        wish = TokenWish(body.name, body.role, tuple(body.scopes), call.now + timedelta(days=body.days))
        issued = await issue_token(means, call.tenant, user_id, token_id, wish, asking_of(call), call.origin)
        view = IssuedToken(
            token_id=token_id,
            name=issued.token.name,
            role=issued.token.role,
            scopes=list(issued.token.scopes),
            expires_at=issued.token.expires_at,
            token=issued.text or None,
        )
        return answer(call, view, status=201)
