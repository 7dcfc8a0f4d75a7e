"""The rules of analyses, recommendations, drafts, generated code and budgets, told as stories."""

import msgspec
import pytest
from decider_scenarios import given

from skafu.contexts.ai.domain import analysis, budget, draft, generation, recommendation, usage
from skafu.contexts.ai.domain import commands as c
from skafu.contexts.ai.domain import events as e
from skafu.contexts.ai.domain.analysis import AnalysisIdTaken, NoAnalysis
from skafu.contexts.ai.domain.draft import DraftDecided, DraftIdTaken, NoDraft
from skafu.contexts.ai.domain.generation import GenerationIdTaken
from skafu.contexts.ai.domain.recommendation import NoRecommendation, RecommendationDecided
from skafu.kernel.errors import Invalid

ASK = c.RequestAnalysis("a", "p", "description", "text-blob", "rules")
ASKED = e.AIAnalysisRequested("a", "p", "description", "text-blob", "rules")
STEP = e.AnalysisStepTaken("a", 1, "intake", "3 sentences")
COMPLETE = c.CompleteAnalysis("a", "blob", "d", 2, ("Which?",), 7, cached=False)
COMPLETED = e.AIAnalysisCompleted("a", "p", "blob", "d", 2, ("Which?",), 7, cached=False)
FAILED = e.AIAnalysisFailed("a", "p", "INVALID", "no words", "say more")
GENERATE = c.GenerateRecommendation(
    "r", "a", "p", "blob", "unknown_event", "error", "services.x", 3, "message", "reason", "fix", None, "without"
)
GENERATED = e.RecommendationGenerated(**{name: getattr(GENERATE, name) for name in GENERATE.__struct_fields__})
PROPOSE = c.ProposeDraft("d", "p", "base", "blob", "a", ("r",))
PROPOSED = e.DraftProposed("d", "p", "base", "blob", "a", ("r",))
RECORD = c.RecordCodeGenerated("g", "p", "d", "digest", 12, "tree")
RESERVE = c.ReserveTokens("2026-11", "call", "model", 60, 100)
RESERVED = e.TokensReserved("2026-11", "call", "model", 60)


class TestAnAnalysis:
    def test_is_asked_for_once(self) -> None:
        given(analysis).when(ASK).then(ASKED)
        given(analysis, ASKED).when(ASK).then()
        given(analysis, ASKED, COMPLETED).when(ASK).then()

    def test_is_one_of_one_text(self) -> None:
        other = msgspec.structs.replace(ASK, text="other")
        given(analysis, ASKED).when(other).then_refused(AnalysisIdTaken, "another text")

    def test_takes_steps_in_order_and_each_once(self) -> None:
        step = c.RecordStep("a", 1, "intake", "3 sentences")
        given(analysis, ASKED).when(step).then(STEP)
        given(analysis, ASKED, STEP).when(step).then()
        given(analysis, ASKED).when(msgspec.structs.replace(step, number=2)).then_refused(Invalid, "comes after")

    def test_says_no_more_than_people_read(self) -> None:
        step = c.RecordStep("a", 1, "intake", "x" * 2000)
        given(analysis, ASKED).when(step).then(e.AnalysisStepTaken("a", 1, "intake", "x" * 500))

    def test_ends_once(self) -> None:
        fail = c.FailAnalysis("a", "INVALID", "no words", "say more")
        given(analysis, ASKED, STEP).when(COMPLETE).then(COMPLETED)
        given(analysis, ASKED).when(fail).then(FAILED)
        given(analysis, ASKED, COMPLETED).when(fail).then()
        given(analysis, ASKED, FAILED).when(COMPLETE).then()
        given(analysis, ASKED, FAILED).when(c.RecordStep("a", 1, "late", "")).then()

    def test_that_nobody_asked_for_does_not_end(self) -> None:
        given(analysis).when(COMPLETE).then_refused(NoAnalysis)


class TestARecommendation:
    def test_is_generated_once(self) -> None:
        given(recommendation).when(GENERATE).then(GENERATED)
        given(recommendation, GENERATED).when(GENERATE).then()

    def test_is_applied_or_dismissed(self) -> None:
        apply, dismiss = c.ApplyRecommendation("r", "d"), c.DismissRecommendation("r", "fine")
        applied, dismissed = e.RecommendationApplied("r", "d"), e.RecommendationDismissed("r", "fine")
        given(recommendation, GENERATED).when(apply).then(applied)
        given(recommendation, GENERATED).when(dismiss).then(dismissed)
        given(recommendation, GENERATED, applied).when(apply).then()
        given(recommendation, GENERATED, dismissed).when(dismiss).then()
        given(recommendation, GENERATED, applied).when(dismiss).then_refused(RecommendationDecided, "was applied")
        given(recommendation, GENERATED, dismissed).when(apply).then_refused(RecommendationDecided, "was dismissed")

    def test_may_be_applied_to_another_draft_too(self) -> None:
        applied = e.RecommendationApplied("r", "d")
        other = c.ApplyRecommendation("r", "d2")
        given(recommendation, GENERATED, applied).when(other).then(e.RecommendationApplied("r", "d2"))

    def test_that_is_not_there_is_not_applied(self) -> None:
        given(recommendation).when(c.ApplyRecommendation("r", "d")).then_refused(NoRecommendation)


