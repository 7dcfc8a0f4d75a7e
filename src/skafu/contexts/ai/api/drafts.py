"""Routes of drafts: propose, look, accept, discard."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from skafu.contexts.ai.api.schemas import DraftBody, DraftView, ReasonBody, WholeDraftView
from skafu.contexts.ai.application.aggregates import DRAFTS, draft_stream
from skafu.contexts.ai.application.drafting import Applying, difference
from skafu.contexts.ai.application.projections import DRAFT_LIST
from skafu.contexts.ai.domain.commands import AcceptDraft, DiscardDraft, ProposeDraft
from skafu.contexts.ai.domain.draft import Accepted, Discarded, Draft, NoDraft, NotProposed
from skafu.kernel.identity import TenantId
from skafu.storage.blobs import BlobId
from skafu.storage.ledger import Ledger
from skafu.web_api.calls import Call, DeveloperCall, IfMatch, ViewerCall
from skafu.web_api.envelope import Answer, Listing, answer, errors_documented, listing
from skafu.web_api.paging import Created, Fields, Pages

SORTS: dict[str, tuple[str, ...]] = {"created_at": ("created_at",)}


def draft_routes(router: APIRouter, applying: Applying) -> None:
    """Add the routes."""
    _proposing(router, applying)
    _looking(router, applying.ledger)
    _deciding(router, applying.ledger)


def _proposing(router: APIRouter, applying: Applying) -> None:
    @router.post(
        "/ai/drafts",
        status_code=201,
        response_model=Answer[WholeDraftView],
        responses=errors_documented(404, 409),
        summary="Propose a draft from recommendations or from changes",
        operation_id="propose_draft",
    )
    async def propose_draft(body: DraftBody, call: DeveloperCall) -> Response:
        """The changes are made in the text; comments and the order of keys stay."""
        draft_id = str(call.id_for("draft"))
        if body.recommendations:
            wanted = [str(each) for each in body.recommendations]
            await applying.apply(call.tenant, wanted, draft_id, origin=call.origin, blueprint=body.blueprint)
        else:
            await _from_changes(applying, body, call, draft_id)
        view, version = await whole_draft(applying.ledger, call.tenant, draft_id)
        return answer(call, view, status=201, version=version, location=f"/api/v1/ai/drafts/{draft_id}")


async def _from_changes(applying: Applying, body: DraftBody, call: Call, draft_id: str) -> None:
    base = body.blueprint or ""
    text = await applying.reviewer.change(base, tuple(each.change() for each in body.changes))
    base_id = await applying.ledger.blobs.put(call.tenant, base.encode())
    text_id = await applying.ledger.blobs.put(call.tenant, text.encode())
    command = ProposeDraft(draft_id, body.project_id, base_id, text_id)
    await applying.ledger.commands.send(call.tenant, command, origin=call.origin, key=call.key)


def _looking(router: APIRouter, ledger: Ledger) -> None:
    @router.get(
        "/ai/drafts",
        response_model=Listing[DraftView],
        responses=errors_documented(),
        summary="Drafts, the newest first",
        operation_id="list_drafts",
    )
    async def list_drafts(
        call: ViewerCall,
        page: Pages,
        fields: Fields,
        made: Created,
        project_id: Annotated[str | None, Query(max_length=100, description="Of this project only.")] = None,
        status: Annotated[Literal["open", "accepted", "discarded"] | None, Query(description="Only these.")] = None,
    ) -> Response:
        """All drafts of the organisation, without their texts."""
        question = page.question(sorts=SORTS, default="-created_at", made=made, project_id=project_id, status=status)
        found = await ledger.documents.find(call.tenant, DRAFT_LIST, question)
        rows = [DraftView.model_validate({**each.body, "id": each.key}) for each in found.documents]
        return listing(call, rows, limit=page.limit, following=found.next, fields=fields)

    @router.get(
        "/ai/drafts/{draft_id}",
        response_model=Answer[WholeDraftView],
        responses=errors_documented(404),
        summary="A draft with its text",
        operation_id="get_draft",
    )
    async def get_draft(draft_id: UUID, call: ViewerCall, fields: Fields) -> Response:
        """The proposed text, and how it differs from the one that it would replace."""
        view, version = await whole_draft(ledger, call.tenant, str(draft_id))
        return answer(call, view, version=version, fields=fields)


def _deciding(router: APIRouter, ledger: Ledger) -> None:
    @router.post(
        "/ai/drafts/{draft_id}/accept",
        response_model=Answer[DraftView],
        responses=errors_documented(404, 409, 412),
        summary="Accept a draft",
        operation_id="accept_draft",
    )
    async def accept_draft(draft_id: UUID, call: DeveloperCall, if_match: IfMatch) -> Response:
        """It is to become the blueprint of its project."""
        command = AcceptDraft(str(draft_id))
        outcome = await ledger.commands.send(
            call.tenant, command, origin=call.origin, key=call.key, if_version=if_match
        )
        return answer(call, _view(str(draft_id), outcome.state), version=outcome.version)

    @router.post(
        "/ai/drafts/{draft_id}/discard",
        response_model=Answer[DraftView],
        responses=errors_documented(404, 409, 412),
        summary="Discard a draft",
        operation_id="discard_draft",
    )
    async def discard_draft(draft_id: UUID, body: ReasonBody, call: DeveloperCall, if_match: IfMatch) -> Response:
        """It is of no use."""
        command = DiscardDraft(str(draft_id), body.reason)
        outcome = await ledger.commands.send(
            call.tenant, command, origin=call.origin, key=call.key, if_version=if_match
        )
        return answer(call, _view(str(draft_id), outcome.state), version=outcome.version)


async def whole_draft(ledger: Ledger, tenant: TenantId, draft_id: str) -> tuple[WholeDraftView, int]:
    """A draft with its text, and the version of its stream.

    Raises:
        NoDraft: there is none.
    """
    standing = await ledger.commands.state(tenant, DRAFTS, draft_stream(draft_id))
    view = _view(draft_id, standing.state)
    proposed = standing.state.proposed
    text = (await ledger.blobs.get(tenant, BlobId(proposed.blueprint))).decode()
    base = (await ledger.blobs.get(tenant, BlobId(proposed.base))).decode() if proposed.base else ""
    whole = WholeDraftView(**view.model_dump(), blueprint=text, difference=difference(base, text))
    return whole, standing.version


def _view(identifier: str, state: Draft) -> DraftView:
    if isinstance(state, NotProposed):
        raise NoDraft(f"there is no draft {identifier}")
    status: Literal["open", "accepted", "discarded"] = "open"
    if isinstance(state, Accepted):
        status = "accepted"
    elif isinstance(state, Discarded):
        status = "discarded"
    return DraftView(
        id=identifier,
        project_id=state.proposed.project_id,
        analysis_id=state.proposed.analysis_id,
        recommendations=list(state.proposed.recommendations),
        status=status,
    )
