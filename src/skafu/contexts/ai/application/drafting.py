"""Drafts from recommendations: the changes made in a text, and the difference that a draft would make."""

import difflib
from collections.abc import Sequence
from typing import Final

import msgspec

from skafu.blueprint.changes import Change
from skafu.contexts.ai.application.aggregates import RECOMMENDATIONS, recommendation_stream
from skafu.contexts.ai.domain.commands import ApplyRecommendation, ProposeDraft
from skafu.contexts.ai.domain.events import RecommendationGenerated
from skafu.contexts.ai.domain.recommendation import Dismissed, NoRecommendation, NotGenerated, RecommendationDecided
from skafu.contexts.ai.ports import Reviewer
from skafu.kernel.errors import Conflict, Invalid, Refused
from skafu.kernel.identity import Origin, TenantId
from skafu.storage.blobs import BlobId
from skafu.storage.ledger import Ledger

MOST_LINES_COMPARED: Final = 20_000


class NoChangeKnown(Refused):
    """Only a person knows what to do about the finding."""


class FindingGone(Conflict):
    """The blueprint has changed, and the finding is not in it any more."""


class Applying(msgspec.Struct, frozen=True):
    """What making changes of recommendations needs."""

    ledger: Ledger
    reviewer: Reviewer

    async def apply(
        self,
        tenant: TenantId,
        recommendation_ids: Sequence[str],
        draft_id: str,
        *,
        origin: Origin,
        blueprint: str | None = None,
    ) -> str:
        """Make the changes of recommendations in a draft.

        Args:
            tenant: whose they are.
            recommendation_ids: one or more of one project.
            draft_id: of the new draft; the same when it is repeated.
            origin: who wants it.
            blueprint: the present text; without one, that which was analysed.

        Returns:
            The changed text.

        Raises:
            NoRecommendation: there is none of an id.
            RecommendationDecided: one was dismissed.
            NoChangeKnown: one has no change.
            FindingGone: one is about something that is not there any more.
        """
        wanted = [await self._generated(tenant, each) for each in recommendation_ids]
        if len({each.project_id for each in wanted}) != 1:
            raise Invalid("the recommendations are of different projects", fix="apply those of one project")
        base = blueprint if blueprint is not None else await self._text(tenant, wanted[0].blueprint)
        text = await self._changed(tenant, base, wanted)
        base_id = await self.ledger.blobs.put(tenant, base.encode())
        changed_id = await self.ledger.blobs.put(tenant, text.encode())
        analysis = wanted[0].analysis_id if len({each.analysis_id for each in wanted}) == 1 else ""
        draft = ProposeDraft(draft_id, wanted[0].project_id, base_id, changed_id, analysis, tuple(recommendation_ids))
        await self.ledger.commands.send(tenant, draft, origin=origin)
        for each in recommendation_ids:
            await self.ledger.commands.send(tenant, ApplyRecommendation(each, draft_id), origin=origin)
        return text

    async def _generated(self, tenant: TenantId, recommendation_id: str) -> RecommendationGenerated:
        stream = recommendation_stream(recommendation_id)
        state = (await self.ledger.commands.state(tenant, RECOMMENDATIONS, stream)).state
        if isinstance(state, NotGenerated):
            raise NoRecommendation(f"there is no recommendation {recommendation_id}")
        if isinstance(state, Dismissed):
            raise RecommendationDecided(
                f"recommendation {recommendation_id} was dismissed before", fix="ask for a new analysis"
            )
        generated: RecommendationGenerated = state.generated
        if generated.change is None:
            raise NoChangeKnown(
                f"recommendation {recommendation_id} has no change: {generated.without}", fix=generated.fix
            )
        return generated

    async def _changed(self, tenant: TenantId, base: str, wanted: Sequence[RecommendationGenerated]) -> str:
        """Make one change after the other; behind the first, places may have moved, and are found again."""
        text, analysed = base, await self._text(tenant, wanted[0].blueprint)
        for each in wanted:
            same = text == analysed and each.blueprint == wanted[0].blueprint
            change = each.change if same else await self._found_again(text, each)
            text = await self.reviewer.change(text, change or ())
        return text

    async def _found_again(self, text: str, wanted: RecommendationGenerated) -> tuple[Change, ...]:
        for advice in await self.reviewer.advise(text):
            if (advice.finding.code, advice.finding.path) == (wanted.code, wanted.place) and advice.change:
                return advice.change
        raise FindingGone(
            f"{wanted.code} at {wanted.place} is not in this blueprint any more", fix="ask for a new analysis"
        )

    async def _text(self, tenant: TenantId, blob: str) -> str:
        return (await self.ledger.blobs.get(tenant, BlobId(blob))).decode()


def difference(before: str, after: str) -> list[str]:
    """The lines that go and come, as `diff -u` shows them.

    Raises:
        Refused: the texts are too long to compare.
    """
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > 2 * MOST_LINES_COMPARED:
        raise Refused("the texts are too long to compare", fix="look at both of them")
    return list(difflib.unified_diff(old, new, "before", "after", lineterm=""))