class TestADraft:
    def test_is_proposed_once(self) -> None:
        given(draft).when(PROPOSE).then(PROPOSED)
        given(draft, PROPOSED).when(PROPOSE).then()
        other = msgspec.structs.replace(PROPOSE, blueprint="other")
        given(draft, PROPOSED).when(other).then_refused(DraftIdTaken)

    def test_is_accepted_or_discarded(self) -> None:
        accepted, discarded = e.DraftAccepted("d", "p", "blob"), e.DraftDiscarded("d", "no")
        given(draft, PROPOSED).when(c.AcceptDraft("d")).then(accepted)
        given(draft, PROPOSED).when(c.DiscardDraft("d", "no")).then(discarded)
        given(draft, PROPOSED, accepted).when(c.AcceptDraft("d")).then()
        given(draft, PROPOSED, accepted).when(c.DiscardDraft("d", "no")).then_refused(DraftDecided, "accepted")
        given(draft, PROPOSED, discarded).when(c.AcceptDraft("d")).then_refused(DraftDecided, "discarded")
        given(draft).when(c.AcceptDraft("d")).then_refused(NoDraft)


def test_generated_code_is_on_record_once() -> None:
    event = e.CodeGenerated("g", "p", "d", "digest", 12, "tree")
    given(generation).when(RECORD).then(event)
    given(generation, event).when(RECORD).then()
    other = msgspec.structs.replace(RECORD, digest="other")
    given(generation, event).when(other).then_refused(GenerationIdTaken)


class TestAMonth:
    def test_sets_aside_what_a_call_may_use_and_settles_what_it_used(self) -> None:
        state = given(usage).when(RESERVE).then(RESERVED)
        assert (state.spoken_for, state.used) == (60, 0)
        settle = c.SettleTokens("2026-11", "call", 45)
        state = given(usage, RESERVED).when(settle).then(e.TokensUsed("2026-11", "call", "model", 45))
        assert (state.spoken_for, state.used, state.allows("call")) == (45, 45, True)

    def test_a_repeated_call_is_the_same_call(self) -> None:
        used = e.TokensUsed("2026-11", "call", "model", 45)
        given(usage, RESERVED).when(RESERVE).then()
        given(usage, RESERVED, used).when(RESERVE).then()
        given(usage, RESERVED, used).when(c.SettleTokens("2026-11", "call", 45)).then()

    def test_no_call_begins_that_the_budget_does_not_reach_for(self) -> None:
        second = msgspec.structs.replace(RESERVE, call_id="second")
        limit = e.AILimitReached("2026-11", 100, 60, 60)
        state = given(usage, RESERVED).when(second).then(limit)
        assert not state.allows("second")

    def test_the_limit_is_told_once_and_smaller_calls_go_on(self) -> None:
        limit = e.AILimitReached("2026-11", 100, 60, 60)
        second = msgspec.structs.replace(RESERVE, call_id="second")
        small = msgspec.structs.replace(RESERVE, call_id="small", tokens=40)
        given(usage, RESERVED, limit).when(second).then()
        given(usage, RESERVED, limit).when(small).then(e.TokensReserved("2026-11", "small", "model", 40))

    def test_what_costs_nothing_is_always_allowed(self) -> None:
        free = msgspec.structs.replace(RESERVE, call_id="free", tokens=0, budget=0)
        given(usage, RESERVED).when(free).then(e.TokensReserved("2026-11", "free", "model", 0))


@pytest.mark.parametrize("tokens", [-1, 10_000_000_001])
def test_a_budget_has_bounds(tokens: int) -> None:
    given(budget).when(c.SetAIBudget(tokens)).then_refused(Invalid)


def test_a_budget_is_set_once() -> None:
    given(budget).when(c.SetAIBudget(5)).then(e.AIBudgetSet(5))
    given(budget, e.AIBudgetSet(5)).when(c.SetAIBudget(5)).then()


def test_changes_are_read_back_from_the_store_as_they_were() -> None:
    from skafu.blueprint.changes import AddItem, RemoveItem, Rename, SetValue

    changes = (
        SetValue(("a", 0), {"b": [1, None]}),
        AddItem(("a",), "x", before=1),
        RemoveItem(("a", "b")),
        Rename(("a",), "c"),
    )
    event = msgspec.structs.replace(GENERATED, change=changes)

    assert e.EVENT_TYPES.decode(e.EVENT_TYPES.encode(event)) == event
